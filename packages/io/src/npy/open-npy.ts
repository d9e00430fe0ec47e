// A .npy file as rows that are read on demand.

import { InputError, type RowBlock, type RowSource } from "@nce-geometry/tensor";
import type { ByteSource } from "../byte-source.ts";
import { decode, type ElementType, type ElementTypeName, elementTypeOf } from "./element-type.ts";
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
  const { name, size } = source;
  const length = headerLength(name, await source.read(0, Math.min(preambleLength, size)));
  if (length > size)
    throw malformed(name, "a whole .npy file", `${size} bytes, cut inside its header of ${length} bytes`);
  const header = parseHeader(name, await source.read(0, length));
  const type = elementTypeOf(name, header.descr);
  assertMatrixShape(name, header.shape);
  assertSize(name, size, header, type);
  const { shape, fortranOrder } = header;
  const count = shape.length === 3 ? shape[0]! : 1;
  return {
    shape,
    dtype: type.name,
    fortranOrder,
    bytes: size,
    matrices: () => Array.from({ length: count }, (_, index) => matrixSource(source, header, type, index)),
  };
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

function assertSize(name: string, size: number, { shape, dataOffset }: NpyHeader, { bytes }: ElementType): void {
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

/** Matrix `index` of a stack, or the only one. */
function matrixSource(source: ByteSource, header: NpyHeader, type: ElementType, index: number): RowSource {
  const [rows, dim] = header.shape.slice(-2) as [number, number];
  const stack = header.shape.length === 3 ? header.shape[0]! : 1;
  const readBlock = header.fortranOrder
    ? fortranReader(source, header, type, { stack, index })
    : cReader(source, header, type, index);
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

interface RowRange {
  readonly start: number;
  readonly count: number;
  readonly out: RowBlock | undefined;
}

function assertRows(
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

function cReader(source: ByteSource, { shape, dataOffset }: NpyHeader, type: ElementType, index: number): BlockReader {
  const [rows, dim] = shape.slice(-2) as [number, number];
  return async (start, count) => {
    const offset = dataOffset + (index * rows + start) * dim * type.bytes;
    return decode(type, await source.read(offset, count * dim * type.bytes), count * dim);
  };
}

/** Entry (a, i, k) of a Fortran-ordered stack stands at a + s·(i + n·k): one run of bytes per column. */
function fortranReader(
  source: ByteSource,
  { shape, dataOffset }: NpyHeader,
  type: ElementType,
  { stack, index }: { readonly stack: number; readonly index: number },
): BlockReader {
  const [rows, dim] = shape.slice(-2) as [number, number];
  return async (start, count) => {
    const block = type.fitsFloat32 ? new Float32Array(count * dim) : new Float64Array(count * dim);
    for (let k = 0; k < dim; k++) {
      const offset = dataOffset + stack * (start + rows * k) * type.bytes;
      const column = decode(type, await source.read(offset, count * stack * type.bytes), count * stack);
      for (let i = 0; i < count; i++) block[i * dim + k] = column[i * stack + index]!;
    }
    return block;
  };
}

function assertExactIntegers(name: string, type: ElementType, block: RowBlock, start: number, dim: number): void {
  if (type.name !== "int64" && type.name !== "uint64") return;
  const position = block.findIndex(Number.isNaN);
  if (position < 0) return;
  const received = `one beyond them in row ${start + Math.floor(position / dim)}`;
  throw malformed(
    name,
    "an array of integers from -2^53 to 2^53",
    received,
    "In Python: np.save(path, a.astype(np.float64)).",
  );
}
