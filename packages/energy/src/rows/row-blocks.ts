// Walking over rows in memory or on disk, a block at a time.

import {
  isRowMatrix,
  type RowBlock,
  type RowMatrix,
  type Rows,
  type RunControl,
  throwIfAborted,
} from "@nce-geometry/tensor";

/** A few megabytes at usual dimensions. */
const blockRows = 1024;

/** Calls `visit` with the row-major blocks of `x` in order. */
export async function forEachBlock(
  x: Rows,
  control: RunControl,
  visit: (block: RowBlock, start: number, count: number) => void,
): Promise<void> {
  for (let start = 0; start < x.rows; start += blockRows) {
    throwIfAborted(control.signal);
    const count = Math.min(blockRows, x.rows - start);
    visit(await readBlock(x, start, count), start, count);
  }
}

/** The same over equal rows of two sets. */
export async function forEachPairBlock(
  x: Rows,
  y: Rows,
  control: RunControl,
  visit: (xBlock: RowBlock, yBlock: RowBlock, start: number, count: number) => void,
): Promise<void> {
  for (let start = 0; start < x.rows; start += blockRows) {
    throwIfAborted(control.signal);
    const count = Math.min(blockRows, x.rows - start);
    visit(await readBlock(x, start, count), await readBlock(y, start, count), start, count);
  }
}

/** A float64 copy in memory with `write` applied to each row of the copy. */
export async function copyRows(
  x: Rows,
  control: RunControl,
  write: (row: Float64Array, index: number) => void = () => {},
): Promise<RowMatrix> {
  const { rows, dim } = x;
  const data = new Float64Array(rows * dim);
  await forEachBlock(x, control, (block, start, count) => {
    data.set(block.subarray(0, count * dim), start * dim);
    for (let i = start; i < start + count; i++) write(data.subarray(i * dim, (i + 1) * dim), i);
  });
  return { rows, dim, data };
}

/** The rows of x, then those of y, as one float64 matrix. */
export async function pooledRows(x: Rows, y: Rows, control: RunControl): Promise<RowMatrix> {
  const data = new Float64Array((x.rows + y.rows) * x.dim);
  data.set((await copyRows(x, control)).data);
  data.set((await copyRows(y, control)).data, x.rows * x.dim);
  return { rows: x.rows + y.rows, dim: x.dim, data };
}

async function readBlock(x: Rows, start: number, count: number): Promise<RowBlock> {
  return isRowMatrix(x) ? x.data.subarray(start * x.dim, (start + count) * x.dim) : x.read(start, count);
}
