// How numbers are stored in files, and how they become float32 or float64.

import type { RowBlock } from "@nce-geometry/tensor";
import { float16Table } from "./float16.ts";

export type ElementTypeName =
  | "float16"
  | "bfloat16"
  | "float32"
  | "float64"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64";

export interface ElementType {
  readonly name: ElementTypeName;
  /** Bytes per number. */
  readonly bytes: number;
  /** Whether every value is exactly a float32. */
  readonly fitsFloat32: boolean;
  /** Numbers from little-endian bytes whose start is aligned to `bytes`. */
  readonly view: (buffer: ArrayBufferLike, offset: number, length: number) => ArrayLike<number>;
}

/** All of them by name. */
export const elementTypes: { readonly [name in ElementTypeName]: ElementType } = {
  float16: {
    name: "float16",
    bytes: 2,
    fitsFloat32: true,
    view: (buffer, offset, length) => {
      const values = float16Table();
      return Float32Array.from(new Uint16Array(buffer, offset, length), (code) => values[code]!);
    },
  },
  // The upper half of a float32.
  bfloat16: {
    name: "bfloat16",
    bytes: 2,
    fitsFloat32: true,
    view: (buffer, offset, length) =>
      new Float32Array(Uint32Array.from(new Uint16Array(buffer, offset, length), (code) => code << 16).buffer),
  },
  float32: { name: "float32", bytes: 4, fitsFloat32: true, view: (...range) => new Float32Array(...range) },
  float64: { name: "float64", bytes: 8, fitsFloat32: false, view: (...range) => new Float64Array(...range) },
  int8: { name: "int8", bytes: 1, fitsFloat32: true, view: (...range) => new Int8Array(...range) },
  int16: { name: "int16", bytes: 2, fitsFloat32: true, view: (...range) => new Int16Array(...range) },
  int32: { name: "int32", bytes: 4, fitsFloat32: false, view: (...range) => new Int32Array(...range) },
  int64: {
    name: "int64",
    bytes: 8,
    fitsFloat32: false,
    view: (...range) => Float64Array.from(new BigInt64Array(...range), exactNumber),
  },
  uint8: { name: "uint8", bytes: 1, fitsFloat32: true, view: (...range) => new Uint8Array(...range) },
  uint16: { name: "uint16", bytes: 2, fitsFloat32: true, view: (...range) => new Uint16Array(...range) },
  uint32: { name: "uint32", bytes: 4, fitsFloat32: false, view: (...range) => new Uint32Array(...range) },
  uint64: {
    name: "uint64",
    bytes: 8,
    fitsFloat32: false,
    view: (...range) => Float64Array.from(new BigUint64Array(...range), exactNumber),
  },
};

const largestExact = 2n ** 53n;

/** A 64-bit integer as a number, NaN beyond ±2⁵³, where a number may not hold it; the reader turns that into an error. */
function exactNumber(value: bigint): number {
  return -largestExact <= value && value <= largestExact ? Number(value) : Number.NaN;
}

/** Decodes `length` numbers; float32 when the type fits into it, else float64. */
export function decode(type: ElementType, bytes: Uint8Array, length: number): RowBlock {
  const aligned = bytes.byteOffset % type.bytes === 0 ? bytes : new Uint8Array(bytes);
  const values = type.view(aligned.buffer, aligned.byteOffset, length);
  if (values instanceof Float32Array || values instanceof Float64Array) return values;
  return type.fitsFloat32 ? Float32Array.from(values) : Float64Array.from(values);
}
