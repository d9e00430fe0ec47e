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
 * Cost:   one read for rows that lie one behind the other or nearly so, else one per row, or one per column when the numbers of a
 *         row are apart.
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
type Run = (first: number, length: number) => Promise<RowBlock>;

/** A span that is read in one piece is at most so many times as long as what is wanted from it. */
const worthwhile = 4;

function readerOf(source: ByteSource, matrix: StridedMatrix): BlockReader {
  const { dim, type, offset, rowStride, columnStride } = matrix;
  const read: Run = async (first, length) =>
    decode(type, await source.read(offset + first * type.bytes, length * type.bytes), length);
  if (columnStride === 1 && rowStride === dim) return (start, count) => read(start * dim, count * dim);
  return async (start, count) => {
    const block = type.fitsFloat32 ? new Float32Array(count * dim) : new Float64Array(count * dim);
    if (count > 0) await gather(matrix, read, { start, count, block });
    return block;
  };
}

/** One read for all rows, one per row or one per column, whichever brings in little more than is wanted. */
async function gather(
  { dim, rowStride, columnStride }: StridedMatrix,
  read: Run,
  { start, count, block }: { readonly start: number; readonly count: number; readonly block: RowBlock },
): Promise<void> {
  const [rowSpan, columnSpan] = [(dim - 1) * columnStride + 1, (count - 1) * rowStride + 1];
  const first = start * rowStride;
  if (columnSpan + rowSpan - 1 <= worthwhile * count * dim) {
    const all = await read(first, columnSpan + rowSpan - 1);
    for (let i = 0; i < count; i++)
      for (let k = 0; k < dim; k++) block[i * dim + k] = all[i * rowStride + k * columnStride]!;
  } else if (count * rowSpan <= dim * columnSpan) {
    for (let i = 0; i < count; i++) {
      const row = await read(first + i * rowStride, rowSpan);
      for (let k = 0; k < dim; k++) block[i * dim + k] = row[k * columnStride]!;
    }
  } else {
    for (let k = 0; k < dim; k++) {
      const column = await read(first + k * columnStride, columnSpan);
      for (let i = 0; i < count; i++) block[i * dim + k] = column[i * rowStride]!;
    }
  }
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
