import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { epsilon, expectGradients, gradientsOf, normal, refusal, values } from "../../test/support.ts";
import { valueAndGrad } from "../autodiff/value-and-grad.ts";
import { fromArray, full, scalar, zeros } from "../ops/create.ts";
import { add, mul, square } from "../ops/elementwise.ts";
import { sum } from "../ops/reduce.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import type { Tensor } from "../tensor.ts";
import { logMeanExp, logSumExp } from "./log-sum-exp.ts";
import { softmax } from "./softmax.ts";

const backend = referenceBackend();
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const row = (...xs: number[]): Tensor => fromArray(backend, [xs]);
const of = (...xs: number[]): number => values(logSumExp(row(...xs), { axis: 1 }))[0]!;

describe("logSumExp", () => {
  test.each([1, 2, 8, 1000])("%d equal entries give x + log n, near 0 and far away", (n) => {
    for (const x of [0, -3, 800, -800]) {
      const value = values(logSumExp(full(backend, [n], x)));
      expectAllClose(value, [x + Math.log(n)], { ulps: 4, epsilon, scale: Math.abs(x) });
    }
  });

  test("shifting every entry shifts the result", () => {
    const x = normal(backend, [3, 5], "x");
    const shifted = values(logSumExp(add(x, 100), { axis: 1 }));
    const expected = values(logSumExp(x, { axis: 1 })).map((value) => value + 100);
    expectAllClose(shifted, expected, { ulps: 8, epsilon });
  });

  test("what the largest entry swallows is kept when that entry is 0", () => {
    expectAllClose([of(0, -50)], [Math.exp(-50)], { ulps: 4, epsilon });
    expectAllClose([of(-50, 0, -50)], [2 * Math.exp(-50)], { ulps: 4, epsilon });
    expectAllClose([of(0, 0)], [Math.LN2], { ulps: 4, epsilon });
  });

  test("infinite entries, NaN, and empty axes", () => {
    expect([of(-inf, -inf), of(-inf, 2), of(inf, 1), of(inf, -inf), of(inf, inf)]).toEqual([-inf, 2, inf, inf, inf]);
    expect([of(nan, 1), of(nan, inf), of(nan, -inf)]).toEqual([nan, nan, nan]);
    expect(values(logSumExp(zeros(backend, [2, 0]), { axis: 1 }))).toEqual([-inf, -inf]);
    expect(values(logSumExp(zeros(backend, [0, 2]), { axis: 1 }))).toEqual([]);
  });

  test("axes and dimensions as in the reductions", () => {
    const x = normal(backend, [2, 3, 4], "x");
    expect(logSumExp(x).shape).toEqual([]);
    expect(logSumExp(x, { axis: [0, -1] }).shape).toEqual([3]);
    expect(logSumExp(x, { axis: 1, keepDims: true }).shape).toEqual([2, 1, 4]);
    const inSteps = logSumExp(logSumExp(x, { axis: 2 }), { axis: 0 });
    expectAllClose(values(inSteps), values(logSumExp(x, { axis: [0, 2] })), { ulps: 8, epsilon, scale: 1 });
    expect(values(logSumExp(scalar(backend, 3)))).toEqual([3]);
  });

  test("its gradient is the softmax, also by differences and differentiated twice", () => {
    const x = normal(backend, [3, 4], "x");
    const gradient = gradientsOf((t) => sum(logSumExp(t, { axis: 1 })), [x])[0]!;
    expectAllClose(gradient, values(softmax(x)), { ulps: 16, epsilon });
    expectGradients((t) => sum(square(logSumExp(t, { axis: 0 }))), [x]);
    const slope = (t: Tensor): Tensor =>
      sum(square(valueAndGrad((u) => sum(square(logSumExp(u, { axis: 1 }))), [t]).gradients[0]!));
    expectGradients(slope, [x]);
  });

  test("gradients at the edges: nothing to weigh gives 0, +∞ and NaN give NaN", () => {
    const gradient = (...xs: number[]): number[] =>
      gradientsOf((t) => sum(logSumExp(t, { axis: 1 })), [row(...xs)])[0]!;
    expect(gradient(-inf, -inf)).toEqual([0, 0]);
    expect(gradient(-inf, 2)).toEqual([0, 1]);
    expect(gradient(inf, 1)).toEqual([nan, nan]);
    expect(gradient(nan, 1)).toEqual([nan, nan]);
    expect(gradient(5, 5)).toEqual([0.5, 0.5]);
  });

  test("second derivatives of masked rows are finite", () => {
    const slope = (t: Tensor): Tensor =>
      sum(square(valueAndGrad((u) => sum(logSumExp(u, { axis: 1 })), [t]).gradients[0]!));
    expect(gradientsOf(slope, [row(-inf, -inf)])).toEqual([[0, 0]]);
    expectAllClose(gradientsOf(slope, [row(-inf, 1, 1)])[0]!, [0, 0, 0], { ulps: 4, epsilon, scale: 1 });
  });
});

describe("logMeanExp", () => {
  test("n equal entries give x", () => {
    expectAllClose(values(logMeanExp(full(backend, [2, 7], 3), { axis: 1 })), [3, 3], { ulps: 4, epsilon });
  });

  test("is logSumExp − log n", () => {
    const x = normal(backend, [3, 5], "x");
    const expected = values(logSumExp(x, { axis: 1 })).map((value) => value - Math.log(5));
    expectAllClose(values(logMeanExp(x, { axis: 1 })), expected, { ulps: 4, epsilon, scale: Math.log(5) });
    expectGradients((t) => sum(mul(logMeanExp(t, { axis: 0, keepDims: true }), 2)), [x]);
  });

  test("edges", () => {
    expect(values(logMeanExp(row(-inf, -inf), { axis: 1 }))).toEqual([-inf]);
    expect(values(logMeanExp(zeros(backend, [1, 0]), { axis: 1 }))).toEqual([nan]);
  });
});

test("nothing but the result is left", () => {
  const own = referenceBackend();
  const x = zeros(own, [2, 3]);
  logMeanExp(logSumExp(x, { axis: 1, keepDims: true }), { axis: 0 });
  expect(own.liveTensors()).toBe(3);
});

test("messages", () => {
  expect(refusal(() => logSumExp(row(1), { axis: 2 }))).toBe(
    "E_OPTION logSumExp: `axis` must be an integer from -2 to 1, got 2.",
  );
  expect(refusal(() => logMeanExp(zeros(backend, [2], { dtype: "int32" })))).toBe(
    "E_DTYPE logMeanExp: `x` must be a float tensor, got int32. Element types are never mixed silently: use cast.",
  );
});
