// All pair values of one set of rows, held as a triangle: what a resampling test looks up thousands of times.

import { type RowMatrix, type RunControl, throwIfAborted, yieldToEventLoop } from "@nce-geometry/tensor";

/** Rows of which the triangle takes 64 MiB. */
export const largestPool = 4096;

export interface PairTriangle {
  /** Values of (i, j), j < i, at rowStart(i) + j. */
  readonly values: Float64Array;
  readonly rowStart: (i: number) => number;
  /** Σ_{j≠i} of each row. */
  readonly rowSums: Float64Array;
  /** Σ_{i<j}. */
  readonly total: number;
}

/** f(‖x_i − x_j‖²) of all pairs, squares from differences, so that equal rows give exactly f(0). */
export async function pairTriangle(
  x: RowMatrix,
  f: (squaredDistance: number) => number,
  control: RunControl,
): Promise<PairTriangle> {
  const { rows, dim, data } = x;
  const rowStart = (i: number) => (i * (i - 1)) / 2;
  const values = new Float64Array(rowStart(rows));
  const rowSums = new Float64Array(rows);
  let total = 0;
  for (let i = 1; i < rows; i++) {
    const start = rowStart(i);
    let sum = 0;
    for (let j = 0; j < i; j++) {
      let square = 0;
      for (let k = 0; k < dim; k++) square += (data[i * dim + k]! - data[j * dim + k]!) ** 2;
      const value = f(square);
      values[start + j] = value;
      rowSums[j]! += value;
      sum += value;
    }
    rowSums[i]! += sum;
    total += sum;
    if (i % 128 !== 0) continue;
    await yieldToEventLoop();
    throwIfAborted(control.signal);
  }
  return { values, rowStart, rowSums, total };
}
