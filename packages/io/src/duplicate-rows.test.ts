import type { RowSource } from "@nce-geometry/tensor";
import fc from "fast-check";
import { expect, test } from "vitest";
import { findDuplicateRows } from "./duplicate-rows.ts";

function source(rows: readonly (readonly number[])[], dim: number): RowSource & { readonly reads: number[] } {
  const reads: number[] = [];
  const data = Float64Array.from(rows.flat());
  const read = async (start: number, count: number): Promise<Float64Array> => {
    reads.push(count);
    return data.slice(start * dim, (start + count) * dim);
  };
  return { rows: rows.length, dim, dtype: "float64", read, reads };
}

/** Each row against all before it. */
function byDefinition(rows: readonly (readonly number[])[]): { rows: number; pair: [number, number] | null } {
  const equal = (a: readonly number[], b: readonly number[]): boolean => a.every((value, k) => value === b[k]);
  const pairs = rows.flatMap((row, i): [number, number][] => {
    const original = rows.findIndex((other) => equal(row, other));
    return original < i ? [[original, i]] : [];
  });
  return { rows: pairs.length, pair: pairs[0] ?? null };
}

const small = fc.array(fc.tuple(fc.constantFrom(0, 1, 2), fc.constantFrom(0, -0, 1)), { minLength: 1, maxLength: 30 });

test("whatever the hash confuses, comparison tells apart", async () => {
  await fc.assert(
    fc.asyncProperty(small, fc.integer({ min: 1, max: 4 }), async (rows, buckets) => {
      // A hash that sends equal rows to equal places, and nearly all others there too.
      const hashes = Float64Array.from(rows, ([a, b]) => (3 * a + b) % buckets);
      expect(await findDuplicateRows(source(rows, 2), hashes, {})).toEqual(byDefinition(rows));
    }),
    { numRuns: 200, seed: 1 },
  );
});

test("rows whose hash is NaN are left out", async () => {
  const rows = [[1], [1], [1]];
  const hashes = Float64Array.of(Number.NaN, 5, Number.NaN);
  expect(await findDuplicateRows(source(rows, 1), hashes, {})).toEqual({ rows: 0, pair: null });
});

/** Row i is `values[i]`, repeated; without the memory of all rows. */
function constantRows(values: readonly number[], dim: number): RowSource & { readonly reads: number[] } {
  const reads: number[] = [];
  const read = async (start: number, count: number): Promise<Float32Array> => {
    reads.push(count);
    const block = new Float32Array(count * dim);
    for (let i = 0; i < count; i++) block.fill(values[start + i]!, i * dim, (i + 1) * dim);
    return block;
  };
  return { rows: values.length, dim, dtype: "float32", read, reads };
}

test("nothing is read when no two hashes meet, and each block once when all do", async () => {
  const apart = constantRows([1, 1, 1, 1, 1], 2 ** 18);
  await findDuplicateRows(apart, Float64Array.of(1, 2, 3, 4, 5), {});
  expect(apart.reads).toEqual([]);
  const together = constantRows([1, 1, 1, 1, 1], 2 ** 18);
  expect(await findDuplicateRows(together, new Float64Array(5), {})).toEqual({ rows: 4, pair: [0, 1] });
  expect(together.reads).toEqual([2, 2, 1]);
});

test("originals that no longer fit in memory are read again", async () => {
  // Room for 2²² numbers: four rows of 2²⁰.
  const rows = constantRows([1, 2, 3, 4, 5, 5], 2 ** 20);
  expect(await findDuplicateRows(rows, new Float64Array(6), {})).toEqual({ rows: 1, pair: [4, 5] });
  expect(rows.reads).toEqual([1, 1, 1, 1, 1, 1, 1]);
});
