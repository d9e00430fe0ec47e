import type { RowMatrix } from "@nce-geometry/tensor";

/** Rows of a matrix in the order asked for, in float64. */
export function rowsOf(
  { dim, data }: RowMatrix,
  order: ArrayLike<number>,
): RowMatrix & { readonly data: Float64Array } {
  const rows = new Float64Array(order.length * dim);
  for (let i = 0; i < order.length; i++) rows.set(data.subarray(order[i]! * dim, (order[i]! + 1) * dim), i * dim);
  return { rows: order.length, dim, data: rows };
}
