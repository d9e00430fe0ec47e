// CSV, TSV and JSON Lines: one line per row, columns first. Numbers in the shortest form that reads back exactly.

import { InputError, type RowBlock, type RunControl, throwIfAborted } from "@nce-geometry/tensor";
import { numberText } from "../text/columns.ts";
import type { EmbeddingContents } from "./encode-embeddings.ts";
import { readRows } from "./encode-rows.ts";

export type TextFormat = "csv" | "tsv" | "jsonl";

/** Numbers per chunk: some megabytes of text. */
const chunkNumbers = 2 ** 17;

/** All matrices and columns must be of one length. Throws InputError E_NOT_FINITE from JSON Lines, which has no NaN and no infinity. */
export async function* encodeText(
  format: TextFormat,
  contents: EmbeddingContents,
  { signal, onProgress }: RunControl,
): AsyncGenerator<Uint8Array> {
  const { matrices, vectors = [] } = contents;
  const total = matrices[0]!.rows.rows;
  const numbers = matrices.reduce((sum, { rows }) => sum + rows.dim, vectors.length);
  const step = Math.max(1, Math.floor(chunkNumbers / numbers));
  const encoder = new TextEncoder();
  const delimiter = format === "csv" ? "," : "\t";
  if (format !== "jsonl") yield encoder.encode(`${headerOf(contents, delimiter)}\n`);
  for (let start = 0; start < total; start += step) {
    throwIfAborted(signal);
    const count = Math.min(step, total - start);
    const blocks: RowBlock[] = [];
    for (const { rows } of matrices) blocks.push(await readRows(rows, start, count));
    const lines: string[] = [];
    for (let i = 0; i < count; i++) {
      const parts = blocks.map((block, k) =>
        block.subarray(i * matrices[k]!.rows.dim, (i + 1) * matrices[k]!.rows.dim),
      );
      const cells = vectors.map(({ values }) => values[start + i]!);
      lines.push(format === "jsonl" ? jsonLine(contents, cells, parts, start + i) : fieldLine(cells, parts, delimiter));
    }
    yield encoder.encode(`${lines.join("\n")}\n`);
    onProgress?.({ done: start + count, total, label: "writing rows" });
  }
}

/** `id,image_0,image_1,…`: names that count, so that the reader knows what belongs together. */
function headerOf({ matrices, vectors = [] }: EmbeddingContents, delimiter: string): string {
  const columns = matrices.flatMap(({ name, rows: { dim } }) => Array.from({ length: dim }, (_, k) => `${name}_${k}`));
  return [...vectors.map(({ name }) => name), ...columns].map((name) => quoted(name, delimiter)).join(delimiter);
}

function fieldLine(cells: readonly (number | string)[], parts: readonly RowBlock[], delimiter: string): string {
  const fields = cells.map((cell) => (typeof cell === "string" ? quoted(cell, delimiter) : numberText(cell)));
  return [...fields, ...parts.map((part) => Array.from(part, numberText).join(delimiter))].join(delimiter);
}

function quoted(text: string, delimiter: string): string {
  const needed = text === "" || /["\r\n]/.test(text) || text.includes(delimiter) || text !== text.trim();
  return needed ? `"${text.replaceAll('"', '""')}"` : text;
}

function jsonLine(
  { matrices, vectors = [] }: EmbeddingContents,
  cells: readonly (number | string)[],
  parts: readonly RowBlock[],
  row: number,
): string {
  const finite = (value: number): string => {
    if (Number.isFinite(value)) return numberText(value);
    const [expected, received] = ["finite numbers, as JSON has no others", `${value} in row ${row}`];
    throw new InputError({ code: "E_NOT_FINITE", where: "encodeEmbeddings", argument: "rows", expected, received });
  };
  const values = cells.map((cell, k) => {
    return `${JSON.stringify(vectors[k]!.name)}:${typeof cell === "string" ? JSON.stringify(cell) : finite(cell)}`;
  });
  const lists = parts.map((part, k) => `${JSON.stringify(matrices[k]!.name)}:[${Array.from(part, finite).join(",")}]`);
  return `{${[...values, ...lists].join(",")}}`;
}

// Every platform has it, but neither its DOM nor its Node types belong in this package.
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
