import type { ByteSource } from "../byte-source.ts";
import { decode, type ElementType, elementTypes } from "../element-type.ts";
import type { Embeddings, NamedMatrix, NamedVector } from "../embeddings.ts";
import { malformedFile } from "../malformed.ts";
import type { Format } from "../open-embeddings.ts";
import { stridedRows } from "../strided-rows.ts";
import { longestHeader, parseSafetensorsHeader, type SafetensorsEntry } from "./header.ts";

const types: Readonly<Record<string, ElementType>> = {
  F64: elementTypes.float64,
  F32: elementTypes.float32,
  F16: elementTypes.float16,
  BF16: elementTypes.bfloat16,
  I64: elementTypes.int64,
  I32: elementTypes.int32,
  I16: elementTypes.int16,
  I8: elementTypes.int8,
  U64: elementTypes.uint64,
  U32: elementTypes.uint32,
  U16: elementTypes.uint16,
  U8: elementTypes.uint8,
};

/** safetensors: a header of JSON and tensors one behind the other. */
export const safetensorsFormat: Format = {
  names: ["safetensors"],
  // A length below 16 MB, then an object.
  recognise: (start) =>
    start.length > 8 && start[8] === 0x7b && [3, 4, 5, 6, 7].every((place) => start[place] === 0)
      ? "safetensors"
      : undefined,
  open: (source) => openSafetensors(source),
};

/**
 * The tensors of rank 2 as matrices, those of rank 3 as a stack of them (`name/k`), those of rank 1 as columns; others are notes.
 *
 * Throws: InputError E_FORMAT naming the tensor: spans outside the file, with holes, or not of the size of their shape.
 */
async function openSafetensors(source: ByteSource): Promise<Embeddings> {
  const { name, size } = source;
  const preamble = await source.read(0, Math.min(8, size));
  const length =
    size < 8 ? Number.NaN : Number(new DataView(preamble.buffer, preamble.byteOffset).getBigUint64(0, true));
  if (!(length <= Math.min(longestHeader, size - 8))) {
    const received = size < 8 ? `${size} bytes` : `one of ${length} bytes in a file of ${size}`;
    throw malformedFile("openSafetensors", name, "a safetensors file with a header inside it", received);
  }
  const text = new TextDecoder().decode(await source.read(8, length));
  const { entries, metadata } = parseSafetensorsHeader(name, text, { dataStart: 8 + length, size });
  const matrices = entries.flatMap((entry) => matricesOf(source, entry));
  const vectors = entries.flatMap((entry) => vectorOf(source, entry));
  const notes = [
    ...entries
      .filter((entry) => !types[entry.dtype] || ![1, 2, 3].includes(entry.shape.length) || entry.length === 0)
      .map((entry) => `${entry.name} is not read: shape (${entry.shape.join(", ")}) ${entry.dtype}`),
    ...Object.entries(metadata).map(([key, value]) => `${key}: ${value.slice(0, 200)}`),
  ];
  return { format: "safetensors", source: name, bytes: size, matrices, vectors, notes };
}

function matricesOf(source: ByteSource, { name, dtype, shape, offset, length }: SafetensorsEntry): NamedMatrix[] {
  const type = types[dtype];
  if (!type || length === 0 || (shape.length !== 2 && shape.length !== 3)) return [];
  const [rows, dim] = shape.slice(-2) as [number, number];
  const stack = shape.length === 3 ? shape[0]! : 1;
  return Array.from({ length: stack }, (_, index) => {
    const place = {
      rows,
      dim,
      type,
      rowStride: dim,
      columnStride: 1,
      offset: offset + index * rows * dim * type.bytes,
    };
    return { ...stridedRows(source, place), name: stack === 1 ? name : `${name}/${index}` };
  });
}

function vectorOf(source: ByteSource, { name, dtype, shape, offset, length }: SafetensorsEntry): NamedVector[] {
  const type = types[dtype];
  if (!type || length === 0 || shape.length !== 1) return [];
  const rows = shape[0]!;
  const read = async (): Promise<Float64Array> => {
    const values = Float64Array.from(decode(type, await source.read(offset, length), rows));
    const row = type.name.endsWith("int64") ? values.findIndex(Number.isNaN) : -1;
    if (row < 0) return values;
    throw malformedFile("read", source.name, "integers from -2^53 to 2^53", `one beyond them in row ${row} of ${name}`);
  };
  return [{ kind: "number", name, length: rows, read }];
}

// Every platform has it, but neither its DOM nor its Node types belong in this package.
declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}
