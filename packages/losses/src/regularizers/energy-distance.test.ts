import { type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { asRows, asTensor, EPSILON, equalRows, type Matrix, numberOf, unitRows } from "../../test/helpers.ts";
import type { GapStatisticOptions } from "./clouds.ts";
import { energyDistance } from "./energy-distance.ts";
import { energyDistanceGradientOnRows, energyDistanceOnRows } from "./rows/energy-distance-on-rows.ts";

const tolerance = { ulps: 32, epsilon: EPSILON };
const evaluate = (x: Matrix, y: Matrix, options: GapStatisticOptions = {}) =>
  numberOf(energyDistance(asTensor(x), asTensor(y), options));

describe("limits", () => {
  test.each(["U", "V"] as const)("all x = a, all y = b gives 2‖a − b‖ (%s)", async (statistic) => {
    const [x, y] = [equalRows(5, [1, 2, 2]), equalRows(3, [1, -1, 6])];
    expectClose(evaluate(x, y, { statistic }), 10, tolerance);
    const { value, gradients } = await energyDistanceGradientOnRows(asRows(x), asRows(y), { statistic });
    expectClose(value, 10, tolerance);
    // 2(a − b)/(‖a − b‖ n) with a − b = (0, 3, −4).
    expectAllClose(gradients.x.subarray(0, 3), [0, 6 / 25, -8 / 25], tolerance);
    expectAllClose(gradients.y.subarray(0, 3), [0, -6 / 15, 8 / 15], tolerance);
  });

  test("two points each, on a line: x = {0, 1}, y = {t, 1 + t}", () => {
    // Across: t, 1 + t, 1 − t, t; within: 1, or ½ with the diagonal.
    const [x, y] = [
      [[0], [1]],
      [[0.25], [1.25]],
    ];
    expectClose(evaluate(x, y, { statistic: "U" }), 2 * ((2 + 2 * 0.25) / 4) - 2, tolerance);
    expectClose(evaluate(x, y, { statistic: "V" }), 2 * ((2 + 2 * 0.25) / 4) - 1, tolerance);
  });

  test("equal clouds: V = 0 and U = −2M/n", () => {
    const x = unitRows(1, 9, 3);
    const distances = x.flatMap((a, i) =>
      x.flatMap((b, j) => (i === j ? [] : [Math.hypot(...a.map((v, k) => v - b[k]!))])),
    );
    const mean = distances.reduce((total, value) => total + value, 0) / distances.length;
    const rounding = { ulps: 81 + 32, epsilon: EPSILON, scale: 4 };
    expectClose(evaluate(x, x, { statistic: "V" }), 0, rounding);
    expectClose(evaluate(x, x), (-2 * mean) / 9, rounding);
  });

  test("rows times c give c times the value", () => {
    const [x, y] = [unitRows(1, 6, 3), unitRows(2, 4, 3)];
    const times = (matrix: Matrix) => matrix.map((row) => row.map((value) => 3 * value));
    expectClose(evaluate(times(x), times(y)), 3 * evaluate(x, y), { ulps: 64, epsilon: EPSILON, scale: 12 });
  });

  test("the default is U", () => {
    const [x, y] = [unitRows(1, 6, 3), unitRows(2, 4, 3)];
    expect(evaluate(x, y)).toBe(evaluate(x, y, { statistic: "U" }));
    expect(evaluate(x, y)).not.toBe(evaluate(x, y, { statistic: "V" }));
  });
});

describe("coincident rows", () => {
  const f = (...xs: Tensor[]) => energyDistance(xs[0]!, xs[1]!, { statistic: "V" });

  test("all rows equal: value and gradients exactly 0", () => {
    const rows = asTensor(equalRows(4, [0.6, 0.8]));
    const { value, gradients } = valueAndGrad(f, [rows, rows]);
    expect(numberOf(value)).toBe(0);
    for (const gradient of gradients) expect([...gradient.dataSync()]).toEqual(new Array(8).fill(0));
  });

  test("a shared row feels the others alone", async () => {
    // x = {0}, y = {0, 3}: only the far point of y pulls x, by 2·½; y₁ feels y₂ within, 2/4, and y₂ both.
    const [x, y] = [[[0]], [[0], [3]]];
    const { gradients } = valueAndGrad(f, [asTensor(x), asTensor(y)]);
    expectAllClose(gradients[0]!.dataSync(), [-1], tolerance);
    expectAllClose(gradients[1]!.dataSync(), [0.5, 0.5], tolerance);
    const actual = await energyDistanceGradientOnRows(asRows(x), asRows(y), { statistic: "V" });
    expectAllClose(actual.gradients.x, [-1], tolerance);
    expectAllClose(actual.gradients.y, [0.5, 0.5], tolerance);
  });

  test("rows 1e-12 apart pull with full strength", () => {
    const { gradients } = valueAndGrad(f, [asTensor([[1 + 1e-12]]), asTensor([[1]])]);
    expectAllClose(gradients[0]!.dataSync(), [2], tolerance);
  });
});

describe("bad input", () => {
  const x = asTensor(unitRows(1, 3, 2));
  test.each<[() => unknown, string]>([
    [
      () => energyDistance(asTensor([[1, 0]]), x),
      'energyDistance: `x` must be of shape [n, d] with n ≥ 2, got [1, 2]. A U-statistic needs two rows of each cloud; a single row has `statistic: "V"`.',
    ],
    [
      () => energyDistance(x, asTensor([[1, 0]])),
      'energyDistance: `y` must be of shape [m, 2] with m ≥ 2, the dimension of `x`, got [1, 2]. A U-statistic needs two rows of each cloud; a single row has `statistic: "V"`.',
    ],
    [
      () => energyDistance(x, asTensor(unitRows(1, 3, 4)), { statistic: "V" }),
      "energyDistance: `y` must be of shape [m, 2] with m ≥ 1, the dimension of `x`, got [3, 4].",
    ],
    [() => energyDistance(x, x, { statistic: "W" as "U" }), 'energyDistance: `statistic` must be "U" or "V", got "W".'],
  ])("message %#", (call, message) => {
    expect(call).toThrow(expect.objectContaining({ name: "InputError", message }));
  });

  test("rows are refused in the same words", async () => {
    await expect(energyDistanceOnRows(asRows([[1, 0]]), asRows([[1, 0]]))).rejects.toThrow(
      "energyDistanceOnRows: `x` must be of shape [n, d] with n ≥ 2, got [1, 2].",
    );
  });
});
