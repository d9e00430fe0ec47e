import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { epsilon, expectGradients, gradientsOf, normal, refusal, values } from "../../test/support.ts";
import { valueAndGrad } from "../autodiff/value-and-grad.ts";
import { fromArray, zeros } from "../ops/create.ts";
import { add, mul, square, sub } from "../ops/elementwise.ts";
import { reshape } from "../ops/layout.ts";
import { sum } from "../ops/reduce.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import type { Tensor } from "../tensor.ts";
import { type SquaredDistanceOptions, squaredDistanceMatrix } from "./squared-distance-matrix.ts";

const backend = referenceBackend();
const methods = ["difference", "expansion"] as const;
const weighted = (y: Tensor): Tensor => sum(mul(normal(backend, y.shape, "weights"), y));

describe.each(methods)("by %s", (method) => {
  const distances = (x: Tensor, y: Tensor): Tensor => squaredDistanceMatrix(x, y, { method });

  test("three, four, five", () => {
    const x = fromArray(backend, [
      [0, 0],
      [3, 0],
    ]);
    const y = fromArray(backend, [
      [3, 4],
      [0, 0],
      [0, 4],
    ]);
    expect(distances(x, y).shape).toEqual([2, 3]);
    expect(values(distances(x, y))).toEqual([25, 0, 16, 16, 9, 25]);
  });

  test("swapping the arguments transposes the result", () => {
    const [x, y] = [normal(backend, [3, 5], "x"), normal(backend, [4, 5], "y")];
    const forward = values(distances(x, y));
    const swapped = values(distances(y, x));
    const transposed = forward.map((_, index) => swapped[(index % 4) * 3 + Math.floor(index / 4)]!);
    // Both err by at most (d + 4)·ε·(‖x‖ + ‖y‖)², and norms of 5 standard normal numbers are below 5.
    expectAllClose(forward, transposed, { ulps: 2 * 9, epsilon, scale: 100 });
  });

  test("gradients by differences, once and twice", () => {
    const inputs = [normal(backend, [3, 2], "x"), normal(backend, [4, 2], "y")];
    expectGradients((x, y) => weighted(square(distances(x, y))), inputs);
    expectGradients((x, y) => {
      const { gradients } = valueAndGrad((a, b) => weighted(square(distances(a, b))), [x, y]);
      return add(sum(square(gradients[0]!)), sum(square(gradients[1]!)));
    }, inputs);
  });

  test("one set against itself: the gradient vanishes where the rows coincide, and never is NaN", () => {
    const x = fromArray(backend, [
      [1, 2],
      [1, 2],
    ]);
    expect(gradientsOf((t) => sum(distances(t, t)), [x])).toEqual([[0, 0, 0, 0]]);
  });

  test("NaN and infinities stay in their rows", () => {
    const x = fromArray(backend, [[Number.NaN], [1]]);
    const d = values(distances(x, fromArray(backend, [[2], [Number.POSITIVE_INFINITY]])));
    expect([d[0], d[1], d[2]]).toEqual([Number.NaN, Number.NaN, 1]);
  });

  test("no rows, no columns", () => {
    expect(values(distances(zeros(backend, [2, 0]), zeros(backend, [1, 0])))).toEqual([0, 0]);
    expect(distances(zeros(backend, [0, 3]), zeros(backend, [2, 3])).shape).toEqual([0, 2]);
    expect(distances(zeros(backend, [2, 3]), zeros(backend, [0, 3])).shape).toEqual([2, 0]);
    expect(gradientsOf((x, y) => sum(distances(x, y)), [zeros(backend, [2, 1]), zeros(backend, [0, 1])])).toEqual([
      [0, 0],
      [],
    ]);
    expect(gradientsOf((x, y) => sum(distances(x, y)), [zeros(backend, [0, 1]), zeros(backend, [2, 1])])).toEqual([
      [],
      [0, 0],
    ]);
  });

  test("nothing but the result is left", () => {
    const own = referenceBackend();
    squaredDistanceMatrix(zeros(own, [2, 3]), zeros(own, [2, 3]), { method });
    expect(own.liveTensors()).toBe(3);
  });
});

test("by difference, equal rows are at distance 0 and close rows keep their digits, far from the origin too", () => {
  const x = fromArray(backend, [[1e6, 1e6 + 1]]);
  const y = fromArray(backend, [
    [1e6, 1e6 + 1],
    [1e6 + 2 ** -20, 1e6 + 1],
  ]);
  expect(values(squaredDistanceMatrix(x, y))).toEqual([0, 2 ** -40]);
});

test("by expansion, the error is within the stated bound and nothing is negative", () => {
  const d = 64;
  const x = normal(backend, [20, d], "x");
  const near = add(x, mul(normal(backend, [20, d], "offset"), 1e-9));
  const exact = values(squaredDistanceMatrix(x, near, { method: "difference" }));
  const expanded = values(squaredDistanceMatrix(x, near, { method: "expansion" }));
  const largest = 4 * Math.max(...values(sum(square(x), { axis: 1 }))) * (1 + 1e-6);
  expanded.forEach((value, index) => {
    expect(value).toBeGreaterThanOrEqual(0);
    expect(Math.abs(value - exact[index]!)).toBeLessThanOrEqual((d + 4) * epsilon * largest);
  });
});

describe("the form is chosen by size", () => {
  // A million apart from the origin the two forms differ visibly.
  const far = (n: number, d: number): Tensor => add(reshape(normal(backend, [n * d], "far"), [n, d]), 1e6);

  test("up to 2²² products by difference, beyond by expansion", () => {
    for (const [n, method] of [
      [64, "difference"],
      [65, "expansion"],
    ] as const) {
      const x = far(n, 1024);
      const chosen = values(squaredDistanceMatrix(x, x));
      for (const each of methods) {
        const same = values(squaredDistanceMatrix(x, x, { method: each })).every(
          (value, index) => value === chosen[index],
        );
        expect(same, `${n} rows, ${each}`).toBe(each === method);
      }
    }
  });

  test("on request by difference beyond it, block by block, with gradients", () => {
    const [n, d] = [65, 1024];
    const x = far(n, d);
    const y = reshape(normal(backend, [n * d], "near"), [n, d]);
    const itself = values(squaredDistanceMatrix(x, x, { method: "difference" }));
    expect(itself.filter((_, index) => index % (n + 1) === 0)).toEqual(new Array(n).fill(0));
    const total = (a: Tensor, b: Tensor): Tensor => sum(squaredDistanceMatrix(a, b, { method: "difference" }));
    const [byX, byY] = gradientsOf(total, [x, y]);
    // 2(n·x_i − Σ_j y_j) and the same with x and y exchanged; n terms near 10⁶ on either side.
    const expected = (a: Tensor, b: Tensor): number[] =>
      values(mul(sub(mul(a, n), sum(b, { axis: 0, keepDims: true })), 2));
    const tolerance = { ulps: 8, epsilon, scale: 2 * n * 1e6 };
    expectAllClose(byX!, expected(x, y), tolerance);
    expectAllClose(byY!, expected(y, x), tolerance);
  });
});

test("messages", () => {
  const x = zeros(backend, [2, 3]);
  expect(refusal(() => squaredDistanceMatrix(x, zeros(backend, [2, 4])))).toBe(
    "E_SHAPE squaredDistanceMatrix: `y` must be of shape [m, 3], got [2, 4].",
  );
  const option = { method: "gram" } as unknown as SquaredDistanceOptions;
  expect(refusal(() => squaredDistanceMatrix(x, x, option))).toBe(
    'E_OPTION squaredDistanceMatrix: `method` must be "difference" or "expansion", got gram.',
  );
});
