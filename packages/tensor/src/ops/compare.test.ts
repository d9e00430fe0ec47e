import { expect, test } from "vitest";
import { refusal, values } from "../../test/support.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import type { Tensor } from "../tensor.ts";
import * as ops from "./compare.ts";
import { fromArray } from "./create.ts";

const backend = referenceBackend();
const vector = (...xs: number[]): Tensor => fromArray(backend, xs);
const truth = (...xs: number[]): Tensor => fromArray(backend, xs, { dtype: "bool" });
const { NaN: nan } = Number;

test("comparisons give bool; NaN compares as IEEE says", () => {
  const a = vector(1, 2, 3, nan);
  expect([ops.equal(a, 2).dtype, values(ops.equal(a, 2))]).toEqual(["bool", [0, 1, 0, 0]]);
  expect(values(ops.notEqual(a, 2))).toEqual([1, 0, 1, 1]);
  expect(values(ops.less(a, 2))).toEqual([1, 0, 0, 0]);
  expect(values(ops.lessEqual(a, 2))).toEqual([1, 1, 0, 0]);
  expect(values(ops.greater(a, 2))).toEqual([0, 0, 1, 0]);
  expect(values(ops.greaterEqual(2, a))).toEqual([1, 1, 0, 0]);
  expect(values(ops.equal(truth(0, 1), truth(1, 1)))).toEqual([0, 1]);
  expect(values(ops.less(fromArray(backend, [[1], [3]]), fromArray(backend, [[2, 4]])))).toEqual([1, 1, 0, 1]);
});

test("truth tables", () => {
  const a = truth(0, 0, 1, 1);
  const b = truth(0, 1, 0, 1);
  expect(values(ops.logicalAnd(a, b))).toEqual([0, 0, 0, 1]);
  expect(values(ops.logicalOr(a, b))).toEqual([0, 1, 1, 1]);
  expect(values(ops.logicalNot(a))).toEqual([1, 1, 0, 0]);
  expect(
    ops.logicalAnd(fromArray(backend, [[1], [0]], { dtype: "bool" }), fromArray(backend, [[1, 0]], { dtype: "bool" }))
      .shape,
  ).toEqual([2, 2]);
});

test("where chooses and broadcasts all three", () => {
  const rows = fromArray(backend, [[1], [0]], { dtype: "bool" });
  const chosen = ops.where(rows, fromArray(backend, [[1, 2]]), -1);
  expect([chosen.shape, values(chosen)]).toEqual([
    [2, 2],
    [1, 2, -1, -1],
  ]);
  expect(values(ops.where(truth(1, 0), vector(nan, nan), vector(1, 2)))).toEqual([nan, 2]);
  expect(values(ops.where(truth(1, 0), 3, 4))).toEqual([3, 4]);
  expect(ops.where(truth(1), truth(0), truth(1)).dtype).toBe("bool");
});

test("cast rounds towards zero and asks for non-zero", () => {
  expect(values(ops.cast(vector(1.9, -1.9, 0), "int32"))).toEqual([1, -1, 0]);
  expect(values(ops.cast(vector(0, -0.5, nan), "bool"))).toEqual([0, 1, 1]);
  expect([ops.cast(truth(1, 0), "float64").dtype, values(ops.cast(truth(1, 0), "float64"))]).toEqual([
    "float64",
    [1, 0],
  ]);
});

test("messages", () => {
  const hint = "Element types are never mixed silently: use cast.";
  expect(refusal(() => ops.where(vector(1), 1, 2))).toBe(
    `E_DTYPE where: \`condition\` must be a bool tensor, got float64. ${hint}`,
  );
  expect(refusal(() => ops.where(truth(1), vector(1), truth(1)))).toBe(
    `E_DTYPE where: \`b\` must be a float64 tensor like the others, got bool. ${hint}`,
  );
  expect(refusal(() => ops.where(truth(1, 0), vector(1, 2), vector(1, 2, 3)))).toBe(
    "E_SHAPE where: `b` must be a scalar or of a shape that broadcasts with [2], got [3]. Only axes of size 1 stretch.",
  );
  expect(refusal(() => ops.where(truth(1), vector(1), fromArray(referenceBackend(), [1])))).toBe(
    "E_BACKEND where: `b` must be a tensor of backend reference, got one of another backend also named reference. " +
      "Move it with fromData(backend, x.dataSync(), x.shape).",
  );
  expect(refusal(() => ops.logicalAnd(truth(1), vector(1)))).toBe(
    `E_DTYPE logicalAnd: \`b\` must be a bool tensor, got float64. ${hint}`,
  );
  expect(refusal(() => ops.logicalNot(vector(1)))).toBe(
    `E_DTYPE logicalNot: \`x\` must be a bool tensor, got float64. ${hint}`,
  );
  expect(refusal(() => ops.equal(vector(1), fromArray(backend, [1], { dtype: "int32" })))).toBe(
    `E_DTYPE equal: \`b\` must be a float64 tensor like the others, got int32. ${hint}`,
  );
  expect(refusal(() => ops.cast(vector(1), "float32"))).toBe(
    "E_DTYPE cast: `dtype` must be float64, int32 or bool on backend reference, got float32.",
  );
});
