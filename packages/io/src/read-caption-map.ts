// Which item each caption belongs to, in any of the shapes in which people keep it.

import { InputError } from "@nce-geometry/tensor";
import type { ByteSource } from "./byte-source.ts";
import { type Embeddings, type NamedVector, selectVector } from "./embeddings.ts";
import { openEmbeddings } from "./open-embeddings.ts";
import { brief } from "./text/columns.ts";
import { readJson } from "./text/json-format.ts";

export interface CaptionMapOptions {
  /** Rows of items, such as images; the map points into them. */
  readonly items: number;
  /** Rows of captions; the map has one entry for each. */
  readonly captions: number;
  /** Column or key that holds the map. @defaultValue the only one that can be it */
  readonly name?: string;
}

/** What a caption map is read from: a file, an open one, or a column of it. */
export type CaptionMapInput = ByteSource | Embeddings | NamedVector;

/**
 * For each caption the row of its item.
 *
 * Shapes: a column of item rows, one per caption (any format); a matrix, or JSON lists, of caption rows per item; a JSON object
 *         {"caption row": item row} or {"item row": [caption rows]}. Rows count from 0. Every caption has exactly one item; items without
 *         captions are allowed.
 * Throws: InputError E_SHAPE (another length), E_DOMAIN (not an integer, out of range, a caption twice or missing; the first is named),
 *         E_FORMAT (no such shape), E_OPTION (no column of that name, or several that could be it).
 */
export async function readCaptionMap(from: CaptionMapInput, options: CaptionMapOptions): Promise<Int32Array> {
  if ("kind" in from) return mapOfVector(from.name, from, options);
  if ("matrices" in from) return mapOfEmbeddings(from, options);
  if (/\.json$/i.test(from.name)) return mapOfJson(from.name, await readJson(from), options);
  return mapOfEmbeddings(await openEmbeddings(from), options);
}

async function mapOfEmbeddings(file: Embeddings, options: CaptionMapOptions): Promise<Int32Array> {
  const { source, vectors, matrices } = file;
  const { name, items, captions } = options;
  const wanted = (found: { readonly name: string }): boolean => name === undefined || found.name === name;
  const matrix = matrices.find((found) => wanted(found) && found.rows === items);
  const columns = vectors.filter((found) => wanted(found) && found.kind === "number" && found.length === captions);
  if (columns.length === 1) return mapOfVector(source, columns[0]!, options);
  if (columns.length === 0 && matrix) {
    const values = await matrix.read(0, items);
    return mapOf(
      source,
      listPairs(Array.from({ length: items }, (_, i) => values.subarray(i * matrix.dim, (i + 1) * matrix.dim))),
      options,
    );
  }
  if (name !== undefined) return mapOfVector(source, selectVector(file, name), options);
  const there = vectors.map(({ name, kind, length }) => `${name}: ${length} ${kind}s`).join("; ") || "no column";
  const hint = columns.length > 1 ? "Name one of them." : undefined;
  throw refused("E_OPTION", source, `a file with one column of ${captions} numbers`, there, hint);
}

async function mapOfVector(source: string, vector: NamedVector, options: CaptionMapOptions): Promise<Int32Array> {
  const { captions } = options;
  if (vector.kind === "string")
    throw refused("E_FORMAT", source, "a column of item rows", `texts in ${vector.name}`, "Join ids with joinByIds.");
  return mapOfColumn(source, await vector.read(), captions, options);
}

function mapOfColumn(
  source: string,
  values: ArrayLike<unknown>,
  captions: number,
  options: CaptionMapOptions,
): Int32Array {
  if (values.length !== captions)
    throw refused("E_SHAPE", source, `one item row for each of ${captions} captions`, `${values.length}`);
  return mapOf(
    source,
    Array.from(values, (item, caption) => [caption, item]),
    options,
  );
}

function mapOfJson(source: string, root: unknown, options: CaptionMapOptions): Int32Array {
  const { name, captions } = options;
  const value = name !== undefined && isObject(root) ? root[name] : root;
  if (Array.isArray(value) && value.length > 0)
    return value.every(Array.isArray)
      ? mapOf(source, listPairs(value), options)
      : mapOfColumn(source, value, captions, options);
  const entries = isObject(value) ? Object.entries(value) : [];
  if (entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key))) {
    const pairs = entries.flatMap(([key, inner]): Pair[] =>
      Array.isArray(inner) ? inner.map((caption) => [caption, Number(key)]) : [[Number(key), inner]],
    );
    return mapOf(source, pairs, options);
  }
  // {"map": …}, a single key that holds one of these shapes.
  if (entries.length === 1 && name === undefined) return mapOfJson(source, entries[0]![1], { ...options, name: "" });
  const hint = entries.length > 1 ? "Name the key that holds it." : undefined;
  throw refused("E_FORMAT", source, "item rows, lists of caption rows, or an object of either", brief(value), hint);
}

/** A caption and its item, as the file says. */
type Pair = readonly [caption: unknown, item: unknown];

function listPairs(lists: readonly ArrayLike<unknown>[]): Pair[] {
  return lists.flatMap((list, item) => Array.from(list, (caption): Pair => [caption, item]));
}

function mapOf(source: string, pairs: Iterable<Pair>, { items, captions }: CaptionMapOptions): Int32Array {
  const isRow = (value: unknown, rows: number): value is number =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < rows;
  const wrong = (received: string): Error =>
    refused("E_DOMAIN", source, `a map from ${captions} captions to ${items} items`, received);
  const map = new Int32Array(captions).fill(-1);
  for (const [caption, item] of pairs) {
    if (!isRow(caption, captions)) throw wrong(`caption ${brief(caption)} of item ${brief(item)}`);
    if (!isRow(item, items)) throw wrong(`item ${brief(item)} for caption ${caption}`);
    if (map[caption] !== -1) throw wrong(`caption ${caption} twice, for items ${map[caption]} and ${item}`);
    map[caption] = item;
  }
  const missing = map.indexOf(-1);
  if (missing >= 0) throw wrong(`no item for caption ${missing}`);
  return map;
}

/**
 * For each caption the row of the item with the same id; numbers and their texts are equal.
 *
 * Throws: InputError E_DOMAIN naming the first id of items that is there twice, or the first caption whose id no item has.
 */
export async function joinByIds(captions: NamedVector, items: NamedVector): Promise<Int32Array> {
  const rows = new Map<string, number>();
  const textsOf = async (vector: NamedVector): Promise<readonly string[]> =>
    Array.from<string | number, string>(await vector.read(), String);
  const fail = (argument: string, expected: string, received: string): never => {
    throw new InputError({ code: "E_DOMAIN", where: "joinByIds", argument, expected, received });
  };
  for (const [row, id] of (await textsOf(items)).entries()) {
    if (rows.has(id)) fail(items.name, "distinct ids", `${brief(id)} in rows ${rows.get(id)} and ${row}`);
    rows.set(id, row);
  }
  const ids = await textsOf(captions);
  return Int32Array.from(
    ids,
    (id, row) => rows.get(id) ?? fail(captions.name, "ids of items", `${brief(id)} in row ${row}`),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refused(
  code: "E_SHAPE" | "E_DOMAIN" | "E_FORMAT" | "E_OPTION",
  source: string,
  expected: string,
  received: string,
  hint?: string,
): InputError {
  return new InputError({ code, where: "readCaptionMap", argument: source, expected, received, hint });
}
