// safetensors: a header of JSON with the place of every tensor, then their bytes.

import { InputError, type RunControl } from "@nce-geometry/tensor";
import type { EmbeddingContents } from "./encode-embeddings.ts";
import { encodeRows, type StoredType, storage } from "./encode-rows.ts";

const names: Readonly<Record<StoredType, string>> = {
  float16: "F16",
  bfloat16: "BF16",
  float32: "F32",
  float64: "F64",
};

/** Matrices of the type, columns of integers as I64 and others as F64. Throws InputError E_OPTION for columns of text. */
export async function* encodeSafetensors(
  { matrices, vectors = [] }: EmbeddingContents,
  dtype: StoredType,
  control: RunControl,
): AsyncGenerator<Uint8Array> {
  const columns = vectors.map(({ name, values }) => {
    if (typeof values[0] !== "string") return { name, ...columnOf(values as ArrayLike<number>) };
    const [expected, hint] = ["a column of numbers in a safetensors file", "Choose npz, Parquet, CSV or JSON Lines."];
    const received = `texts in ${name}`;
    throw new InputError({
      code: "E_OPTION",
      where: "encodeEmbeddings",
      argument: "vectors",
      expected,
      received,
      hint,
    });
  });
  let at = 0;
  const place = (bytes: number): readonly [number, number] => {
    at += bytes;
    return [at - bytes, at];
  };
  const entries = [
    ...matrices.map(({ name, rows: { rows, dim } }) => {
      const data_offsets = place(rows * dim * storage[dtype].bytes);
      return [name, { dtype: names[dtype], shape: [rows, dim], data_offsets }] as const;
    }),
    ...columns.map(({ name, type, data }) => {
      return [name, { dtype: type, shape: [data.length], data_offsets: place(data.byteLength) }] as const;
    }),
  ];
  const text = JSON.stringify(Object.fromEntries(entries));
  const json = new TextEncoder().encode(text);
  // The data begin at a multiple of 8.
  const header = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(json, 8);
  yield header;
  for (const { rows } of matrices) yield* encodeRows(rows, { ...control, where: "encodeEmbeddings", dtype });
  for (const { data } of columns) yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function columnOf(values: ArrayLike<number>): {
  readonly type: "I64" | "F64";
  readonly data: Float64Array | BigInt64Array;
} {
  const numbers = Float64Array.from(values);
  return numbers.every(Number.isSafeInteger)
    ? { type: "I64", data: BigInt64Array.from(numbers, BigInt) }
    : { type: "F64", data: numbers };
}

// Every platform has it, but neither its DOM nor its Node types belong in this package.
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
