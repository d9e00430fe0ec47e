import { type RowBlock, type RowSource, type RunControl, throwIfAborted, yieldToEventLoop } from "@nce-geometry/tensor";

export interface NumberedBlock {
  readonly block: RowBlock;
  /** Index of the first row of the block. */
  readonly start: number;
  readonly count: number;
}

/** Numbers per block: some megabytes. */
const blockNumbers = 2 ** 19;

/** Rows of dimension `dim` that make a block of some megabytes. */
export function rowsPerBlock(dim: number): number {
  return Math.max(1, Math.floor(blockNumbers / dim));
}

/** All rows in order, block by block, with progress in rows; between two blocks the event loop runs. */
export async function* rowBlocks(
  source: RowSource,
  { signal, onProgress }: RunControl,
): AsyncGenerator<NumberedBlock, void, undefined> {
  const { rows, dim } = source;
  const step = rowsPerBlock(dim);
  for (let start = 0; start < rows; start += step) {
    throwIfAborted(signal);
    const count = Math.min(step, rows - start);
    yield { block: await source.read(start, count), start, count };
    onProgress?.({ done: start + count, total: rows, label: "reading rows" });
    await yieldToEventLoop();
  }
}
