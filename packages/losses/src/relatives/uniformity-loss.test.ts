import { uniformKernelVariation, uniformLawUniformity } from "@nce-geometry/manifold";
import { createRandom, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  asRows,
  asTensor,
  EPSILON,
  equalRows,
  identity,
  type Matrix,
  numberOf,
  rotate,
  simplex,
  thrownBy,
  unitRows,
} from "../../test/helpers.ts";
import { uniformityLoss, uniformityLossGradientOnRows, uniformityLossOnRows } from "./uniformity-loss.ts";

const value = (x: Matrix, scale?: number) =>
  numberOf(uniformityLoss(asTensor(x), scale === undefined ? {} : { scale }));
/** Squared distances carry (d + 2)ε, of 4 at most, times t; the logarithm of the count is rounded. */
const near = (d: number, scale: number) => ({ ulps: 4 * scale * (d + 2) + 16, epsilon: EPSILON, scale: 1 });
const circle = (n: number) =>
  Array.from({ length: n }, (_, i) => [Math.cos((2 * Math.PI * i) / n), Math.sin((2 * Math.PI * i) / n)]);

describe("limits", () => {
  test.each([2, 0.1, 200])("t = %d: equal rows 0, orthonormal −2t, a simplex −2tn/(n−1), antipodes −4t", (t) => {
    expectClose(value(equalRows(5, [0.6, 0.8]), t), 0, near(2, t));
    expectClose(value(identity(5), t), -2 * t, near(5, t));
    expectClose(value(simplex(5), t), (-2 * t * 5) / 4, near(5, t));
    // Where e^{−4t} itself is 0 in float32, from t = 26 on.
    expectClose(
      value(
        [
          [1, 0],
          [-1, 0],
        ],
        t,
      ),
      -4 * t,
      near(2, t),
    );
  });

  test("t = 2 is the default", () => expect(value(identity(3))).toBe(value(identity(3), 2)));

  test("t → 0: −t mean ‖x_i − x_j‖²", () => {
    const x = unitRows(1, 6, 3);
    const squares = x.flatMap((a, i) =>
      x.flatMap((b, j) => (i === j ? [] : [a.reduce((s, v, k) => s + (v - b[k]!) ** 2, 0)])),
    );
    const mean = squares.reduce((sum, v) => sum + v, 0) / squares.length;
    const t = 1e-5;
    // The next term is t²·Var/2 ≤ 2t².
    expect(Math.abs(value(x, t) + t * mean)).toBeLessThan(2 * t * t);
  });

  test("the uniform law on the circle: n equally spaced points, −1.575027 at t = 2", () => {
    const n = 64;
    const law = uniformLawUniformity(2, { scale: 2 });
    expect(Math.abs(law + 1.575027)).toBeLessThan(5e-7);
    // All pairs make the law's mean to machine precision; the n self pairs of kernel 1 are not among those of the loss.
    expectClose(value(circle(n)), Math.log((n * Math.exp(law) - 1) / (n - 1)), { ...near(2, 2), ulps: 256 });
  });

  test.each([
    { d: 3, expected: -2.079777 },
    { d: 16, expected: -3.513036 },
    { d: 128, expected: -3.93753 },
    { d: 512, expected: -3.984375 },
  ])("the uniform law in d = $d: $expected at t = 2, within 4 standard errors", ({ d, expected }) => {
    const n = 250;
    expect(Math.abs(uniformLawUniformity(d, { scale: 2 }) - expected)).toBeLessThan(5e-7);
    // A U-statistic with constant projections: the logarithm's variance is 2 CV²/(n(n−1)), its bias −CV²/(n(n−1)).
    const variation = uniformKernelVariation(d, { temperature: 1 / 4 });
    const error = Math.sqrt((2 * variation) / (n * (n - 1)));
    expect(Math.abs(value(unitRows(1, n, d)) - expected)).toBeLessThan(4 * error + error * error);
    expect(error).toBeLessThan(0.02);
  });
});

test("it is least for the uniform law: half the circle has more", () => {
  const half = Array.from({ length: 64 }, (_, i) => [Math.cos((Math.PI * i) / 64), Math.sin((Math.PI * i) / 64)]);
  expect(value(half)).toBeGreaterThan(value(circle(64)) + 0.1);
});

test("the gradient of a simplex is normal to the sphere: −4t·x_i/(n−1)", async () => {
  const [n, t] = [5, 2];
  const { gradients } = valueAndGrad((...xs: Tensor[]) => uniformityLoss(xs[0]!, { scale: t }), [asTensor(simplex(n))]);
  const expected = simplex(n).flatMap((row) => row.map((v) => (-4 * t * v) / (n - 1)));
  const tolerance = { ulps: 64 * t, epsilon: EPSILON, scale: 4 };
  expectAllClose(gradients[0]!.dataSync(), expected, tolerance);
  const onRows = await uniformityLossGradientOnRows(asRows(simplex(n)), { scale: t });
  expectAllClose(onRows.gradients.x, expected, tolerance);
});

test("duplicates: they count with kernel 1 and do not pull at one another", () => {
  const rows = [
    [1, 0],
    [1, 0],
    [-1, 0],
  ];
  const f = (...xs: Tensor[]) => uniformityLoss(xs[0]!, { scale: 1 });
  const { value: loss, gradients } = valueAndGrad(f, [asTensor(rows)]);
  const far = Math.exp(-4);
  expectClose(numberOf(loss), Math.log((2 + 4 * far) / 6), near(2, 1));
  // −4t p(x_0 − x_2), p = e^{−4}/(2 + 4e^{−4}).
  const p = far / (2 + 4 * far);
  expectAllClose(gradients[0]!.dataSync(), [-8 * p, 0, -8 * p, 0, 16 * p, 0], { ulps: 64, epsilon: EPSILON });
});

test("laws: permutation, rotation and shift", () => {
  const x = unitRows(5, 7, 4);
  const before = value(x);
  expectClose(value([...x].reverse()), before, near(4, 2));
  expectClose(value(rotate(x, 1.1)), before, near(4, 8));
  expectClose(value(x.map((row) => row.map((v) => v + 0.5))), before, near(4, 8));
  expect(value(x.map((row, i) => (i === 0 ? [Number.NaN, ...row.slice(1)] : row)))).toBeNaN();
});

test("the standard error is the spread over samples", async () => {
  const [n, draws] = [60, 60];
  const random = createRandom("uniformity");
  const values: number[] = [];
  let squared = 0;
  for (let draw = 0; draw < draws; draw++) {
    const choice = random.split(draw).uniform(n);
    // A quarter of the rows spread, the others near one pole, so that the mean kernels of rows differ.
    const rows = unitRows(draw, n, 3).map((row, i) => {
      const moved = [row[0]! + (choice[i]! < 0.25 ? 0 : 3), row[1]!, row[2]!];
      return moved.map((v) => v / Math.hypot(...moved));
    });
    const summary = await uniformityLossOnRows(asRows(rows));
    values.push(summary.loss);
    squared += summary.standardError ** 2 / draws;
  }
  const mean = values.reduce((sum, v) => sum + v, 0) / draws;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (draws - 1);
  // A variance of 60 draws has a relative spread of √(2/59) = 0.18; a factor 2 missing would be one of 4.
  expect(variance / squared).toBeGreaterThan(0.5);
  expect(variance / squared).toBeLessThan(1.6);
});

test("messages", async () => {
  const x = asTensor(identity(3));
  expect(thrownBy(() => uniformityLoss(x, { scale: 0 }))).toMatchObject({
    message: "uniformityLoss: `scale` must be a finite number > 0, got 0.",
  });
  expect(thrownBy(() => uniformityLoss(asTensor([[1, 0]])))).toMatchObject({
    message:
      "uniformityLoss: `x` must be of shape [n, d] with n ≥ 2, got [1, 2]. A single row has no others to be told from.",
  });
  await expect(uniformityLossOnRows(asRows([[1, 0]]))).rejects.toMatchObject({
    message:
      "uniformityLossOnRows: `x` must be of shape [n, d] with n ≥ 2, got [1, 2]. A single row has no others to be told from.",
  });
});
