import { InputError, type RowBlock, type RowMatrix, type RowSource } from "@nce-geometry/tensor";
import { checkCount, checkRows } from "../check-arguments.ts";

/**
 * Numbers in memory as a matrix of rows; the array is kept, not copied.
 *
 * Shapes:   data of length rows·dim, row-major → [rows, dim].
 * Domain:   rows ≥ 0, dim ≥ 1; any numbers.
 * Throws:   InputError E_SHAPE.
 */
export function rowMatrix(data: RowBlock, rows: number, dim: number): RowMatrix {
  const matrix: RowMatrix = { rows, dim, data };
  checkRows("rowMatrix", "matrix", matrix);
  return matrix;
}

/**
 * Nested arrays as a float64 matrix of rows, for small inputs and examples.
 *
 * Shapes:   n lists of d numbers, n ≥ 1 → [n, d].
 * Throws:   InputError E_SHAPE when there is no row or rows differ in length.
 */
export function matrixOf(nested: readonly (readonly number[])[]): RowMatrix {
  const where = "matrixOf";
  const dim = nested[0]?.length;
  if (dim === undefined) {
    const hint = "An empty set of rows is `rowMatrix(new Float64Array(0), 0, dim)`.";
    throw new InputError({
      code: "E_SHAPE",
      where,
      argument: "nested",
      expected: "at least one row",
      received: "none",
      hint,
    });
  }
  const row = nested.findIndex((values) => values.length !== dim);
  if (row >= 0) {
    const received = `${nested[row]!.length} in row ${row}`;
    throw new InputError({ code: "E_SHAPE", where, argument: "nested", expected: `rows of ${dim} numbers`, received });
  }
  return rowMatrix(Float64Array.from(nested.flat()), nested.length, dim);
}

/**
 * A matrix as a source of row blocks, for code that streams; each block is a copy.
 *
 * Shapes:   [n, d] → a source of n rows of dimension d.
 * Throws:   InputError E_SHAPE from `read` when the rows asked for do not exist or `out` is too short.
 */
export function asRowSource(matrix: RowMatrix): RowSource {
  checkRows("asRowSource", "matrix", matrix);
  const { rows, dim, data } = matrix;
  return {
    rows,
    dim,
    dtype: data instanceof Float32Array ? "float32" : "float64",
    async read(start, count, out) {
      checkRange("asRowSource.read", rows, dim, start, count, out);
      const block = data.subarray(start * dim, (start + count) * dim);
      if (!out) return block.slice();
      out.set(block);
      return out.subarray(0, block.length);
    },
  };
}

/** Checks the arguments of `RowSource.read`. */
export function checkRange(
  where: string,
  rows: number,
  dim: number,
  start: number,
  count: number,
  out: RowBlock | undefined,
): void {
  checkCount("E_SHAPE", where, "start", start, 0);
  checkCount("E_SHAPE", where, "count", count, 0);
  if (start + count > rows) {
    const received = `rows ${start} … ${start + count - 1}`;
    const expected = `at most ${rows} − start, the number of rows left`;
    throw new InputError({ code: "E_SHAPE", where, argument: "count", expected, received });
  }
  if (out && out.length < count * dim) {
    const expected = `of length ≥ count·dim = ${count * dim}`;
    throw new InputError({ code: "E_SHAPE", where, argument: "out", expected, received: String(out.length) });
  }
}
