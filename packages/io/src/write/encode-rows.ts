// Rows as the bytes of numbers, rounded to the type they are stored in.

import {
  InputError,
  isRowMatrix,
  type RowBlock,
  type Rows,
  type RunControl,
  throwIfAborted,
} from "@nce-geometry/tensor";
import { encodeFloat16 } from "../float16.ts";

export type StoredType = "float16" | "bfloat16" | "float32" | "float64";

interface Storage {
  /** Bytes per number. */
  readonly bytes: number;
  /** The least size that rounds to infinity. */
  readonly overflow: number;
  readonly encode: (block: RowBlock) => ArrayBufferView;
}

export const storage: Readonly<Record<StoredType, Storage>> = {
  float16: { bytes: 2, overflow: 65520, encode: (block) => Uint16Array.from(block, encodeFloat16) },
  bfloat16: { bytes: 2, overflow: 2 ** 128 - 2 ** 119, encode: (block) => Uint16Array.from(block, encodeBfloat16) },
  float32: { bytes: 4, overflow: 2 ** 128 - 2 ** 103, encode: (block) => new Float32Array(block) },
  float64: { bytes: 8, overflow: Number.POSITIVE_INFINITY, encode: (block) => new Float64Array(block) },
};

const word = new Float32Array(1);
const bits = new Uint32Array(word.buffer);

/**
 * The nearest bfloat16, ties to even: the upper half of a float32. From float64 in one rounding: a float32 that was rounded is moved off
 * the tie it may have landed on.
 */
export function encodeBfloat16(value: number): number {
  word[0] = value;
  if (Number.isNaN(value)) return 0x7fc0;
  const [code, rounded] = [bits[0]!, word[0]!];
  const isTie = (code & 0xffff) === 0x8000;
  if (isTie && rounded !== value) return Math.abs(value) > Math.abs(rounded) ? (code >>> 16) + 1 : code >>> 16;
  return (code + 0x7fff + ((code >>> 16) & 1)) >>> 16;
}

/** Numbers per chunk: some megabytes. */
const chunkNumbers = 2 ** 19;

export interface EncodeRowsOptions extends RunControl {
  /** The function that errors speak for. */
  readonly where: string;
  readonly dtype: StoredType;
}

/** The bytes of all rows in chunks. Throws InputError E_DTYPE for a finite number that would become infinite, naming its row. */
export async function* encodeRows(rows: Rows, options: EncodeRowsOptions): AsyncGenerator<Uint8Array> {
  const { where, dtype, onProgress } = options;
  for await (const { block, start, count } of blocksOf(rows, options)) {
    assertFits(block, dtype, where, (position) => start + Math.floor(position / rows.dim));
    const { buffer, byteOffset, byteLength } = storage[dtype].encode(block);
    yield new Uint8Array(buffer, byteOffset, byteLength);
    onProgress?.({ done: start + count, total: rows.rows, label: "writing rows" });
  }
}

/** All rows in order, some megabytes at a time. */
export async function* blocksOf(
  rows: Rows,
  { signal }: RunControl,
): AsyncGenerator<{ readonly block: RowBlock; readonly start: number; readonly count: number }> {
  const step = Math.max(1, Math.floor(chunkNumbers / rows.dim));
  for (let start = 0; start < rows.rows; start += step) {
    throwIfAborted(signal);
    const count = Math.min(step, rows.rows - start);
    yield { block: await readRows(rows, start, count), start, count };
  }
}

export async function readRows(rows: Rows, start: number, count: number): Promise<RowBlock> {
  return isRowMatrix(rows) ? rows.data.subarray(start * rows.dim, (start + count) * rows.dim) : rows.read(start, count);
}

export function assertFits(
  block: RowBlock,
  dtype: StoredType,
  where: string,
  rowOf: (position: number) => number,
): void {
  const { overflow } = storage[dtype];
  if (overflow === Number.POSITIVE_INFINITY || (dtype === "float32" && block instanceof Float32Array)) return;
  const position = block.findIndex((value) => Math.abs(value) >= overflow && Number.isFinite(value));
  if (position < 0) return;
  throw new InputError({
    code: "E_DTYPE",
    where,
    argument: "rows",
    expected: `numbers that ${dtype} can hold`,
    received: `${block[position]} in row ${rowOf(position)}`,
    hint: 'Scale the rows, or choose { dtype: "float64" }.',
  });
}

/** The least of float32 and float64 that holds all rows exactly. */
export function defaultType(matrices: readonly Rows[]): "float32" | "float64" {
  const small = ["float16", "bfloat16", "float32", "int8", "int16", "uint8", "uint16"];
  const fits = matrices.every((rows) =>
    isRowMatrix(rows) ? rows.data instanceof Float32Array : small.includes(rows.dtype),
  );
  return fits ? "float32" : "float64";
}

/** Throws E_OPTION unless `dtype` is among those that a format has. */
export function checkedType<Type extends StoredType>(where: string, dtype: StoredType, known: readonly Type[]): Type {
  const found = known.find((type) => type === dtype);
  if (found) return found;
  const quoted = known.map((type) => JSON.stringify(type));
  const expected = [quoted.slice(0, -1).join(", "), quoted.at(-1)].filter(Boolean).join(" or ");
  throw new InputError({ code: "E_OPTION", where, argument: "dtype", expected, received: JSON.stringify(dtype) });
}

/** Throws E_SHAPE unless there is a row with a number, and the data are of that shape. */
export function assertShape(where: string, { rows, dim, ...matrix }: Rows): void {
  const fail = (expected: string, received: string): never => {
    throw new InputError({ code: "E_SHAPE", where, argument: "rows", expected, received });
  };
  if (rows < 1 || dim < 1) fail("at least one row of one number", "none");
  const data = "data" in matrix ? matrix.data : undefined;
  if (data && data.length !== rows * dim) fail(`${rows * dim} numbers for shape (${rows}, ${dim})`, `${data.length}`);
}
