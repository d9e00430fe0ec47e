// A .npy file as rows that are read on demand.

import { InputError, type RowSource } from "@nce-geometry/tensor";
import type { ByteSource } from "../byte-source.ts";
import type { ElementTypeName } from "../element-type.ts";
import { type ArrayContents, rowMajorStrides, stridedArray } from "../strided-array.ts";
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
  const { shape, fortranOrder } = header;
  const { matrices } = npyArray(source, header, "");
  if (matrices.length === 0) throw wrongShape(source.name, shape);
  const { name: dtype } = elementTypeOf(source.name, header.descr);
  return { shape, dtype, fortranOrder, bytes: source.size, matrices: () => matrices };
}

/** The header alone, whatever the array holds. */
export async function readNpyHeader(source: ByteSource): Promise<NpyHeader> {
  const { name, size } = source;
  const length = headerLength(name, await source.read(0, Math.min(preambleLength, size)));
  if (length > size)
    throw malformed(name, "a whole .npy file", `${size} bytes, cut inside its header of ${length} bytes`);
  return parseHeader(name, await source.read(0, length));
}

/** The array of a file: matrices for rank 2 and 3, a column for rank 1. Throws E_SHAPE for another shape, E_FORMAT for another size. */
export function npyArray(source: ByteSource, header: NpyHeader, name: string): ArrayContents {
  const { shape, fortranOrder, dataOffset: offset } = header;
  const type = elementTypeOf(source.name, header.descr);
  // In Fortran order the first axis varies fastest.
  const strides = fortranOrder ? rowMajorStrides(shape.toReversed()).toReversed() : rowMajorStrides(shape);
  const contents = stridedArray(source, { name, shape, strides, type, offset });
  if (!contents) throw wrongShape(source.name, shape);
  assertSize(source.name, source.size, header, type.bytes);
  return contents;
}

function wrongShape(name: string, shape: readonly number[]): InputError {
  const received = `shape (${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const [expected, hint] = shape.includes(0)
    ? ["an array without empty axes", "An empty array holds no embeddings."]
    : shape.length < 2
      ? [
          "of shape (n, d) or (s, n, d)",
          "In Python: np.save(path, a.reshape(-1, d)), d the dimension of one embedding.",
        ]
      : ["of shape (n, d) or (s, n, d)", "Save one matrix per file."];
  return new InputError({ code: "E_SHAPE", where: "openNpy", argument: name, expected, received, hint });
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
