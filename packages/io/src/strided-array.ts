// An array of rank 1, 2 or 3 inside a file: a column, a matrix, or a stack of matrices.

import type { ByteSource } from "./byte-source.ts";
import { decode, type ElementType } from "./element-type.ts";
import type { NamedMatrix, NamedVector } from "./embeddings.ts";
import { malformedFile } from "./malformed.ts";
import { stridedRows } from "./strided-rows.ts";

/** Entry (i, j, …) stands `i · strides[0] + j · strides[1] + …` numbers behind `offset`. */
export interface StridedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly type: ElementType;
  /** Byte of the first number. */
  readonly offset: number;
}

export interface ArrayContents {
  readonly matrices: readonly NamedMatrix[];
  readonly vectors: readonly NamedVector[];
}

/** A longer stack is something else, such as the tokens of sentences. */
const highestStack = 4096;

/** Strides of an array whose last axis varies fastest. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}

/**
 * The contents of an array; matrix k of a stack is called `name/k`, or `k` when the array has no name.
 *
 * Returns undefined for another rank, an empty axis, or a stack of more than 4096 matrices.
 */
export function stridedArray(source: ByteSource, array: StridedArray): ArrayContents | undefined {
  const { name, shape, strides, type } = array;
  if (shape.length < 1 || shape.length > 3 || shape.includes(0)) return undefined;
  if (shape.length === 1) return { matrices: [], vectors: [stridedVector(source, array)] };
  const stack = shape.length === 3 ? shape[0]! : 1;
  if (stack > highestStack) return undefined;
  const [rows, dim] = shape.slice(-2) as [number, number];
  const [rowStride, columnStride] = strides.slice(-2) as [number, number];
  const matrices = Array.from({ length: stack }, (_, index) => {
    const offset = array.offset + (stack > 1 ? index * strides[0]! * type.bytes : 0);
    const matrix = stridedRows(source, { rows, dim, type, offset, rowStride, columnStride });
    return { ...matrix, name: name === "" ? String(index) : stack === 1 ? name : `${name}/${index}` };
  });
  return { matrices, vectors: [] };
}

function stridedVector(source: ByteSource, { name, shape, strides, type, offset }: StridedArray): NamedVector {
  const [length, stride] = [shape[0]!, strides[0]!];
  const read = async (): Promise<Float64Array> => {
    const span = (length - 1) * stride + 1;
    const values = decode(type, await source.read(offset, span * type.bytes), span);
    const column = Float64Array.from({ length }, (_, row) => values[row * stride]!);
    const row = type.name.endsWith("int64") ? column.findIndex(Number.isNaN) : -1;
    if (row < 0) return column;
    const of = name === "" ? "" : ` of ${name}`;
    throw malformedFile(
      "read",
      source.name,
      "an array of integers from -2^53 to 2^53",
      `one beyond them in row ${row}${of}`,
    );
  };
  return { kind: "number", name: name === "" ? "0" : name, length, read };
}
