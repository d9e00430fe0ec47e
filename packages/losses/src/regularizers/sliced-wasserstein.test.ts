import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
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
  randomRows,
} from "../../test/helpers.ts";
import { quantileCoupling } from "./quantile-coupling.ts";
import { randomDirections } from "./random-directions.ts";
import {
  squaredSlicedWassersteinGradientOnRows,
  squaredSlicedWassersteinOnRows,
} from "./rows/sliced-wasserstein-on-rows.ts";
import { squaredSlicedWasserstein } from "./sliced-wasserstein.ts";

const tolerance = { ulps: 64, epsilon: EPSILON };
const line: RowMatrix = asRows([[1]]);
const evaluate = (x: Matrix, y: Matrix, directions: RowMatrix) =>
  numberOf(squaredSlicedWasserstein(asTensor(x), asTensor(y), { directions }));

describe("limits", () => {
  test("on the line: the sorted points meet", () => {
    expectClose(evaluate([[3], [0], [1]], [[5], [1], [0]], line), (0 + 0 + 4) / 3, tolerance);
  });

  test("unequal numbers: quantile functions, {0, 1} against {0, 0, 3}", async () => {
    // Mass 1/6 goes from 1 to 0 and mass 1/3 from 1 to 3.
    const [x, y] = [
      [[1], [0]],
      [[0], [3], [0]],
    ];
    expectClose(evaluate(x, y, line), 1 / 6 + 4 / 3, tolerance);
    const { value, gradients } = await squaredSlicedWassersteinGradientOnRows(asRows(x), asRows(y), {
      directions: line,
    });
    expectClose(value, 1.5, tolerance);
    expectAllClose(gradients.x, [2 * (1 / 6 - 2 / 3), 0], tolerance);
    expectAllClose(gradients.y, [0, 4 / 3, -1 / 3], { ...tolerance, scale: 1 });
  });

  test("rows repeated any number of times are the same clouds", () => {
    const directions = randomDirections(createRandom(1), { count: 5, dimension: 3 });
    const [x, y] = [randomRows(1, 4, 3), randomRows(2, 6, 3)];
    const once = evaluate(x, y, directions);
    expectClose(evaluate([...x, ...x, ...x], [...y, ...y], directions), once, tolerance);
    expectClose(evaluate(x, [...x].reverse(), directions), 0, tolerance);
    expectClose(evaluate(x, [...x, ...x].reverse(), directions), 0, tolerance);
  });

  test("a shift by c gives the mean of ⟨θ, c⟩², and over an orthonormal basis ‖c‖²/d", () => {
    const x = randomRows(1, 9, 3);
    const shift = [1, -2, 3];
    const y = x.map((row) => row.map((value, k) => value + shift[k]!));
    expectClose(evaluate(x, y, asRows(identity(3))), 14 / 3, tolerance);
    const directions = randomDirections(createRandom(2), { count: 6, dimension: 3 });
    let mean = 0;
    for (let l = 0; l < 6; l++) {
      mean += shift.reduce((total, value, k) => total + value * directions.data[3 * l + k]!, 0) ** 2 / 6;
    }
    expectClose(evaluate(x, y, directions), mean, tolerance);
  });

  test("all x = a, all y = b: value, gradient and the standard error of the directions", async () => {
    const [x, y] = [equalRows(2, [1, 0]), equalRows(3, [0, 2])];
    const directions = asRows(identity(2));
    const record = await squaredSlicedWassersteinOnRows(asRows(x), asRows(y), { directions });
    // Costs 1 and 4 along the two axes.
    expectClose(record.value, 2.5, tolerance);
    expectClose(record.standardError, 1.5, tolerance);
    expect(record.directions).toBe(2);
    const { gradients } = await squaredSlicedWassersteinGradientOnRows(asRows(x), asRows(y), { directions });
    expectAllClose(gradients.x, [0.5, -1, 0.5, -1], tolerance);
    expectAllClose(
      gradients.y,
      [-1, 2, -1, 2, -1, 2].map((value) => value / 3),
      tolerance,
    );
    const single = await squaredSlicedWassersteinOnRows(asRows(x), asRows(y), { directions: asRows([[1, 0]]) });
    expect(single.standardError).toBeNaN();
  });

  test("single rows are clouds too", () => {
    expect(evaluate([[2]], [[5]], line)).toBe(9);
  });

  test("over random directions a shift by c is worth ‖c‖²/d, within three standard errors", async () => {
    const d = 8;
    const [x, y] = [[new Array(d).fill(0)], [new Array(d).fill(1)]];
    const directions = randomDirections(createRandom(3), { count: 2000, dimension: d });
    const { value, standardError } = await squaredSlicedWassersteinOnRows(asRows(x), asRows(y), { directions });
    expect(Math.abs(value - 1)).toBeLessThan(3 * standardError);
    // ⟨θ, c⟩² = d·Beta(½, (d−1)/2), of variance 2(d−1)/(d+2).
    expect(standardError / Math.sqrt((2 * (d - 1)) / (d + 2) / 2000)).toBeCloseTo(1, 1);
  });
});

test.each([
  [1, 1, 1],
  [3, 3, 3],
  [2, 3, 4],
  [4, 6, 8],
  [5, 1, 5],
])("the coupling of %d and %d points has %d parts and the right marginals", (n, m, parts) => {
  const { x, y, weights } = quantileCoupling(n, m);
  expect(weights.length).toBe(parts);
  const marginal = (indices: Int32Array, size: number) => {
    const total = new Float64Array(size);
    indices.forEach((index, k) => {
      total[index]! += weights[k]!;
    });
    return total;
  };
  expectAllClose(marginal(x, n), new Array(n).fill(1 / n), tolerance);
  expectAllClose(marginal(y, m), new Array(m).fill(1 / m), tolerance);
  for (let k = 1; k < parts; k++) expect(x[k]! - x[k - 1]! + y[k]! - y[k - 1]!).toBeGreaterThan(0);
});

describe("directions", () => {
  test("are unit, and the same for the same stream", () => {
    const draw = () => randomDirections(createRandom(7).split("directions"), { count: 50, dimension: 5 });
    expect(draw()).toEqual(draw());
    const { data } = draw();
    for (let l = 0; l < 50; l++)
      expectClose(Math.hypot(...data.subarray(5 * l, 5 * l + 5)), 1, { ulps: 4, epsilon: EPSILON });
  });

  test("on the line they are ±1", () => {
    const { data } = randomDirections(createRandom(1), { count: 40, dimension: 1 });
    expect(new Set(data)).toEqual(new Set([1, -1]));
  });

  test.each<[() => unknown, string]>([
    [
      () =>
        evaluate(
          [[1, 0]],
          [[0, 1]],
          asRows([
            [1, 0],
            [1, 1],
          ]),
        ),
      "squaredSlicedWasserstein: `directions` must be unit rows, got length 1.4142135623730951 in row 1. Divide each direction by its length.",
    ],
    [
      () => evaluate([[1, 0]], [[0, 1]], line),
      "squaredSlicedWasserstein: `directions` must be at least one row of dimension 2, row-major, the dimension of `x`, got 1 numbers for 1 rows of dimension 1.",
    ],
    [() => evaluate([], [[1]], line), "squaredSlicedWasserstein: `x` must be of shape [n, d] with n ≥ 1, got [0]."],
    [
      () => randomDirections(createRandom(1), { count: 0, dimension: 2 }),
      "randomDirections: `count` must be a whole number ≥ 1, got 0.",
    ],
    [
      () => randomDirections(createRandom(1), { count: 1, dimension: 1.5 }),
      "randomDirections: `dimension` must be a whole number ≥ 1, got 1.5.",
    ],
  ])("message %#", (call, message) => {
    expect(call).toThrow(expect.objectContaining({ name: "InputError", message }));
  });
});
