import { InputError, isRowMatrix, type Rows } from "@nce-geometry/tensor";
import { type PackedRows, packRows } from "./packed-rows.ts";

/** Rows cut into consecutive blocks of equal size, the last one shorter. Holds one block at a time. */
export interface RowReader {
  readonly rows: number;
  readonly dim: number;
  /** Rows per block. */
  readonly blockRows: number;
  /** Number of blocks. */
  readonly blocks: number;
  block(index: number): Promise<PackedRows>;
}

export interface RowReaderOptions {
  readonly blockRows: number;
  /** Function and argument to name when a source does not deliver what it promised. */
  readonly where: string;
  readonly argument: string;
  /** Called when a block holds a row whose squared norm is NaN or ∞; must throw. */
  readonly onNonFinite?: (() => Promise<never>) | undefined;
}

/** Reads `rows` block by block; a block that is asked for again right away is not read again. */
export function rowReader(rows: Rows, options: RowReaderOptions): RowReader {
  const { blockRows, onNonFinite } = options;
  let latest: PackedRows | undefined;
  return {
    rows: rows.rows,
    dim: rows.dim,
    blockRows,
    blocks: Math.ceil(rows.rows / blockRows),
    async block(index) {
      const start = index * blockRows;
      if (latest?.start === start) return latest;
      latest = await readPacked(rows, start, Math.min(blockRows, rows.rows - start), options);
      if (onNonFinite && !latest.squaredNorms.every(Number.isFinite)) return onNonFinite();
      return latest;
    },
  };
}

async function readPacked(rows: Rows, start: number, count: number, options: RowReaderOptions): Promise<PackedRows> {
  const { dim } = rows;
  if (isRowMatrix(rows)) return packRows(rows.data, start * dim, start, count, dim);
  const block = await rows.read(start, count);
  if (block.length !== count * dim) {
    throw new InputError({
      code: "E_SHAPE",
      where: options.where,
      argument: options.argument,
      expected: `a source whose read(${start}, ${count}) gives ${count * dim} numbers`,
      received: String(block.length),
    });
  }
  return packRows(block, 0, start, count, dim);
}
