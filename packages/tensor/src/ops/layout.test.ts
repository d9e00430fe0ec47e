import { expect, test } from "vitest";
import { refusal, values } from "../../test/support.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import { arange, fromArray, scalar, zeros } from "./create.ts";
import { broadcastTo, concat, pad, reshape, slice, transpose } from "./layout.ts";

const backend = referenceBackend();
const x = reshape(arange(backend, 24), [2, 3, 4]);
const entry = (i: number, j: number, k: number): number => 12 * i + 4 * j + k;

test("reshape keeps the order", () => {
  expect([reshape(x, [6, 4]).shape, values(reshape(x, [6, 4]))]).toEqual([[6, 4], values(x)]);
  expect(reshape(scalar(backend, 1), [1, 1]).shape).toEqual([1, 1]);
  expect(refusal(() => reshape(x, [5, 5]))).toBe(
    "E_SHAPE reshape: `shape` must be a shape of 24 elements like [2, 3, 4], got [5, 5].",
  );
});

test("transpose puts axis permutation[k] in place k", () => {
  const y = transpose(x, [2, 0, 1]);
  expect(y.shape).toEqual([4, 2, 3]);
  const expected = [0, 1, 2, 3].flatMap((k) => [0, 1].flatMap((i) => [0, 1, 2].map((j) => entry(i, j, k))));
  expect(values(y)).toEqual(expected);
  expect(values(transpose(y, [1, 2, 0]))).toEqual(values(x));
  expect(transpose(x).shape).toEqual([4, 3, 2]);
  expect(refusal(() => transpose(x, [0, 1, 1]))).toBe(
    "E_OPTION transpose: `permutation` must be an ordering of [0, 1, 2], got [0, 1, 1].",
  );
  expect(refusal(() => transpose(x, [0, 1]))).toBe(
    "E_OPTION transpose: `permutation` must be an ordering of [0, 1, 2], got [0, 1].",
  );
});

test("broadcastTo repeats scalars and axes of size 1, and promotes no rank", () => {
  expect(values(broadcastTo(fromArray(backend, [[1], [2]]), [2, 3]))).toEqual([1, 1, 1, 2, 2, 2]);
  expect(values(broadcastTo(fromArray(backend, [[1, 2]]), [2, 2]))).toEqual([1, 2, 1, 2]);
  expect(values(broadcastTo(scalar(backend, 7), [2, 2]))).toEqual([7, 7, 7, 7]);
  expect(refusal(() => broadcastTo(fromArray(backend, [1, 2]), [2, 2]))).toBe(
    "E_SHAPE broadcastTo: `x` must be a scalar or stretch along axes of size 1 to [2, 2], got [2].",
  );
  expect(refusal(() => broadcastTo(fromArray(backend, [[1, 2]]), [2, 1]))).toBe(
    "E_SHAPE broadcastTo: `x` must be a scalar or stretch along axes of size 1 to [2, 1], got [1, 2].",
  );
});

test("slice cuts a box, pad puts it back among zeros", () => {
  const box = slice(x, [1, 0, 1], [1, 2, 3]);
  expect([box.shape, values(box)]).toEqual([
    [1, 2, 3],
    [entry(1, 0, 1), entry(1, 0, 2), entry(1, 0, 3), entry(1, 1, 1), entry(1, 1, 2), entry(1, 1, 3)],
  ]);
  const padded = pad(box, [1, 0, 1], [0, 1, 0]);
  expect(padded.shape).toEqual([2, 3, 4]);
  expect(values(padded)).toEqual(
    values(x).map((value, index) => (index >= 12 && index < 20 && index % 4 > 0 ? value : 0)),
  );
  expect(slice(x, [2, 0, 0], [0, 3, 4]).shape).toEqual([0, 3, 4]);
  expect(values(pad(zeros(backend, [0]), [1], [1]))).toEqual([0, 0]);
});

test("messages of slice and pad", () => {
  expect(refusal(() => slice(x, [0, 2, 0], [1, 2, 4]))).toBe(
    "E_SHAPE slice: `size` must be at most [2, 1, 4] from [0, 2, 0] on, got [1, 2, 4]. The tensor has shape [2, 3, 4].",
  );
  expect(refusal(() => slice(x, [0, 2], [1, 2, 4]))).toBe(
    "E_SHAPE slice: `begin` must be 3 non-negative integers, one per axis of [2, 3, 4], got [0, 2].",
  );
  expect(refusal(() => pad(x, [0, 0, 0], [0, -1, 0]))).toBe(
    "E_SHAPE pad: `after` must be 3 non-negative integers, one per axis of [2, 3, 4], got [0, -1, 0].",
  );
});

test("concat joins along any axis", () => {
  const a = fromArray(backend, [[1, 2]]);
  const b = fromArray(backend, [
    [3, 4],
    [5, 6],
  ]);
  expect(values(concat([a, b]))).toEqual([1, 2, 3, 4, 5, 6]);
  const wide = concat([b, b, zeros(backend, [2, 0])], { axis: -1 });
  expect([wide.shape, values(wide)]).toEqual([
    [2, 4],
    [3, 4, 3, 4, 5, 6, 5, 6],
  ]);
});

test("messages of concat", () => {
  const a = zeros(backend, [1, 2]);
  expect(refusal(() => concat([]))).toBe("E_SHAPE concat: `xs` must be a list of at least one tensor, got [].");
  expect(refusal(() => concat([a, zeros(backend, [1, 3])]))).toBe(
    "E_SHAPE concat: `xs[1]` must be like [1, 2] save along axis 0, got [1, 3].",
  );
  expect(refusal(() => concat([a, zeros(backend, [1, 2], { dtype: "int32" })]))).toBe(
    "E_DTYPE concat: `xs[1]` must be a float64 tensor like the others, got int32. " +
      "Element types are never mixed silently: use cast.",
  );
  expect(refusal(() => concat([a, a, zeros(referenceBackend(), [1, 2])]))).toBe(
    "E_BACKEND concat: `xs[2]` must be a tensor of backend reference, " +
      "got one of another backend also named reference. Move it with fromData(backend, x.dataSync(), x.shape).",
  );
  expect(refusal(() => concat([a], { axis: 2 }))).toBe(
    "E_OPTION concat: `axis` must be an integer from -2 to 1, got 2.",
  );
});
