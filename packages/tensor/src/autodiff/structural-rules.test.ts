import { describe, expect, test } from "vitest";
import { expectGradients, gradientsOf, normal } from "../../test/support.ts";
import { cast } from "../ops/compare.ts";
import { fromArray, zeros } from "../ops/create.ts";
import { add, exp, mul, square } from "../ops/elementwise.ts";
import { gather, scatterAdd } from "../ops/gather.ts";
import { broadcastTo, concat, pad, reshape, slice, transpose } from "../ops/layout.ts";
import { matMul } from "../ops/mat-mul.ts";
import { max, mean, min, sum } from "../ops/reduce.ts";
import { sort, topK } from "../ops/top-k.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import type { Tensor } from "../tensor.ts";
import { valueAndGrad } from "./value-and-grad.ts";

const backend = referenceBackend();
/** A scalar that depends on each element differently, without cancellation that would blur its difference quotient. */
const weighted = (y: Tensor): Tensor => sum(mul(exp(normal(backend, y.shape, "weights")), square(y)));
const positions = fromArray(backend, [2, 0, 2], { dtype: "int32" });

const cases: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  "sum over the middle": (x) => sum(x, { axis: 1 }),
  "sum, dimensions kept": (x) => sum(x, { axis: [0, 2], keepDims: true }),
  mean: (x) => mean(x, { axis: 0 }),
  max: (x) => max(x, { axis: 1 }),
  "min over two axes": (x) => min(x, { axis: [0, 2] }),
  reshape: (x) => reshape(x, [4, 6]),
  transpose: (x) => transpose(x, [2, 0, 1]),
  broadcastTo: (x) => broadcastTo(sum(x, { axis: 1, keepDims: true }), [2, 5, 4]),
  "broadcastTo from a scalar": (x) => broadcastTo(sum(x), [2, 2]),
  slice: (x) => slice(x, [0, 1, 2], [2, 2, 1]),
  pad: (x) => pad(x, [1, 0, 2], [0, 1, 0]),
  concat: (x) => concat([x, exp(x), slice(x, [0, 0, 0], [2, 3, 1])], { axis: 2 }),
  gather: (x) => gather(reshape(x, [6, 4]), positions),
  scatterAdd: (x) => scatterAdd(positions, reshape(x, [3, 8]), { rows: 4 }),
  topK: (x) => topK(x, { k: 2 }).values,
  sort: (x) => sort(x),
  "sort, largest first": (x) => sort(x, { descending: true }),
  "cast to its own type": (x) => cast(x, "float64"),
};

describe("by differences", () => {
  const x = normal(backend, [2, 3, 4], "x");

  test.each(Object.keys(cases))("%s", (name) => {
    expectGradients((t) => weighted(cases[name]!(t)), [x]);
  });

  test.each(Object.keys(cases))("%s, differentiated twice", (name) => {
    const slope = (t: Tensor): Tensor => weighted(valueAndGrad((u) => weighted(cases[name]!(u)), [t]).gradients[0]!);
    expectGradients(slope, [x]);
  });

  test.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])("matMul, transposed %s and %s, once and twice", (transposeA, transposeB) => {
    const a = normal(backend, transposeA ? [3, 2] : [2, 3], "a");
    const b = normal(backend, transposeB ? [4, 3] : [3, 4], "b");
    const f = (x: Tensor, y: Tensor): Tensor => weighted(matMul(x, y, { transposeA, transposeB }));
    expectGradients(f, [a, b]);
    expectGradients(
      (x, y) => {
        const { gradients } = valueAndGrad(f, [x, y]);
        return add(weighted(gradients[0]!), weighted(gradients[1]!));
      },
      [a, b],
    );
  });
});

describe("ties", () => {
  test("equal extremes share equally", () => {
    const x = fromArray(backend, [
      [3, 1, 3],
      [2, 2, 2],
    ]);
    expect(gradientsOf((t) => sum(max(t, { axis: 1 })), [x])).toEqual([[1 / 2, 0, 1 / 2, 1 / 3, 1 / 3, 1 / 3]]);
    expect(gradientsOf((t) => sum(min(t, { axis: 1 })), [x])).toEqual([[0, 1, 0, 1 / 3, 1 / 3, 1 / 3]]);
    expect(gradientsOf((t) => max(t), [x])).toEqual([[1 / 2, 0, 1 / 2, 0, 0, 0]]);
  });

  test("infinite extremes count as equal, NaN takes the gradient of its row", () => {
    const x = fromArray(backend, [
      [-Infinity, -Infinity],
      [Number.NaN, 1],
    ]);
    expect(gradientsOf((t) => sum(max(t, { axis: 1 })), [x])).toEqual([[0.5, 0.5, 1, 0]]);
  });

  test("topK gives it to the first of equals", () => {
    const x = fromArray(backend, [1, 5, 5, 5]);
    expect(gradientsOf((t) => sum(topK(t, { k: 2 }).values), [x])).toEqual([[0, 1, 1, 0]]);
  });
});

test("empty tensors have empty gradients", () => {
  expect(gradientsOf((t) => sum(exp(t)), [zeros(backend, [0, 3])])).toEqual([[]]);
  expect(gradientsOf((t) => sum(max(t, { axis: 1 })), [zeros(backend, [0, 3])])).toEqual([[]]);
  expect(gradientsOf((t, u) => sum(matMul(t, u)), [zeros(backend, [2, 0]), zeros(backend, [0, 2])])).toEqual([[], []]);
});

test("indices carry no gradient", () => {
  const x = fromArray(backend, [3, 1, 2]);
  expect(gradientsOf((t) => sum(mul(cast(topK(t, { k: 1 }).indices, "float64"), 5)), [x])).toEqual([[0, 0, 0]]);
});
