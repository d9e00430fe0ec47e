// A matrix inside a file: numbers of one type at regular places, read by position.

import { InputError, type RowBlock, type RowSource } from "@nce-geometry/tensor";
import type { ByteSource } from "./byte-source.ts";
import { decode, type ElementType } from "./element-type.ts";
import { malformedFile } from "./malformed.ts";

/** Entry (i, k) stands `i · rowStride + k · columnStride` numbers behind `offset`. */
export interface StridedMatrix {
  readonly rows: number;
  readonly dim: number;
  readonly type: ElementType;
  /** Byte of the first number. */
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/**
 * The rows of such a matrix as a source; integers become floats exactly.
 *
 * Cost:   one read for rows that lie one behind the other, else one per row, or one per column when the numbers of a row are apart.
 * Throws: InputError E_SHAPE for rows outside the matrix; E_FORMAT for a 64-bit integer beyond ±2⁵³, naming its row.
 */
export function stridedRows(source: ByteSource, matrix: StridedMatrix): RowSource {
  const { rows, dim, type } = matrix;
  const readBlock = readerOf(source, matrix);
  return {
    rows,
    dim,
    dtype: type.name,
    async read(start, count, out) {
      assertRows(source.name, { rows, dim }, { start, count, out });
      const block = await readBlock(start, count);
      assertExactIntegers(source.name, type, block, start, dim);
      if (!out) return block;
      out.set(block);
      return out.subarray(0, block.length);
    },
  };
}

export interface RowRange {
  readonly start: number;
  readonly count: number;
  readonly out: RowBlock | undefined;
}

/** Throws E_SHAPE unless the rows asked for are there and `out` can hold them. */
export function assertRows(
  name: string,
  { rows, dim }: { readonly rows: number; readonly dim: number },
  { start, count, out }: RowRange,
): void {
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  if (!isCount(start) || !isCount(count) || start + count > rows) {
    const received = `start ${start}, count ${count}`;
    const details = { where: "read", argument: `rows of ${name}`, expected: `inside its ${rows} rows`, received };
    throw new InputError({ code: "E_SHAPE", ...details });
  }
  if (out && out.length < count * dim) {
    const [expected, received] = [`an array of at least ${count * dim} numbers`, `${out.length}`];
    throw new InputError({ code: "E_SHAPE", where: "read", argument: "out", expected, received });
  }
}

type BlockReader = (start: number, count: number) => Promise<RowBlock>;

function readerOf(source: ByteSource, matrix: StridedMatrix): BlockReader {
  const { dim, type, offset, rowStride, columnStride } = matrix;
  const read = async (first: number, length: number): Promise<RowBlock> =>
    decode(type, await source.read(offset + first * type.bytes, length * type.bytes), length);
  if (columnStride === 1 && rowStride === dim) return (start, count) => read(start * dim, count * dim);
  if (columnStride === 1) return rowByRow(matrix, read);
  return columnByColumn(matrix, read);
}

type Run = (first: number, length: number) => Promise<RowBlock>;

function rowByRow({ dim, type, rowStride }: StridedMatrix, read: Run): BlockReader {
  return async (start, count) => {
    const block = emptyBlock(type, count * dim);
    for (let i = 0; i < count; i++) block.set(await read((start + i) * rowStride, dim), i * dim);
    return block;
  };
}

function columnByColumn({ dim, type, rowStride, columnStride }: StridedMatrix, read: Run): BlockReader {
  return async (start, count) => {
    const block = emptyBlock(type, count * dim);
    if (count === 0) return block;
    for (let k = 0; k < dim; k++) {
      const column = await read(start * rowStride + k * columnStride, (count - 1) * rowStride + 1);
      for (let i = 0; i < count; i++) block[i * dim + k] = column[i * rowStride]!;
    }
    return block;
  };
}

function emptyBlock(type: ElementType, length: number): RowBlock {
  return type.fitsFloat32 ? new Float32Array(length) : new Float64Array(length);
}

function assertExactIntegers(name: string, type: ElementType, block: RowBlock, start: number, dim: number): void {
  if (type.name !== "int64" && type.name !== "uint64") return;
  const position = block.findIndex(Number.isNaN);
  if (position < 0) return;
  throw malformedFile(
    "read",
    name,
    "an array of integers from -2^53 to 2^53",
    `one beyond them in row ${start + Math.floor(position / dim)}`,
    "In Python: np.save(path, a.astype(np.float64)).",
  );
}
