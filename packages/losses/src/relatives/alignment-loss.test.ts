import { uniformChordMoment } from "@nce-geometry/manifold";
import { type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  asRows,
  asTensor,
  EPSILON,
  identity,
  type Matrix,
  nearby,
  numberOf,
  rotate,
  thrownBy,
  unitRows,
} from "../../test/helpers.ts";
import { alignmentLoss, alignmentLossGradientOnRows, alignmentLossOnRows } from "./alignment-loss.ts";

const value = (x: Matrix, y: Matrix, power?: number) =>
  numberOf(alignmentLoss(asTensor(x), asTensor(y), power === undefined ? {} : { power }));
const tolerance = { ulps: 64, epsilon: EPSILON };
const powers = [0.5, 1, 2, 3];

describe("limits", () => {
  test.each(powers)("α = %d: antipodes 2^α, orthogonal pairs 2^(α/2), 3-4-5 triangles 5^α", (power) => {
    const x = unitRows(1, 5, 3);
    expectClose(
      value(
        x,
        x.map((row) => row.map((v) => -v)),
        power,
      ),
      2 ** power,
      tolerance,
    );
    expectClose(value(identity(4), [...identity(4)].reverse(), power), 2 ** (power / 2), tolerance);
    expectClose(value([[1, 2]], [[4, -2]], power), 5 ** power, tolerance);
  });

  test("the square is the default", () => expect(value([[1, 2]], [[4, -2]])).toBe(25));

  test.each(powers)("α = %d: equal rows give 0 with gradient 0, on rows too", async (power) => {
    const x = unitRows(1, 5, 3);
    const f = (...xs: Tensor[]) => alignmentLoss(xs[0]!, xs[1]!, { power });
    const { value: loss, gradients } = valueAndGrad(f, [asTensor(x), asTensor(x)]);
    expect([loss, ...gradients].every((tensor) => tensor.dataSync().every((v) => v === 0))).toBe(true);
    const onRows = await alignmentLossGradientOnRows(asRows(x), asRows(x), { power });
    expect(onRows.loss).toBe(0);
    expect([...onRows.gradients.x, ...onRows.gradients.y].every((v) => v === 0)).toBe(true);
  });

  test.each(powers)("α = %d: independent uniform rows give E‖x − y‖^α, within 4 standard errors", async (power) => {
    const [n, d] = [4000, 8];
    const [mean, square] = [uniformChordMoment(d, power), uniformChordMoment(d, 2 * power)];
    const summary = await alignmentLossOnRows(asRows(unitRows(1, n, d)), asRows(unitRows(2, n, d)), { power });
    const error = Math.sqrt((square - mean * mean) / n);
    expect(Math.abs(summary.loss - mean)).toBeLessThan(4 * error);
    // The sample's own error has a relative spread of about 1/√(2n) = 0.011, somewhat more for its kurtosis.
    expect(Math.abs(summary.standardError / error - 1)).toBeLessThan(0.06);
    expect(summary.samples).toBe(n);
  });
});

test.each(powers)("α = %d: ∂L/∂x_i = (α/n)‖x_i − y_i‖^(α−2)(x_i − y_i)", (power) => {
  const f = (...xs: Tensor[]) => alignmentLoss(xs[0]!, xs[1]!, { power });
  const { gradients } = valueAndGrad(f, [
    asTensor([
      [1, 2],
      [0, 0],
    ]),
    asTensor([
      [4, -2],
      [0, 2],
    ]),
  ]);
  const factors = [5, 2].map((r) => (power / 2) * r ** (power - 2));
  expectAllClose(gradients[0]!.dataSync(), [-3 * factors[0]!, 4 * factors[0]!, 0, -2 * factors[1]!], tolerance);
});

test("laws: swap, permutation, joint rotation and shift; breaking the pairs counts", () => {
  const x = unitRows(5, 7, 4);
  const y = nearby(6, x, 0.5);
  const near = { ulps: 256, epsilon: EPSILON };
  const before = value(x, y, 1.5);
  expectClose(value(y, x, 1.5), before, near);
  expectClose(value([...x].reverse(), [...y].reverse(), 1.5), before, near);
  expectClose(value(rotate(x, 1.1), rotate(y, 1.1), 1.5), before, near);
  expect(Math.abs(value([...x].reverse(), y, 1.5) - before)).toBeGreaterThan(0.1);
  expect(value([[Number.NaN]], [[1]])).toBeNaN();
});

test("messages", async () => {
  const x = asTensor(identity(3));
  expect(thrownBy(() => alignmentLoss(x, x, { power: 0 }))).toMatchObject({
    message: "alignmentLoss: `power` must be a finite number > 0, got 0.",
  });
  expect(thrownBy(() => alignmentLoss(x, asTensor(identity(4))))).toMatchObject({
    message:
      "alignmentLoss: `y` must be of the shape [3, 3] of `x`, got [4, 4]. Row i of one is the partner of row i of the other.",
  });
  await expect(alignmentLossOnRows(asRows(identity(3)), asRows(identity(3)), { power: -1 })).rejects.toMatchObject({
    message: "alignmentLossOnRows: `power` must be a finite number > 0, got -1.",
  });
});
