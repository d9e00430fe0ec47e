// What the standard errors by linearisation are held against: the statistic with one row left out after the other.

import type { RowMatrix } from "@nce-geometry/tensor";
import { takeRows } from "./sphere-samples.ts";

/** Jackknife standard error of a statistic of one sample. */
export async function jackknife(x: RowMatrix, statistic: (x: RowMatrix) => Promise<number>): Promise<number> {
  const n = x.rows;
  const values: number[] = [];
  for (let i = 0; i < n; i++) values.push(await statistic(without(x, i)));
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return Math.sqrt(((n - 1) / n) * values.reduce((sum, value) => sum + (value - mean) ** 2, 0));
}

/** The same for two independent samples: the variances add. */
export async function jackknifeOfTwo(
  x: RowMatrix,
  y: RowMatrix,
  statistic: (x: RowMatrix, y: RowMatrix) => Promise<number>,
): Promise<number> {
  return Math.hypot(await jackknife(x, (rows) => statistic(rows, y)), await jackknife(y, (rows) => statistic(x, rows)));
}

/** The same for pairs. */
export function jackknifeOfPairs(
  x: RowMatrix,
  y: RowMatrix,
  statistic: (x: RowMatrix, y: RowMatrix) => Promise<number>,
): Promise<number> {
  const index = { rows: x.rows, dim: 1, data: Float64Array.from({ length: x.rows }, (_, i) => i) };
  return jackknife(index, ({ data }) => statistic(takeRows(x, data), takeRows(y, data)));
}

function without(x: RowMatrix, i: number): RowMatrix {
  return takeRows(
    x,
    Array.from({ length: x.rows }, (_, row) => row).filter((row) => row !== i),
  );
}
