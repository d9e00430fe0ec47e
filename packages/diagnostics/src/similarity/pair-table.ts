// A symmetric number of each pair of one set of rows, held as a triangle with its diagonal apart.

import { type RowMatrix, type RunControl, throwIfAborted, yieldToEventLoop } from "@nce-geometry/tensor";

export interface PairTable {
  readonly rows: number;
  /** Of (i, j), j < i, at i(i − 1)/2 + j. */
  readonly values: Float64Array;
  /** Of (i, i). */
  readonly diagonal: Float64Array;
}

/** ⟨x_i, x_j⟩ of all pairs. */
export function innerProducts(x: RowMatrix, control: RunControl): Promise<PairTable> {
  const { dim, data } = x;
  return tabulate(x.rows, control, (i, j) => {
    let sum = 0;
    for (let k = i * dim, l = j * dim; k < (i + 1) * dim; k++, l++) sum += data[k]! * data[l]!;
    return sum;
  });
}

/** ‖x_i − x_j‖² of all pairs, from the differences. */
export function squaredDistances(x: RowMatrix, control: RunControl): Promise<PairTable> {
  const { dim, data } = x;
  return tabulate(x.rows, control, (i, j) => {
    let sum = 0;
    for (let k = i * dim, l = j * dim; k < (i + 1) * dim; k++, l++) sum += (data[k]! - data[l]!) ** 2;
    return sum;
  });
}

/** Where (i, j), i ≠ j, lies. */
export function placeOf(i: number, j: number): number {
  return i > j ? (i * (i - 1)) / 2 + j : (j * (j - 1)) / 2 + i;
}

async function tabulate(
  rows: number,
  control: RunControl,
  value: (i: number, j: number) => number,
): Promise<PairTable> {
  const values = new Float64Array((rows * (rows - 1)) / 2);
  const diagonal = new Float64Array(rows);
  let at = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) values[at++] = value(i, j);
    diagonal[i] = value(i, i);
    if (i % 64 !== 63) continue;
    await yieldToEventLoop();
    throwIfAborted(control.signal);
  }
  return { rows, values, diagonal };
}
