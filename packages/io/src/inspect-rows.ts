// What is in a file of embeddings, before anything is computed with it.

import type { RowSource, RunControl } from "@nce-geometry/tensor";
import { type DuplicateRows, findDuplicateRows } from "./duplicate-rows.ts";
import { rowBlocks } from "./row-blocks.ts";
import { scanRow } from "./scan-row.ts";

/** Rows with some property; `first` is the index of the first one, null when there is none. */
export interface RowCount {
  readonly rows: number;
  readonly first: number | null;
}

export interface RowInspection {
  readonly rows: number;
  readonly dim: number;
  /** How the numbers are stored. */
  readonly dtype: string;
  /** Rows that hold a NaN. */
  readonly nan: RowCount;
  /** Rows that hold +∞ or −∞. */
  readonly infinite: RowCount;
  /** Rows of zeros only. */
  readonly zero: RowCount;
  /** Euclidean lengths of the rows that are finite and whose length is; null when there are none. */
  readonly norms: { readonly min: number; readonly mean: number; readonly max: number } | null;
  /** Rows whose length is within 2⁻⁹ of 1, as that of rows normalised in half precision is. */
  readonly unit: number;
  /** Rows equal to an earlier one; rows that hold a NaN equal nothing. */
  readonly duplicates: DuplicateRows;
}

/** Rows that were normalised in half precision, eleven bits, are of unit length up to about this much. */
const unitTolerance = 2 ** -9;

/**
 * One pass over all rows, and a second one over blocks with rows that may be duplicates.
 *
 * Numerics: lengths in float64, also where squares would over- or underflow. Equal rows are found by a 53-bit hash of their
 * values (−0 counts as 0) and confirmed by comparison.
 * Memory: a block of some megabytes, 16 bytes a row, and at most 32 MiB of rows that have duplicates. Cost: O(n·d + n log n).
 * Throws: what the source throws; the signal's reason when aborted.
 */
export async function inspectRows(source: RowSource, control: RunControl = {}): Promise<RowInspection> {
  const { rows, dim, dtype } = source;
  const [nan, infinite, zero, unit] = [counter(), counter(), counter(), counter()];
  const norms = { min: Number.POSITIVE_INFINITY, mean: 0, max: 0, count: 0 };
  const hashes = new Float64Array(rows);
  for await (const { block, start, count } of rowBlocks(source, control)) {
    for (let i = 0; i < count; i++) {
      const { hasNaN, hasInfinity, isZero, norm, hash } = scanRow(block, i * dim, dim);
      hashes[start + i] = hasNaN ? Number.NaN : hash;
      if (hasNaN) nan.add(start + i);
      if (hasInfinity) infinite.add(start + i);
      if (isZero) zero.add(start + i);
      if (!Number.isFinite(norm)) continue;
      norms.min = Math.min(norms.min, norm);
      norms.max = Math.max(norms.max, norm);
      // A running mean, because a sum of lengths may overflow.
      norms.mean += (norm - norms.mean) / ++norms.count;
      if (Math.abs(norm - 1) <= unitTolerance) unit.add(start + i);
    }
  }
  const { min, mean, max, count } = norms;
  return {
    rows,
    dim,
    dtype,
    nan: nan.result(),
    infinite: infinite.result(),
    zero: zero.result(),
    norms: count > 0 ? { min, mean, max } : null,
    unit: unit.result().rows,
    duplicates: await findDuplicateRows(source, hashes, control),
  };
}

function counter(): { add(row: number): void; result(): RowCount } {
  let [rows, first]: [number, number | null] = [0, null];
  return {
    add(row) {
      first ??= row;
      rows++;
    },
    result: () => ({ rows, first }),
  };
}
