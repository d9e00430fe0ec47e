// Rows for the conformance cases. All numbers are exactly float32, so that engines of either precision see the same.

import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { rowMatrix } from "../rows/row-matrix.ts";

const random = createRandom("pairwise conformance");

/** Numbers of rows and dimensions: one pair, ragged against any tile, larger than usual tiles. */
export const SIZES: readonly { readonly n: number; readonly m: number; readonly d: number }[] = [
  { n: 1, m: 1, d: 1 },
  { n: 7, m: 9, d: 5 },
  { n: 9, m: 7, d: 16 },
  { n: 150, m: 133, d: 6 },
];

/** Normal entries. */
export function normalRows(label: string, rows: number, dim: number): RowMatrix {
  return rowMatrix(
    random
      .split(label)
      .normal(rows * dim)
      .map(Math.fround),
    rows,
    dim,
  );
}

/** Entries −2 … 2: every score is exact in either precision, and many are equal. */
export function integerRows(label: string, rows: number, dim: number): RowMatrix {
  const entries = random.split(label).integers(rows * dim, { low: -2, high: 3 });
  return rowMatrix(Float64Array.from(entries), rows, dim);
}

/** Whole numbers 0 … high − 1. */
export function integers(label: string, length: number, high: number): Int32Array {
  return random.split(label).integers(length, { high });
}
