import { type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { asRows, asTensor, EPSILON, equalRows, type Matrix, nearby, numberOf, unitRows } from "../../test/helpers.ts";
import { squaredCentroidDistance } from "./centroid-distance.ts";
import { squaredMMDGradientOnRows, squaredMMDOnRows } from "./rows/squared-mmd-on-rows.ts";
import { type SquaredMMDOptions, squaredMMD } from "./squared-mmd.ts";

const tolerance = { ulps: 64, epsilon: EPSILON };
const evaluate = (x: Matrix, y: Matrix, options: SquaredMMDOptions) =>
  numberOf(squaredMMD(asTensor(x), asTensor(y), options));
const kernel = (a: readonly number[], b: readonly number[], sigma: number) =>
  Math.exp(-a.reduce((total, value, k) => total + (value - b[k]!) ** 2, 0) / (2 * sigma ** 2));

describe("limits", () => {
  test.each(["U", "V"] as const)("all x = a, all y = b gives 2 − 2e^(−‖a−b‖²/(2σ²)) (%s)", async (statistic) => {
    const [x, y] = [equalRows(5, [1, 2]), equalRows(3, [1, 3])];
    const expected = 2 - 2 * Math.exp(-1 / (2 * 0.7 ** 2));
    const options = { statistic, bandwidth: 0.7 };
    expectClose(evaluate(x, y, options), expected, tolerance);
    const { value, gradients, bandwidths } = await squaredMMDGradientOnRows(asRows(x), asRows(y), options);
    expectClose(value, expected, tolerance);
    expect(bandwidths).toEqual([0.7]);
    const pull = (2 / 0.7 ** 2) * Math.exp(-1 / (2 * 0.7 ** 2));
    expectAllClose(gradients.x.subarray(0, 2), [0, -pull / 5], { ...tolerance, scale: 1 });
    expectAllClose(gradients.y.subarray(0, 2), [0, pull / 3], { ...tolerance, scale: 1 });
  });

  test("two points each", () => {
    const [x, y] = [
      [
        [0, 0],
        [1, 0],
      ],
      [
        [0, 2],
        [3, 1],
      ],
    ];
    const across = x.flatMap((a) => y.map((b) => kernel(a, b, 1.5))).reduce((total, value) => total + value, 0) / 4;
    const within = kernel(x[0]!, x[1]!, 1.5) + kernel(y[0]!, y[1]!, 1.5);
    expectClose(evaluate(x, y, { statistic: "U", bandwidth: 1.5 }), within - 2 * across, { ...tolerance, scale: 2 });
    expectClose(evaluate(x, y, { statistic: "V", bandwidth: 1.5 }), 1 + within / 2 - 2 * across, {
      ...tolerance,
      scale: 2,
    });
  });

  test("equal clouds: V = 0 and U = −(2/n)(1 − K)", () => {
    const x = unitRows(1, 7, 3);
    const values = x.flatMap((a, i) => x.flatMap((b, j) => (i === j ? [] : [kernel(a, b, 0.8)])));
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    const rounding = { ulps: 49 + 32, epsilon: EPSILON, scale: 2 };
    expectClose(evaluate(x, x, { statistic: "V", bandwidth: 0.8 }), 0, rounding);
    expectClose(evaluate(x, x, { bandwidth: 0.8 }), (-2 / 7) * (1 - mean), rounding);
  });

  test("σ → ∞: σ²·V tends to the squared distance of the centroids, to all digits", () => {
    const [x, y] = [unitRows(1, 6, 3), unitRows(2, 5, 3)];
    const centroid = numberOf(squaredCentroidDistance(asTensor(x), asTensor(y), { statistic: "V" }));
    const sigma = 1e8;
    // The next term is of relative size 1/σ².
    const value = sigma ** 2 * evaluate(x, y, { statistic: "V", bandwidth: sigma });
    expectClose(value, centroid, { ulps: 128, epsilon: EPSILON, scale: 4 });
  });

  test.each([1e-3, 1e-200])("σ → 0: distinct rows no longer see each other (σ = %d)", (bandwidth) => {
    const [x, y] = [unitRows(1, 6, 3), unitRows(2, 5, 3)];
    expectClose(evaluate(x, y, { statistic: "U", bandwidth }), 0, { ...tolerance, scale: 2 });
    expectClose(evaluate(x, y, { statistic: "V", bandwidth }), 1 / 6 + 1 / 5, { ...tolerance, scale: 2 });
    const f = (...xs: Tensor[]) => squaredMMD(xs[0]!, xs[1]!, { bandwidth });
    const { gradients } = valueAndGrad(f, [asTensor(x), asTensor(y)]);
    expect([...gradients[0]!.dataSync()].every((value) => value === 0)).toBe(true);
  });

  test("several bandwidths: the mean of the values of each", () => {
    const [x, y] = [unitRows(1, 6, 3), unitRows(2, 5, 3)];
    const mean = (evaluate(x, y, { bandwidth: 0.3 }) + evaluate(x, y, { bandwidth: 2 })) / 2;
    expectClose(evaluate(x, y, { bandwidth: [0.3, 2] }), mean, { ...tolerance, scale: 2 });
  });
});

describe("the pooled median", () => {
  const median = (z: Matrix) => {
    const distances = z.flatMap((a, i) => z.slice(i + 1).map((b) => Math.hypot(...a.map((value, k) => value - b[k]!))));
    distances.sort((a, b) => a - b);
    const half = distances.length / 2;
    return distances.length % 2 === 1 ? distances[half - 0.5]! : (distances[half - 1]! + distances[half]!) / 2;
  };

  // 3 + 4 rows make 21 pairs, 4 + 4 rows 28: a middle one, and a middle two.
  test.each([3, 4])("is the median of the pairs of all rows, and held fixed by differentiation (n = %d)", async (n) => {
    const x = unitRows(1, n, 3);
    const y = nearby(2, unitRows(3, 4, 3), 0.5);
    const sigma = median([...x, ...y]);
    const factors = [0.5, 2];
    const fixed = { bandwidth: factors.map((factor) => factor * sigma) };
    const pooled = { bandwidth: { kind: "pooledMedian", factors } } as const;
    const rounding = { ulps: 128, epsilon: EPSILON, scale: 4 };
    const gradientsWith = (options: SquaredMMDOptions) =>
      valueAndGrad((...xs) => squaredMMD(xs[0]!, xs[1]!, options), [asTensor(x), asTensor(y)]);
    const [actual, expected] = [gradientsWith(pooled), gradientsWith(fixed)];
    expectClose(numberOf(actual.value), numberOf(expected.value), rounding);
    for (const side of [0, 1]) {
      expectAllClose(actual.gradients[side]!.dataSync(), expected.gradients[side]!.dataSync(), rounding);
    }
    const onRows = await squaredMMDOnRows(asRows(x), asRows(y), pooled);
    expectAllClose(onRows.bandwidths, fixed.bandwidth, { ulps: 16, epsilon: EPSILON });
  });

  test("is the default, at ½, 1 and 2 times", async () => {
    const [x, y] = [unitRows(1, 4, 3), unitRows(2, 4, 3)];
    const sigma = median([...x, ...y]);
    const { bandwidths } = await squaredMMDOnRows(asRows(x), asRows(y));
    expectAllClose(bandwidths, [sigma / 2, sigma, 2 * sigma], { ulps: 16, epsilon: EPSILON });
    expectClose(evaluate(x, y, {}), evaluate(x, y, { bandwidth: bandwidths }), { ...tolerance, scale: 4 });
  });

  test("rows of any scale have one value", () => {
    const [x, y] = [unitRows(1, 5, 3), unitRows(2, 4, 3)];
    const times = (matrix: Matrix) => matrix.map((row) => row.map((value) => 1e3 * value));
    expectClose(evaluate(times(x), times(y), {}), evaluate(x, y, {}), { ...tolerance, scale: 4 });
  });

  test("refuses rows half of which coincide", async () => {
    const rows = equalRows(5, [1, 0]);
    const message =
      "`bandwidth` must be relative to a pooled median distance > 0, got 0: half of the pairs of rows coincide. Give a bandwidth as a number.";
    expect(() => evaluate(rows, rows, {})).toThrow(
      expect.objectContaining({ code: "E_DOMAIN", message: `squaredMMD: ${message}` }),
    );
    await expect(squaredMMDOnRows(asRows(rows), asRows(rows))).rejects.toThrow(`squaredMMDOnRows: ${message}`);
  });
});

test.each<[SquaredMMDOptions, string]>([
  [{ bandwidth: 0 }, "squaredMMD: `bandwidth` must be a finite number > 0, got 0."],
  [{ bandwidth: [1, Number.NaN] }, "squaredMMD: `bandwidth[1]` must be a finite number > 0, got NaN."],
  [{ bandwidth: [] }, "squaredMMD: `bandwidth` must be a list of at least one number, got an empty one."],
  [
    { bandwidth: { kind: "pooledMedian", factors: [-1] } },
    "squaredMMD: `bandwidth.factors[0]` must be a finite number > 0, got -1.",
  ],
  [
    { bandwidth: { kind: "median" } as never },
    'squaredMMD: `bandwidth` must be a number, a list of numbers or { kind: "pooledMedian" }, got {"kind":"median"}.',
  ],
])("message %#", (options, message) => {
  const x = unitRows(1, 3, 2);
  expect(() => evaluate(x, x, options)).toThrow(expect.objectContaining({ name: "InputError", message }));
});

test("message: rows that are not finite have no median distance", async () => {
  const x = asRows(unitRows(1, 3, 2));
  const y = asRows([
    [1, 0],
    [0, Number.NaN],
    [0, 1],
  ]);
  await expect(squaredMMDOnRows(x, y)).rejects.toThrow(
    "squaredMMDOnRows: `y` must be finite, for a bandwidth relative to the median distance, got NaN in row 1. Remove the row, or give a bandwidth.",
  );
  expect((await squaredMMDOnRows(x, y, { bandwidth: 1 })).value).toBeNaN();
});

test("message: a single row", () => {
  expect(() => evaluate([[1, 0]], unitRows(1, 3, 2), { bandwidth: 1 })).toThrow(
    'squaredMMD: `x` must be of shape [n, d] with n ≥ 2, got [1, 2]. A U-statistic needs two rows of each cloud; a single row has `statistic: "V"`.',
  );
  expect(evaluate([[1, 0]], [[1, 0]], { bandwidth: 1, statistic: "V" })).toBe(0);
});
