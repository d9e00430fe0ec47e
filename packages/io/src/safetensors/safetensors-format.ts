import type { ByteSource } from "../byte-source.ts";
import { type ElementType, elementTypes } from "../element-type.ts";
import type { Embeddings, NamedMatrix, NamedVector } from "../embeddings.ts";
import { malformedFile } from "../malformed.ts";
import type { Format } from "../open-embeddings.ts";
import { type ArrayContents, rowMajorStrides, stridedArray } from "../strided-array.ts";
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
  const [matrices, vectors, notes]: [NamedMatrix[], NamedVector[], string[]] = [[], [], []];
  for (const entry of entries) {
    const contents = contentsOf(source, entry);
    matrices.push(...(contents?.matrices ?? []));
    vectors.push(...(contents?.vectors ?? []));
    if (!contents) notes.push(`${entry.name} is not read: shape (${entry.shape.join(", ")}) ${entry.dtype}`);
  }
  for (const [key, value] of Object.entries(metadata)) notes.push(`${key}: ${value.slice(0, 200)}`);
  return { format: "safetensors", source: name, bytes: size, matrices, vectors, notes };
}

function contentsOf(source: ByteSource, { name, dtype, shape, offset }: SafetensorsEntry): ArrayContents | undefined {
  const type = Object.hasOwn(types, dtype) ? types[dtype] : undefined;
  return type && stridedArray(source, { name, shape, strides: rowMajorStrides(shape), type, offset });
}

// Every platform has it, but neither its DOM nor its Node types belong in this package.
declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}
