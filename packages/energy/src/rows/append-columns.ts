import { isRowMatrix, type RowBlock, type Rows } from "@nce-geometry/tensor";

/** A number for each row, or one for all of them. */
export type Column = Float64Array | number;

/**
 * The rows with further coordinates, in float64; a source stays a source.
 *
 * An all-pairs engine sums over pairs of rows without weights. Coordinates that the inner product meets with a constant put
 * weights into its exponentials, and coordinates that it meets with 0 are averaged along by its gradient, so that weighted
 * sums and regressions need no further primitive.
 */
export function appendColumns(x: Rows, columns: readonly Column[]): Rows {
  const { rows, dim } = x;
  const width = dim + columns.length;
  const fill = (out: RowBlock, block: RowBlock, start: number, count: number) => {
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < dim; k++) out[i * width + k] = block[i * dim + k]!;
      columns.forEach((column, k) => {
        out[i * width + dim + k] = typeof column === "number" ? column : column[start + i]!;
      });
    }
    return out;
  };
  if (isRowMatrix(x)) return { rows, dim: width, data: fill(new Float64Array(rows * width), x.data, 0, rows) };
  return {
    rows,
    dim: width,
    dtype: "float64",
    async read(start, count, out) {
      const block = await x.read(start, count);
      return fill(out?.subarray(0, count * width) ?? new Float64Array(count * width), block, start, count);
    },
  };
}
