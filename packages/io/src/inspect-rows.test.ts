import { createRandom, type RowSource } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { inspectRows } from "./inspect-rows.ts";

function source(rows: number, dim: number, data: Float32Array | Float64Array, dtype = "float64"): RowSource {
  return { rows, dim, dtype, read: async (start, count) => data.slice(start * dim, (start + count) * dim) };
}
const from = (rows: number[][]): RowSource => source(rows.length, rows[0]!.length, Float64Array.from(rows.flat()));

test("each kind of row is counted and the first one named", async () => {
  const rows = [
    [3, 4],
    [0, 0],
    [Number.NaN, 1],
    [0, 0],
    [Number.POSITIVE_INFINITY, 0],
    [1, 0],
    [Number.NEGATIVE_INFINITY, Number.NaN],
    [3, 4],
    [Number.NaN, 1],
  ];
  expect(await inspectRows(from(rows))).toEqual({
    rows: 9,
    dim: 2,
    dtype: "float64",
    nan: { rows: 3, first: 2 },
    infinite: { rows: 2, first: 4 },
    zero: { rows: 2, first: 1 },
    norms: { min: 0, mean: 11 / 5, max: 5 },
    unit: 1,
    duplicates: { rows: 2, pair: [1, 3] },
  });
});

test("zero has one sign as far as duplicates go", async () => {
  const { duplicates } = await inspectRows(
    from([
      [0, 1],
      [-0, 1],
      [0, -1],
    ]),
  );
  expect(duplicates).toEqual({ rows: 1, pair: [0, 1] });
});

test("rows that share a prefix or a permutation are not duplicates", async () => {
  const { duplicates } = await inspectRows(
    from([
      [1, 2, 3],
      [1, 3, 2],
      [3, 2, 1],
      [1, 2, 4],
    ]),
  );
  expect(duplicates).toEqual({ rows: 0, pair: null });
});

test("lengths hold where squares would over- or underflow", async () => {
  const { norms, zero } = await inspectRows(
    from([
      [3e-200, 4e-200],
      [3e200, 4e200],
    ]),
  );
  // Half an ulp for each of: the data, two squares and their sum, the root, and the mean.
  const tolerance = { ulps: 4, epsilon: 2 ** -52 };
  expectClose(norms!.min, 5e-200, tolerance);
  expectClose(norms!.max, 5e200, tolerance);
  expectClose(norms!.mean, 2.5e200, tolerance);
  expect(zero).toEqual({ rows: 0, first: null });
  const smallest = await inspectRows(from([[Number.MIN_VALUE, 0]]));
  expect(smallest.norms).toEqual({ min: Number.MIN_VALUE, mean: Number.MIN_VALUE, max: Number.MIN_VALUE });
});

test("the record survives JSON, whatever the rows", async () => {
  const longest = Number.MAX_VALUE;
  const record = await inspectRows(
    from([
      [longest, longest],
      [longest, 0],
      [longest, 0],
      [Number.NaN, 0],
    ]),
  );
  expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  expect(record.norms).toEqual({ min: longest, mean: longest, max: longest });
});

test("no finite row, no norms", async () => {
  expect((await inspectRows(from([[Number.NaN]]))).norms).toBeNull();
});

test("unit rows are recognised within the rounding of half precision", async () => {
  const [rows, dim] = [200, 64];
  const values = createRandom(1).normal(rows * dim);
  for (let i = 0; i < rows; i++) {
    const row = values.subarray(i * dim, (i + 1) * dim);
    const norm = Math.hypot(...row);
    row.forEach((value, k) => {
      row[k] = value / norm;
    });
  }
  expect((await inspectRows(source(rows, dim, values))).unit).toBe(rows);
  expect((await inspectRows(source(rows, dim, Float32Array.from(values), "float32"))).unit).toBe(rows);
  expect(
    (
      await inspectRows(
        source(
          rows,
          dim,
          values.map((value) => 1.002 * value),
          "float32",
        ),
      )
    ).unit,
  ).toBe(0);
});

test("many blocks give the answer of one, with progress, and can be stopped", async () => {
  const [rows, dim] = [2100, 512];
  const data = createRandom(2).normal(rows * dim);
  data.copyWithin(2050 * dim, 7 * dim, 8 * dim);
  const steps: number[] = [];
  const result = await inspectRows(source(rows, dim, data), { onProgress: ({ done }) => steps.push(done) });
  expect(result.duplicates).toEqual({ rows: 1, pair: [7, 2050] });
  expect(steps).toEqual([1024, 2048, 2100]);
  const signal = AbortSignal.abort(new Error("stopped"));
  await expect(inspectRows(source(rows, dim, data), { signal })).rejects.toThrow("stopped");
});
