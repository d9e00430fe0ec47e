// How numbers are stored in a .npy file, and how they become float32 or float64.

import { InputError, type RowBlock } from "@nce-geometry/tensor";
import { float16Table } from "../float16.ts";

export type ElementTypeName =
  | "float16"
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

const floats: Readonly<Record<string, ElementType>> = {
  f2: {
    name: "float16",
    bytes: 2,
    fitsFloat32: true,
    view: (buffer, offset, length) => {
      const values = float16Table();
      return Float32Array.from(new Uint16Array(buffer, offset, length), (code) => values[code]!);
    },
  },
  f4: { name: "float32", bytes: 4, fitsFloat32: true, view: (...range) => new Float32Array(...range) },
  f8: { name: "float64", bytes: 8, fitsFloat32: false, view: (...range) => new Float64Array(...range) },
};

const integers: Readonly<Record<string, ElementType>> = {
  i1: { name: "int8", bytes: 1, fitsFloat32: true, view: (...range) => new Int8Array(...range) },
  i2: { name: "int16", bytes: 2, fitsFloat32: true, view: (...range) => new Int16Array(...range) },
  i4: { name: "int32", bytes: 4, fitsFloat32: false, view: (...range) => new Int32Array(...range) },
  i8: {
    name: "int64",
    bytes: 8,
    fitsFloat32: false,
    view: (...range) => Float64Array.from(new BigInt64Array(...range), exactNumber),
  },
  u1: { name: "uint8", bytes: 1, fitsFloat32: true, view: (...range) => new Uint8Array(...range) },
  u2: { name: "uint16", bytes: 2, fitsFloat32: true, view: (...range) => new Uint16Array(...range) },
  u4: { name: "uint32", bytes: 4, fitsFloat32: false, view: (...range) => new Uint32Array(...range) },
  u8: {
    name: "uint64",
    bytes: 8,
    fitsFloat32: false,
    view: (...range) => Float64Array.from(new BigUint64Array(...range), exactNumber),
  },
};

const elementTypes: Readonly<Record<string, ElementType>> = { ...floats, ...integers };

const largestExact = 2n ** 53n;

/** A 64-bit integer as a number, NaN beyond ±2⁵³, where a number may not hold it; the reader turns that into an error. */
function exactNumber(value: bigint): number {
  return -largestExact <= value && value <= largestExact ? Number(value) : Number.NaN;
}

/** The element type of a `descr` such as `<f4`. Throws InputError E_FORMAT, with the remedy, for what is not read. */
export function elementTypeOf(name: string, descr: string): ElementType {
  const [, order, code] = /^([<>|=])([a-zA-Z]\d*)$/.exec(descr) ?? [];
  const type = code === undefined ? undefined : elementTypes[code];
  if (type && (order !== ">" || type.bytes === 1)) return type;
  throw new InputError({
    code: "E_FORMAT",
    where: "openNpy",
    argument: name,
    expected: "an array of little-endian floats (f2, f4, f8) or integers (i1 … i8, u1 … u8)",
    received: `dtype ${JSON.stringify(descr)}`,
    hint: remedyFor(descr),
  });
}

/** By the kind of the type, the first letter of its name in NumPy. */
function remedyFor(descr: string): string {
  const save = (expression: string): string => `In Python: np.save(path, ${expression}).`;
  switch (/[a-zA-Z]/.exec(descr)?.[0]) {
    case "f":
    case "i":
    case "u":
      return descr.startsWith(">") ? save('a.astype(a.dtype.newbyteorder("<"))') : save("a.astype(np.float64)");
    case "b":
      return `Truth values are not coordinates. ${save("a.astype(np.uint8)")}`;
    case "c":
      return save("np.concatenate([a.real, a.imag], axis=-1)");
    case "O":
      return `Object arrays hold pickled Python objects, which are never executed. ${save("np.stack(list(a)).astype(np.float32)")}`;
    default:
      return "Embeddings are numbers: save the array of vectors.";
  }
}

/** Decodes `length` numbers; float32 when the type fits into it, else float64. */
export function decode(type: ElementType, bytes: Uint8Array, length: number): RowBlock {
  const aligned = bytes.byteOffset % type.bytes === 0 ? bytes : new Uint8Array(bytes);
  const values = type.view(aligned.buffer, aligned.byteOffset, length);
  if (values instanceof Float32Array || values instanceof Float64Array) return values;
  return type.fitsFloat32 ? Float32Array.from(values) : Float64Array.from(values);
}
