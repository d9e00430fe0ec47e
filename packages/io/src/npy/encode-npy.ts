// Rows as the bytes of a .npy file, format 1.0, C order, little-endian, as NumPy writes it.

import { InputError, type Rows, type RunControl } from "@nce-geometry/tensor";
import { assertShape, checkedType, defaultType, encodeRows, type StoredType, storage } from "../write/encode-rows.ts";

export interface EncodeNpyOptions extends RunControl {
  /** How the numbers are stored; what the type cannot hold is refused. @defaultValue "float32" when all rows are in a Float32Array or so stored, else "float64" */
  readonly dtype?: "float16" | "float32" | "float64";
}

export const npyTypes = ["float16", "float32", "float64"] as const;

const where = "encodeNpy";

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
  const dtype = checkedType(where, options.dtype ?? defaultType(stack), npyTypes);
  yield npyHeader(npyDescr(dtype), Array.isArray(rows) ? [stack.length, count, dim] : [count, dim]);
  for (const [index, matrix] of stack.entries()) {
    const onProgress: RunControl["onProgress"] = ({ done, ...progress }) =>
      options.onProgress?.({ ...progress, done: index * count + done, total: stack.length * count });
    yield* encodeRows(matrix, { ...options, where, dtype, onProgress });
  }
}

/** `<f4` for float32. */
export function npyDescr(dtype: Exclude<StoredType, "bfloat16">): string {
  return `<f${storage[dtype].bytes}`;
}

/** Magic, version 1.0, length, dictionary; padded with spaces so that the numbers begin at a multiple of 64. */
export function npyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const lengths = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${lengths}), }`;
  const total = Math.ceil((10 + dictionary.length + 1) / 64) * 64;
  const text = `${dictionary.padEnd(total - 11)}\n`;
  const bytes = new Uint8Array(total);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, (total - 10) & 0xff, (total - 10) >> 8]);
  for (let i = 0; i < text.length; i++) bytes[10 + i] = text.charCodeAt(i);
  return bytes;
}

function checkedStack(stack: readonly Rows[]): Rows {
  const [first] = stack;
  assertShape(where, first ?? { rows: 0, dim: 0, data: new Float64Array(0) });
  stack.forEach((matrix, index) => {
    const { rows, dim } = matrix;
    if (rows !== first!.rows || dim !== first!.dim) {
      const expected = `matrices of equal shape (${first!.rows}, ${first!.dim})`;
      const received = `shape (${rows}, ${dim}) in matrix ${index}`;
      throw new InputError({ code: "E_SHAPE", where, argument: "rows", expected, received });
    }
    assertShape(where, matrix);
  });
  return first!;
}
