import type { RowBlock, RowMatrix, RowSource, RunControl } from "@nce-geometry/tensor";
import { rowBlocks } from "./row-blocks.ts";

/**
 * All rows of a source in memory, float32 or float64 as the source yields them.
 *
 * Shapes: n rows of dimension d → [n, d].
 * Memory: n·d numbers and one block of some megabytes.
 * Throws: what the source throws; the signal's reason when aborted.
 */
export async function loadRows(source: RowSource, control: RunControl = {}): Promise<RowMatrix> {
  const { rows, dim } = source;
  let data: RowBlock | undefined;
  for await (const { block, start } of rowBlocks(source, control)) {
    data ??= block instanceof Float32Array ? new Float32Array(rows * dim) : new Float64Array(rows * dim);
    data.set(block, start * dim);
  }
  return { rows, dim, data: data ?? new Float64Array(0) };
}
