// A .npy file as rows that are read on demand.

import { InputError, type RowSource } from "@nce-geometry/tensor";
import type { ByteSource } from "../byte-source.ts";
import type { ElementTypeName } from "../element-type.ts";
import { stridedRows } from "../strided-rows.ts";
import { elementTypeOf } from "./descr.ts";
import { headerLength, malformed, type NpyHeader, parseHeader, preambleLength } from "./header.ts";

export interface NpyFile {
  /** (n, d), or (s, n, d) for s stacked matrices. */
  readonly shape: readonly number[];
  readonly dtype: ElementTypeName;
  readonly fortranOrder: boolean;
  /** Size of the file. */
  readonly bytes: number;
  /** One source of rows for each matrix: one for (n, d), s for (s, n, d). */
  matrices(): readonly RowSource[];
}

/**
 * Opens a .npy file (format 1.0, 2.0 or 3.0) of shape (n, d) or (s, n, d), in C or Fortran order, little-endian.
 *
 * Reads the header only; rows are read by position when asked for, so memory is that of the rows asked for.
 * Integers become floats exactly; a 64-bit integer beyond ±2⁵³ is an error that names its row.
 * Throws: InputError E_FORMAT (not a .npy file, header malformed, element type not read, size of the file not exactly that
 * of header and numbers), E_SHAPE (rank other than 2 or 3, or an axis of length 0).
 */
export async function openNpy(source: ByteSource): Promise<NpyFile> {
  const header = await readNpyHeader(source);
  const sources = npyMatrices(source, header);
  const { shape, fortranOrder } = header;
  const { name: dtype } = elementTypeOf(source.name, header.descr);
  return { shape, dtype, fortranOrder, bytes: source.size, matrices: () => sources };
}

/** The header alone, whatever the array holds. */
export async function readNpyHeader(source: ByteSource): Promise<NpyHeader> {
  const { name, size } = source;
  const length = headerLength(name, await source.read(0, Math.min(preambleLength, size)));
  if (length > size)
    throw malformed(name, "a whole .npy file", `${size} bytes, cut inside its header of ${length} bytes`);
  return parseHeader(name, await source.read(0, length));
}

/** One source of rows for each matrix of the array. */
export function npyMatrices(source: ByteSource, header: NpyHeader): readonly RowSource[] {
  const { name, size } = source;
  const type = elementTypeOf(name, header.descr);
  assertMatrixShape(name, header.shape);
  assertSize(name, size, header, type.bytes);
  const [rows, dim] = header.shape.slice(-2) as [number, number];
  const stack = header.shape.length === 3 ? header.shape[0]! : 1;
  // In Fortran order the entry (a, i, k) of a stack stands at a + s·(i + n·k).
  const strides = header.fortranOrder
    ? { first: 1, rowStride: stack, columnStride: stack * rows }
    : { first: rows * dim, rowStride: dim, columnStride: 1 };
  return Array.from({ length: stack }, (_, index) => {
    const offset = header.dataOffset + index * strides.first * type.bytes;
    return stridedRows(source, { ...strides, rows, dim, type, offset });
  });
}

function assertMatrixShape(name: string, shape: readonly number[]): void {
  const received = `shape (${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  if (shape.length !== 2 && shape.length !== 3) {
    const hint =
      shape.length < 2
        ? "In Python: np.save(path, a.reshape(-1, d)), d the dimension of one embedding."
        : "Save one matrix per file.";
    throw new InputError({
      code: "E_SHAPE",
      where: "openNpy",
      argument: name,
      expected: "of shape (n, d) or (s, n, d)",
      received,
      hint,
    });
  }
  if (shape.some((length) => length === 0)) {
    const hint = "An empty array holds no embeddings.";
    throw new InputError({
      code: "E_SHAPE",
      where: "openNpy",
      argument: name,
      expected: "an array without empty axes",
      received,
      hint,
    });
  }
}

/** Throws E_FORMAT unless the file has exactly the bytes of its header and of its elements. */
export function assertSize(name: string, size: number, { shape, dataOffset }: NpyHeader, bytes: number): void {
  const expected = shape.reduce((product, length) => product * length, bytes) + dataOffset;
  if (size === expected) return;
  const claim = `shape (${shape.join(", ")})`;
  if (!Number.isSafeInteger(expected))
    throw malformed(name, `a file of ${size} bytes`, `a header that claims ${claim}`);
  const difference = size - expected;
  const received =
    difference < 0 ? `${-difference} bytes too few for ${claim}` : `${difference} bytes too many for ${claim}`;
  const hint =
    difference < 0 ? "The file is truncated: copy or save it again." : "The file has trailing bytes: save it again.";
  throw malformed(name, `a file of exactly ${expected} bytes`, received, hint);
}
