// Rows as the bytes of a .npy file, format 1.0, C order, little-endian, as NumPy writes it.

import {
  InputError,
  isRowMatrix,
  type RowBlock,
  type Rows,
  type RunControl,
  throwIfAborted,
} from "@nce-geometry/tensor";
import { encodeFloat16 } from "../float16.ts";

export interface EncodeNpyOptions extends RunControl {
  /** How the numbers are stored; what the type cannot hold is refused. @defaultValue "float32" when all rows are in a Float32Array or so stored, else "float64" */
  readonly dtype?: "float16" | "float32" | "float64";
}

type StoredType = NonNullable<EncodeNpyOptions["dtype"]>;

const stored: Readonly<
  Record<
    StoredType,
    { readonly descr: string; readonly overflow: number; readonly encode: (block: RowBlock) => ArrayBufferView }
  >
> = {
  float16: { descr: "<f2", overflow: 65520, encode: (block) => Uint16Array.from(block, encodeFloat16) },
  float32: { descr: "<f4", overflow: 2 ** 128 - 2 ** 103, encode: (block) => new Float32Array(block) },
  float64: { descr: "<f8", overflow: Number.POSITIVE_INFINITY, encode: (block) => new Float64Array(block) },
};

/** Numbers per chunk: some megabytes. */
const chunkNumbers = 2 ** 19;

/**
 * The bytes of a .npy file in chunks: one set of rows as (n, d), several of equal shape stacked as (s, n, d).
 *
 * Numerics: float64 → float32 and → float16 round to nearest, ties to even; NaN and ±∞ are kept.
 * Memory: one chunk of a few megabytes, whatever the size of the rows.
 * Throws: InputError E_SHAPE (nothing to write, unequal shapes, data of the wrong length), E_OPTION (another dtype), E_DTYPE (a
 * finite number that would become infinite, naming its row); the signal's reason when aborted.
 */
export async function* encodeNpy(
  rows: Rows | readonly Rows[],
  options: EncodeNpyOptions = {},
): AsyncGenerator<Uint8Array> {
  const stack = Array.isArray(rows) ? (rows as readonly Rows[]) : [rows as Rows];
  const { rows: count, dim } = checkedStack(stack);
  const dtype = checkedType(options.dtype ?? defaultType(stack));
  const { descr, encode } = stored[dtype];
  yield npyHeader(descr, Array.isArray(rows) ? [stack.length, count, dim] : [count, dim]);
  const step = Math.max(1, Math.floor(chunkNumbers / dim));
  for (const [index, matrix] of stack.entries()) {
    for (let start = 0; start < count; start += step) {
      throwIfAborted(options.signal);
      const size = Math.min(step, count - start);
      const block = await readRows(matrix, start, size);
      assertFits(block, dtype, (position) => start + Math.floor(position / dim));
      const { buffer, byteOffset, byteLength } = encode(block);
      yield new Uint8Array(buffer, byteOffset, byteLength);
      options.onProgress?.({ done: index * count + start + size, total: stack.length * count, label: "writing rows" });
    }
  }
}

function checkedType(dtype: StoredType): StoredType {
  if (Object.hasOwn(stored, dtype)) return dtype;
  throw new InputError({
    code: "E_OPTION",
    where: "encodeNpy",
    argument: "dtype",
    expected: '"float16", "float32" or "float64"',
    received: JSON.stringify(dtype),
  });
}

function assertFits(block: RowBlock, dtype: StoredType, rowOf: (position: number) => number): void {
  const { overflow } = stored[dtype];
  if (overflow === Number.POSITIVE_INFINITY || (dtype === "float32" && block instanceof Float32Array)) return;
  const position = block.findIndex((value) => Math.abs(value) >= overflow && Number.isFinite(value));
  if (position < 0) return;
  throw new InputError({
    code: "E_DTYPE",
    where: "encodeNpy",
    argument: "rows",
    expected: `numbers that ${dtype} can hold`,
    received: `${block[position]} in row ${rowOf(position)}`,
    hint: 'Scale the rows, or choose { dtype: "float64" }.',
  });
}

/** Magic, version 1.0, length, dictionary; padded with spaces so that the numbers begin at a multiple of 64. */
export function npyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const total = Math.ceil((10 + dictionary.length + 1) / 64) * 64;
  const text = `${dictionary.padEnd(total - 11)}\n`;
  const bytes = new Uint8Array(total);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, (total - 10) & 0xff, (total - 10) >> 8]);
  for (let i = 0; i < text.length; i++) bytes[10 + i] = text.charCodeAt(i);
  return bytes;
}

function checkedStack(stack: readonly Rows[]): Rows {
  const [first] = stack;
  if (!first || first.rows < 1 || first.dim < 1) {
    throw new InputError({
      code: "E_SHAPE",
      where: "encodeNpy",
      argument: "rows",
      expected: "at least one row of one number",
      received: "none",
    });
  }
  stack.forEach((matrix, index) => {
    const { rows, dim } = matrix;
    if (rows !== first.rows || dim !== first.dim) {
      const expected = `matrices of equal shape (${first.rows}, ${first.dim})`;
      const received = `shape (${rows}, ${dim}) in matrix ${index}`;
      throw new InputError({ code: "E_SHAPE", where: "encodeNpy", argument: "rows", expected, received });
    }
    if (isRowMatrix(matrix) && matrix.data.length !== rows * dim) {
      const [expected, received] = [`${rows * dim} numbers for shape (${rows}, ${dim})`, `${matrix.data.length}`];
      throw new InputError({ code: "E_SHAPE", where: "encodeNpy", argument: "rows", expected, received });
    }
  });
  return first;
}

function defaultType(stack: readonly Rows[]): StoredType {
  const small = ["float16", "float32", "int8", "int16", "uint8", "uint16"];
  const fits = stack.every((rows) =>
    isRowMatrix(rows) ? rows.data instanceof Float32Array : small.includes(rows.dtype),
  );
  return fits ? "float32" : "float64";
}

async function readRows(rows: Rows, start: number, count: number): Promise<RowBlock> {
  return isRowMatrix(rows) ? rows.data.subarray(start * rows.dim, (start + count) * rows.dim) : rows.read(start, count);
}
