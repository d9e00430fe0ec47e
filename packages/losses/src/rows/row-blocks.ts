// Walking over rows in memory or on disk, a block at a time.

import { type CancelSignal, isRowMatrix, type RowBlock, type Rows, throwIfAborted } from "@nce-geometry/tensor";

/** A few megabytes at usual dimensions. */
const blockRows = 1024;

/** Row-major numbers of the rows start … start + count − 1. */
export interface PlacedBlock {
  readonly block: RowBlock;
  readonly start: number;
  readonly count: number;
}

/** Blocks of `x` in order. */
export async function* blocksOf(x: Rows, signal?: CancelSignal): AsyncGenerator<PlacedBlock> {
  for (let start = 0; start < x.rows; start += blockRows) {
    throwIfAborted(signal);
    const count = Math.min(blockRows, x.rows - start);
    yield { block: await readRows(x, start, count), start, count };
  }
}

/** Rows start … start + count − 1. */
export async function readRows(x: Rows, start: number, count: number): Promise<RowBlock> {
  return isRowMatrix(x) ? x.data.subarray(start * x.dim, (start + count) * x.dim) : x.read(start, count);
}
