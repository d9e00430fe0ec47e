import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { epsilon, expectGradients, gradientsOf, normal, refusal, values } from "../../test/support.ts";
import { valueAndGrad } from "../autodiff/value-and-grad.ts";
import { where } from "../ops/compare.ts";
import { fromArray, full, scalar, zeros } from "../ops/create.ts";
import { add, exp, mul, square } from "../ops/elementwise.ts";
import { sum } from "../ops/reduce.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import type { Tensor } from "../tensor.ts";
import { logSoftmax, softmax } from "./softmax.ts";

const backend = referenceBackend();
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const row = (...xs: number[]): Tensor => fromArray(backend, [xs]);
const weighted = (y: Tensor): Tensor => sum(mul(normal(backend, y.shape, "weights"), y));

describe("softmax", () => {
  test("equal entries share equally, and only differences matter", () => {
    expect(values(softmax(full(backend, [2, 4], 900)))).toEqual(new Array(8).fill(0.25));
    const x = normal(backend, [3, 5], "x");
    // Adding 64 rounds each entry by up to 64·ε/2, which moves a weight by as much.
    expectAllClose(values(softmax(add(x, 64))), values(softmax(x)), { ulps: 128, epsilon });
  });

  test("weights add up to one along the axes", () => {
    const x = normal(backend, [2, 3, 4], "x");
    for (const axis of [0, 1, -1, [0, 2]]) {
      const totals = values(sum(softmax(x, { axis }), { axis }));
      expectAllClose(
        totals,
        totals.map(() => 1),
        { ulps: 8, epsilon },
      );
    }
  });

  test("two entries give the logistic function, far into its tail", () => {
    expectAllClose(values(softmax(row(0, -40))), [1, Math.exp(-40)], { ulps: 4, epsilon });
  });

  test("infinite entries, NaN, and empty axes", () => {
    expect(values(softmax(row(-inf, 1, 1)))).toEqual([0, 0.5, 0.5]);
    expect(values(softmax(row(-inf, -inf)))).toEqual([nan, nan]);
    expect(values(softmax(row(inf, 1)))).toEqual([nan, nan]);
    expect(values(softmax(row(nan, 1)))).toEqual([nan, nan]);
    expect(softmax(zeros(backend, [2, 0])).shape).toEqual([2, 0]);
  });

  test("by differences, once and twice", () => {
    const x = normal(backend, [2, 4], "x");
    expectGradients((t) => weighted(softmax(t)), [x]);
    expectGradients((t) => weighted(softmax(t, { axis: [0, 1] })), [x]);
    expectGradients((t) => sum(square(valueAndGrad((u) => weighted(softmax(u)), [t]).gradients[0]!)), [x]);
  });
});

describe("logSoftmax", () => {
  test("n equal entries give −log n", () => {
    expectAllClose(values(logSoftmax(full(backend, [1, 5], 7))), new Array(5).fill(-Math.log(5)), { ulps: 4, epsilon });
  });

  test("is the logarithm of softmax", () => {
    const x = normal(backend, [3, 4], "x");
    expectAllClose(values(exp(logSoftmax(x, { axis: 0 }))), values(softmax(x, { axis: 0 })), { ulps: 16, epsilon });
  });

  test("keeps its digits where it is almost 0: the loss of a pair that is almost won", () => {
    expectAllClose(values(logSoftmax(row(20, -30, -30))), [-2 * Math.exp(-50), -50, -50], { ulps: 4, epsilon });
  });

  test("infinite entries and NaN", () => {
    expect(values(logSoftmax(row(-inf, 0)))).toEqual([-inf, 0]);
    expect(values(logSoftmax(row(-inf, -inf)))).toEqual([nan, nan]);
    expect(values(logSoftmax(row(inf, 0)))).toEqual([nan, nan]);
    expect(values(logSoftmax(row(nan, 0)))).toEqual([nan, nan]);
    expect(gradientsOf((t) => sum(logSoftmax(t)), [row(-inf, 0)])).toEqual([[1, -1]]);
  });

  test("by differences, once and twice", () => {
    const x = normal(backend, [2, 4], "x");
    expectGradients((t) => weighted(logSoftmax(t)), [x]);
    expectGradients((t) => sum(square(valueAndGrad((u) => weighted(logSoftmax(u)), [t]).gradients[0]!)), [x]);
  });
});

test.each([softmax, logSoftmax])("a masked row that is discarded leaves gradients finite ($name)", (fn) => {
  const x = fromArray(backend, [
    [-inf, -inf],
    [1, 2],
  ]);
  const open = fromArray(backend, [[0], [1]], { dtype: "bool" });
  const f = (t: Tensor): Tensor => sum(square(where(open, fn(t), 0)));
  const slope = (t: Tensor): Tensor => sum(square(valueAndGrad(f, [t]).gradients[0]!));
  const [alone] = gradientsOf((t) => sum(square(fn(t))), [row(1, 2)]);
  expect(gradientsOf(f, [x])).toEqual([[0, 0, ...alone!]]);
  expect(gradientsOf(slope, [x])[0]!.every(Number.isFinite)).toBe(true);
});

test("nothing but the result is left", () => {
  const own = referenceBackend();
  const x = zeros(own, [2, 3]);
  softmax(logSoftmax(x));
  expect(own.liveTensors()).toBe(3);
});

test("messages", () => {
  expect(refusal(() => softmax(scalar(backend, 1)))).toBe(
    "E_OPTION softmax: `axis` must be absent for a scalar, got -1.",
  );
  expect(refusal(() => logSoftmax(zeros(backend, [2], { dtype: "bool" })))).toBe(
    "E_DTYPE logSoftmax: `x` must be a float tensor, got bool. Element types are never mixed silently: use cast.",
  );
});
