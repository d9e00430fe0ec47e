// Embeddings as rows: what analysis works on. Either a matrix in memory or a source that is read block by block.

/** Numbers of a block of rows, row-major. */
export type RowBlock = Float64Array | Float32Array;

/** n rows of dimension d in memory, row-major. */
export interface RowMatrix {
  readonly rows: number;
  readonly dim: number;
  /** Length `rows · dim`. */
  readonly data: RowBlock;
}

/** Rows that are read on demand, so that a file larger than memory can be streamed. */
export interface RowSource {
  readonly rows: number;
  readonly dim: number;
  /** How the numbers are stored, e.g. `float32`, `float16`, `int8`. */
  readonly dtype: string;
  /**
   * Rows `start … start + count − 1`, row-major. Float32 when every stored value is exactly a float32, else Float64.
   * With `out` (length ≥ count · dim) the values are converted into it and a view of it is returned.
   */
  read(start: number, count: number, out?: RowBlock): Promise<RowBlock>;
}

export type Rows = RowMatrix | RowSource;

/** Whether the rows are already in memory. */
export function isRowMatrix(rows: Rows): rows is RowMatrix {
  return "data" in rows;
}
