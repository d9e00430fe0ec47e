import { expect, test } from "vitest";
import { normal, refusal, values } from "../../test/support.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import { fromArray, scalar, zeros } from "./create.ts";
import { sort, topK } from "./top-k.ts";

const backend = referenceBackend();

test("the largest of each row, descending, the lower index first among equals", () => {
  const x = fromArray(backend, [
    [1, 3, 3, 2],
    [0, -1, 0, 5],
  ]);
  const { values: largest, indices } = topK(x, { k: 3 });
  expect([largest.shape, values(largest)]).toEqual([
    [2, 3],
    [3, 3, 2, 5, 0, 0],
  ]);
  expect([indices.dtype, values(indices)]).toEqual(["int32", [1, 2, 3, 3, 0, 2]]);
});

// k on both sides of where the kernel turns from insertion to sorting.
test.each([1, 31, 32, 33, 200])("k = %d agrees with a full sort", (k) => {
  const x = normal(backend, [2, 200], "x");
  const rows = [values(x).slice(0, 200), values(x).slice(200)];
  const order = rows.map((row) =>
    row
      .map((_, i) => i)
      .sort((a, b) => row[b]! - row[a]! || a - b)
      .slice(0, k),
  );
  const { values: largest, indices } = topK(x, { k });
  expect(values(indices)).toEqual(order.flat());
  expect(values(largest)).toEqual(order.flatMap((positions, r) => positions.map((i) => rows[r]![i]!)));
});

test("infinities are in order", () => {
  const x = fromArray(backend, [-Infinity, 1, Infinity, -Infinity, Infinity]);
  expect(values(topK(x, { k: 5 }).indices)).toEqual([2, 4, 1, 0, 3]);
});

test("sort in both directions, along the last axis", () => {
  const x = fromArray(backend, [
    [2, -1, 3],
    [0, 0, -5],
  ]);
  expect(values(sort(x))).toEqual([-1, 2, 3, -5, 0, 0]);
  expect(values(sort(x, { descending: true }))).toEqual([3, 2, -1, 0, 0, -5]);
  expect(sort(zeros(backend, [2, 0])).shape).toEqual([2, 0]);
});

test("sort of integers reaches both ends of the range", () => {
  const x = fromArray(backend, [0, -2147483648, 2147483647, -1], { dtype: "int32" });
  expect([sort(x).dtype, values(sort(x))]).toEqual(["int32", [-2147483648, -1, 0, 2147483647]]);
});

test("nothing but the result is left", () => {
  const own = referenceBackend();
  const x = zeros(own, [3]);
  sort(x);
  expect(own.liveTensors()).toBe(2);
});

test("messages", () => {
  const x = zeros(backend, [2, 3]);
  for (const k of [0, 4, 1.5]) {
    expect(refusal(() => topK(x, { k }))).toBe(
      `E_OPTION topK: \`k\` must be an integer from 1 to 3, the size of the last axis, got ${k}.`,
    );
  }
  expect(refusal(() => topK(scalar(backend, 1), { k: 1 }))).toBe(
    "E_SHAPE topK: `x` must be of rank 1 or more, got [].",
  );
  expect(refusal(() => sort(scalar(backend, 1)))).toBe("E_SHAPE sort: `x` must be of rank 1 or more, got [].");
  expect(refusal(() => sort(zeros(backend, [1], { dtype: "bool" })))).toBe(
    "E_DTYPE sort: `x` must be a float or int32 tensor, got bool. Element types are never mixed silently: use cast.",
  );
});
