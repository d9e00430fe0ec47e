// Parquet: a column of lists per matrix, in the three levels that every tool reads.

import { type RunControl, throwIfAborted } from "@nce-geometry/tensor";
import type { SchemaElement } from "hyparquet";
import { ByteWriter, type ColumnSource, ParquetWriter } from "hyparquet-writer";
import type { EmbeddingContents } from "./encode-embeddings.ts";
import { assertFits, readRows } from "./encode-rows.ts";

/** Numbers per row group: the library makes objects of them, so that a group takes some hundred megabytes. */
const groupNumbers = 2 ** 20;

/** Columns of one length. Memory: one row group as nested arrays. */
export async function* encodeParquet(
  { matrices, vectors = [] }: EmbeddingContents,
  dtype: "float32" | "float64",
  { signal, onProgress }: RunControl,
): AsyncGenerator<Uint8Array> {
  const total = matrices[0]!.rows.rows;
  const step = Math.max(1, Math.floor(groupNumbers / matrices.reduce((sum, { rows }) => sum + rows.dim, 0)));
  const columns = vectors.map(({ name, values }) => ({ name, ...columnOf(values) }));
  const schema: SchemaElement[] = [
    { name: "root", num_children: columns.length + matrices.length },
    ...columns.map(({ name, element }) => ({ name, repetition_type: "REQUIRED" as const, ...element })),
    ...matrices.flatMap(({ name }) => listSchema(name, dtype)),
  ];
  const writer = new ByteWriter();
  const file = new ParquetWriter({
    writer,
    schema,
    codec: "UNCOMPRESSED",
    statistics: false,
    createdBy: "nce-geometry",
  });
  for (let start = 0; start < total; start += step) {
    throwIfAborted(signal);
    const count = Math.min(step, total - start);
    const columnData: ColumnSource[] = columns.map(({ name, data }) => ({
      name,
      data: data.slice(start, start + count),
    }));
    for (const { name, rows } of matrices) {
      const block = await readRows(rows, start, count);
      assertFits(block, dtype, "encodeEmbeddings", (position) => start + Math.floor(position / rows.dim));
      const list = (_: unknown, i: number): number[] => Array.from(block.subarray(i * rows.dim, (i + 1) * rows.dim));
      columnData.push({ name, data: Array.from({ length: count }, list) });
    }
    await file.write({ columnData, rowGroupSize: count });
    yield taken(writer);
    onProgress?.({ done: start + count, total, label: "writing rows" });
  }
  await file.finish();
  yield taken(writer);
}

/** What has been written since the last time; the writer goes on counting bytes of the file. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}

function listSchema(name: string, dtype: "float32" | "float64"): SchemaElement[] {
  return [
    { name, repetition_type: "REQUIRED", num_children: 1, converted_type: "LIST", logical_type: { type: "LIST" } },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", repetition_type: "REQUIRED", type: dtype === "float32" ? "FLOAT" : "DOUBLE" },
  ];
}

function columnOf(values: ArrayLike<number> | readonly string[]): {
  readonly data: (string | bigint | number)[];
  readonly element: Partial<SchemaElement>;
} {
  if (typeof values[0] === "string") {
    const data = Array.from(values as readonly string[]);
    return { data, element: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } } };
  }
  const numbers = Array.from(values as ArrayLike<number>);
  return numbers.every(Number.isSafeInteger)
    ? { data: numbers.map(BigInt), element: { type: "INT64" } }
    : { data: numbers, element: { type: "DOUBLE" } };
}
