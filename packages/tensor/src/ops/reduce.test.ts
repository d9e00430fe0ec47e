import { expect, test } from "vitest";
import { refusal, values } from "../../test/support.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import { fromArray, zeros } from "./create.ts";
import { max, mean, min, sum } from "./reduce.ts";

const backend = referenceBackend();
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const x = fromArray(backend, [
  [
    [1, 2],
    [3, 4],
    [5, 6],
  ],
  [
    [7, 8],
    [9, 10],
    [11, 12],
  ],
]);

test("over all axes, one, several, and none", () => {
  expect([sum(x).shape, values(sum(x))]).toEqual([[], [78]]);
  expect([sum(x, { axis: 1 }).shape, values(sum(x, { axis: 1 }))]).toEqual([
    [2, 2],
    [9, 12, 27, 30],
  ]);
  expect(values(sum(x, { axis: 0 }))).toEqual([8, 10, 12, 14, 16, 18]);
  expect(values(sum(x, { axis: [0, -1] }))).toEqual([18, 26, 34]);
  expect(values(max(x, { axis: [0, 2] }))).toEqual([8, 10, 12]);
  expect(values(min(x, { axis: -1 }))).toEqual([1, 3, 5, 7, 9, 11]);
  expect(sum(x, { axis: [] }).shape).toEqual([2, 3, 2]);
  expect(values(mean(x, { axis: [1, 2] }))).toEqual([3.5, 9.5]);
});

test("reduced axes can be kept", () => {
  expect(mean(x, { axis: [0, 2], keepDims: true }).shape).toEqual([1, 3, 1]);
  expect(max(x, { keepDims: true }).shape).toEqual([1, 1, 1]);
});

test("empty axes", () => {
  const empty = zeros(backend, [2, 0]);
  expect(values(sum(empty, { axis: 1 }))).toEqual([0, 0]);
  expect(values(max(empty, { axis: 1 }))).toEqual([-inf, -inf]);
  expect(values(min(empty, { axis: 1 }))).toEqual([inf, inf]);
  expect(values(mean(empty, { axis: 1 }))).toEqual([nan, nan]);
  expect([sum(empty, { axis: 0 }).shape, values(sum(empty))]).toEqual([[0], [0]]);
});

test("NaN is handed on, infinities add up", () => {
  const rows = fromArray(backend, [
    [1, nan],
    [inf, 1],
    [inf, -inf],
    [-inf, -inf],
  ]);
  expect(values(max(rows, { axis: 1 }))).toEqual([nan, inf, inf, -inf]);
  expect(values(min(rows, { axis: 1 }))).toEqual([nan, 1, -inf, -inf]);
  expect(values(sum(rows, { axis: 1 }))).toEqual([nan, inf, nan, -inf]);
});

test("sums are compensated: what a plain sum loses is kept", () => {
  expect(values(sum(fromArray(backend, [1, 1e100, 1, -1e100])))).toEqual([2]);
  // 2⁵³ + 1 + 1 + … in a plain sum would stay at 2⁵³.
  const tiny = fromArray(backend, [2 ** 53, ...new Array<number>(1000).fill(1)]);
  expect(values(sum(tiny))).toEqual([2 ** 53 + 1000]);
  const across = fromArray(backend, [[1], [1e100], [1], [-1e100]]);
  expect(values(sum(across, { axis: 0 }))).toEqual([2]);
});

test("integers", () => {
  const n = fromArray(backend, [3, -4, 2], { dtype: "int32" });
  expect([sum(n).dtype, values(sum(n)), values(max(n)), values(min(n))]).toEqual(["int32", [1], [3], [-4]]);
});

test("nothing is left behind", () => {
  const own = referenceBackend();
  const y = zeros(own, [2, 3]);
  mean(y, { axis: 1, keepDims: true });
  expect(own.liveTensors()).toBe(2);
});

test("messages", () => {
  const hint = "Element types are never mixed silently: use cast.";
  expect(refusal(() => sum(x, { axis: 3 }))).toBe("E_OPTION sum: `axis` must be an integer from -3 to 2, got 3.");
  expect(refusal(() => max(fromArray(backend, [1], { dtype: "bool" })))).toBe(
    `E_DTYPE max: \`x\` must be a float or int32 tensor, got bool. ${hint}`,
  );
  expect(refusal(() => mean(fromArray(backend, [1], { dtype: "int32" })))).toBe(
    `E_DTYPE mean: \`x\` must be a float tensor, got int32. ${hint}`,
  );
  expect(refusal(() => max(zeros(backend, [2, 0], { dtype: "int32" }), { axis: 1 }))).toBe(
    "E_SHAPE max: `x` must be without empty axes when it is int32, got [2, 0]. Integers have no infinity to return.",
  );
});
