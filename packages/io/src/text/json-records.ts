// Records of JSON: where in them the vectors and the values are.

import { brief, type Columns, type MatrixColumn, takeList, type ValueColumn } from "./columns.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Lists of numbers and base64 of float32 are vectors, numbers and texts are values; nested objects are walked, `a.b` names b in a. */
export function jsonColumns(first: Json): Columns<Json> {
  const matrices: MatrixColumn<Json>[] = [];
  const values: ValueColumn<Json>[] = [];
  const notes: string[] = [];
  for (const [path, value] of fieldsOf(first)) {
    const name = path.join(".") || "0";
    const vector = vectorIn(value, path);
    if (vector) matrices.push(vectorColumn(name, path, vector.length));
    else if (typeof value === "number" || typeof value === "string") values.push(valueColumn(name, path));
    else
      notes.push(
        `${name} is not read: ${Array.isArray(value) ? "a list of other things than numbers" : brief(value)} in the first row`,
      );
  }
  return { matrices, values, notes };
}

type Path = readonly string[];

/** Records nested deeper hold no vectors that anybody would name. */
const deepest = 16;

function fieldsOf(value: Json, path: Path = []): [Path, Json][] {
  const isLeaf = typeof value !== "object" || value === null || Array.isArray(value);
  if (isLeaf || path.length === deepest) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => fieldsOf(inner, [...path, key]));
}

function at(record: Json, path: Path): Json | undefined {
  let value: Json | undefined = record;
  for (const key of path) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, key))
      return undefined;
    value = (value as { readonly [key: string]: Json })[key];
  }
  return value;
}

function vectorColumn(name: string, path: Path, dim: number): MatrixColumn<Json> {
  return {
    name,
    dim,
    take(record, out, place) {
      const value = at(record, path);
      const vector = value === undefined ? undefined : Array.isArray(value) ? value : vectorIn(value, path);
      return vector ? takeList(vector, dim, out, place) : brief(value);
    },
  };
}

function valueColumn(name: string, path: Path): ValueColumn<Json> {
  return {
    name,
    take(record) {
      const value = at(record, path);
      return typeof value === "number" || typeof value === "string" ? value : undefined;
    },
  };
}

/** A list of numbers; or base64 of little-endian float32 where the field is called after vectors. */
function vectorIn(value: Json, path: Path): readonly Json[] | undefined {
  if (Array.isArray(value))
    return value.length > 0 && value.every((item) => typeof item === "number") ? value : undefined;
  if (typeof value !== "string" || !/embedding|vector/i.test(path.at(-1) ?? "")) return undefined;
  return float32Base64(value);
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const digits: ReadonlyMap<string, number> = new Map([...alphabet].map((letter, value) => [letter, value]));

/** Numbers of the text, or undefined when it is not base64 of whole float32s. */
function float32Base64(text: string): readonly number[] | undefined {
  if (text.length === 0 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3);
  for (let k = 0; k < text.length; k += 4) {
    const [a, b, c, d] = [0, 1, 2, 3].map((place) => digits.get(text[k + place]!) ?? 0) as [
      number,
      number,
      number,
      number,
    ];
    const word = (a << 18) | (b << 12) | (c << 6) | d;
    bytes.set([(word >> 16) & 255, (word >> 8) & 255, word & 255], (k / 4) * 3);
  }
  const length = bytes.length - padding;
  if (length % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer);
  return Array.from({ length: length / 4 }, (_, k) => view.getFloat32(4 * k, true));
}
