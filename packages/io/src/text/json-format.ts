// One JSON document: lists of vectors, or of records, by themselves or under keys.

import type { RowBlock } from "@nce-geometry/tensor";
import type { ByteSource } from "../byte-source.ts";
import type { Embeddings, NamedMatrix, NamedVector } from "../embeddings.ts";
import { malformedFile } from "../malformed.ts";
import type { Format } from "../open-embeddings.ts";
import { assertRows } from "../strided-rows.ts";
import { type Json, jsonColumns } from "./json-records.ts";
import { isText, readText } from "./record-blocks.ts";

/** A document is parsed in one piece; larger files have one record per line. */
const largestDocument = 2 ** 29;

/** Recognised by the name of the file. */
export const jsonFormat: Format = {
  names: ["json"],
  recognise: (start, name) => (/\.json$/i.test(name) && isText(start) ? "json" : undefined),
  open: (source) => openJson(source),
};

/**
 * The lists of a document: a list of lists of numbers is a matrix, a list of numbers or texts a column, a list of objects a table.
 *
 * Memory: the document, some times its size.
 * Throws: InputError E_FORMAT naming the row and the column.
 */
async function openJson(source: ByteSource): Promise<Embeddings> {
  const root = await readJson(source);
  const found: Found = { matrices: [], vectors: [], notes: [] };
  if (Array.isArray(root)) addList(source, "", root, found);
  else if (typeof root === "object" && root !== null)
    for (const [key, value] of Object.entries(root)) add(source, key, value, found);
  if (found.matrices.length + found.vectors.length === 0) throw broken(source, "no list of numbers");
  return { format: "json", source: source.name, bytes: source.size, ...found };
}

/** A whole document. Throws InputError E_FORMAT. */
export async function readJson(source: ByteSource): Promise<Json> {
  if (source.size > largestDocument)
    throw broken(source, `one of ${source.size} bytes`, "Save one record per line (.jsonl).");
  const text = await readText(source);
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const hint = "One record per line is another format: name the file .jsonl.";
    throw broken(source, error.message, /after JSON/.test(error.message) ? hint : undefined);
  }
}

interface Found {
  readonly matrices: NamedMatrix[];
  readonly vectors: NamedVector[];
  readonly notes: string[];
}

function add(source: ByteSource, name: string, value: Json, found: Found): void {
  if (Array.isArray(value) && value.length > 0) addList(source, name, value, found);
  else
    found.notes.push(
      `${name} is not read: ${Array.isArray(value) ? "an empty list" : value === null ? "null" : typeof value}`,
    );
}

function addList(source: ByteSource, name: string, list: readonly Json[], { matrices, vectors, notes }: Found): void {
  const length = list.length;
  const label = name || "0";
  if (list.every((item) => typeof item === "number")) {
    vectors.push({ kind: "number", name: label, length, read: async () => Float64Array.from(list as number[]) });
    return;
  }
  if (list.every((item) => typeof item === "string")) {
    vectors.push({ kind: "string", name: label, length, read: async () => list as string[] });
    return;
  }
  const columns = jsonColumns(list[0]!);
  const under = (column: string): string => (column === "0" ? label : name === "" ? column : `${name}.${column}`);
  for (const column of columns.matrices) {
    const data = new Float64Array(length * column.dim);
    for (const [row, record] of list.entries()) {
      const wrong = column.take(record, data, row * column.dim);
      if (wrong !== undefined) throw broken(source, `${wrong}, in row ${row} of ${under(column.name)}`);
    }
    matrices.push(inMemory(source.name, under(column.name), { rows: length, dim: column.dim, data }));
  }
  for (const column of columns.values) {
    const values = list.map((record) => column.take(record));
    if (values.includes(undefined)) notes.push(`${under(column.name)} is not read: it has gaps`);
    else if (values.every((value) => typeof value === "number"))
      vectors.push({
        kind: "number",
        name: under(column.name),
        length,
        read: async () => Float64Array.from(values as number[]),
      });
    else vectors.push({ kind: "string", name: under(column.name), length, read: async () => values.map(String) });
  }
  notes.push(...columns.notes);
}

/** A matrix that is in memory already, as a source. */
export function inMemory(
  file: string,
  name: string,
  { rows, dim, data }: { readonly rows: number; readonly dim: number; readonly data: RowBlock },
): NamedMatrix {
  return {
    name,
    rows,
    dim,
    dtype: data instanceof Float32Array ? "float32" : "float64",
    async read(start, count, out) {
      assertRows(file, { rows, dim }, { start, count, out });
      const block = data.slice(start * dim, (start + count) * dim);
      if (!out) return block;
      out.set(block);
      return out.subarray(0, block.length);
    },
  };
}

function broken(source: ByteSource, received: string, hint?: string): Error {
  return malformedFile("openEmbeddings", source.name, "a JSON document with lists of numbers", received, hint);
}
