import type { RowMatrix, RowSource } from "@nce-geometry/tensor";

/** All rows of a source in memory: rows · dim numbers, float32 or float64 as the source yields them. */
export async function loadRows(source: RowSource): Promise<RowMatrix> {
  const { rows, dim } = source;
  return { rows, dim, data: await source.read(0, rows) };
}
