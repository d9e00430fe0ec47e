// Parquet: a column of lists is a matrix, and so is a run of columns whose names count; other columns are values.

import type { RowBlock } from "@nce-geometry/tensor";
import { type FileMetaData, parquetMetadataAsync, parquetReadObjects, parquetSchema, type SchemaTree } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { ByteSource } from "../byte-source.ts";
import type { Embeddings, NamedMatrix, NamedVector } from "../embeddings.ts";
import { malformedFile } from "../malformed.ts";
import type { Format } from "../open-embeddings.ts";
import { assertRows } from "../strided-rows.ts";
import { countedColumns } from "../text/columns.ts";

/** By the four letters at its start. */
export const parquetFormat: Format = {
  names: ["parquet"],
  recognise: (start) => (String.fromCharCode(...start.subarray(0, 4)) === "PAR1" ? "parquet" : undefined),
  open: (source) => openParquet(source),
};

type Record = { readonly [column: string]: unknown };

/** A matrix of one column of lists, or of several columns of numbers. */
interface MatrixPlan {
  readonly name: string;
  readonly columns: readonly string[];
  readonly dim: number;
  readonly float32: boolean;
}

/**
 * The columns of a Parquet file; a list of the first row tells the dimension, every other must be as long.
 *
 * Numerics: float and half lists are exact in float32, others are float64.
 * Memory:   one row group of the columns asked for.
 * Throws:   InputError E_FORMAT, from reading rows too: null or a list of another length, naming the row.
 */
async function openParquet(source: ByteSource): Promise<Embeddings> {
  const file = { byteLength: source.size, slice: (start: number, end?: number) => sliceOf(source, start, end) };
  const metadata = await guarded(source, () => parquetMetadataAsync(file));
  const rows = Number(metadata.num_rows);
  if (rows === 0) throw broken(source, "no rows");
  const table: Table = { source, file, metadata, rows, groups: groupsOf(source, metadata) };
  const fields = parquetSchema(metadata).children;
  const [first] = await readRecords(
    table,
    fields.map(({ element }) => element.name),
    0,
    1,
  );
  const { matrices, values, notes } = plan(fields, first!);
  return {
    format: "parquet",
    source: source.name,
    bytes: source.size,
    matrices: matrices.map((matrix) => matrixOf(table, matrix)),
    vectors: values.map(({ name, kind }) => vectorOf(table, name, kind)),
    notes,
  };
}

interface Table {
  readonly source: ByteSource;
  readonly file: { readonly byteLength: number; slice(start: number, end?: number): Promise<ArrayBuffer> };
  readonly metadata: FileMetaData;
  readonly rows: number;
  /** First row of each row group, and the number of rows behind the last. */
  readonly groups: readonly number[];
}

function groupsOf(source: ByteSource, { row_groups, num_rows }: FileMetaData): readonly number[] {
  const starts = [0];
  for (const group of row_groups) starts.push(starts.at(-1)! + Number(group.num_rows));
  if (starts.at(-1) !== Number(num_rows))
    throw broken(source, `row groups of ${starts.at(-1)} rows where there are ${num_rows}`);
  return starts;
}

interface Plan {
  readonly matrices: readonly MatrixPlan[];
  readonly values: readonly { readonly name: string; readonly kind: "number" | "string" }[];
  readonly notes: readonly string[];
}

function plan(fields: readonly SchemaTree[], first: Record): Plan {
  const names = fields.map(({ element }) => element.name);
  const numbers = [...fields.keys()].filter((place) => isNumber(first[names[place]!]));
  const { counted, broken: notes } = countedColumns(names, numbers);
  const taken = new Set(counted.flatMap(({ places }) => places));
  const matrices: MatrixPlan[] = [];
  const values: { name: string; kind: "number" | "string" }[] = [];
  const unread: string[] = [];
  for (const [place, field] of fields.entries()) {
    const name = names[place]!;
    const value = first[name];
    if (isList(value)) matrices.push({ name, columns: [name], dim: value.length, float32: isFloat32(leafOf(field)) });
    else if (isNumber(value) && !taken.has(place)) values.push({ name, kind: "number" });
    else if (typeof value === "string") values.push({ name, kind: "string" });
    else if (!taken.has(place))
      unread.push(
        `${name} is not read: ${value === null ? "null in the first row" : (field.element.type ?? "nested")}`,
      );
  }
  for (const { name, places } of counted) {
    const group = places.map((place) => fields[place]!);
    const columns = group.map(({ element }) => element.name);
    matrices.push({ name, columns, dim: columns.length, float32: group.every(isFloat32) });
  }
  return { matrices, values, notes: [...notes, ...unread] };
}

function isList(value: unknown): value is ArrayLike<number | bigint> {
  const list = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof Uint8Array));
  return list && (value as ArrayLike<unknown>).length > 0 && isNumber((value as ArrayLike<unknown>)[0]);
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function leafOf(field: SchemaTree): SchemaTree {
  return field.children.length === 1 ? leafOf(field.children[0]!) : field;
}

function isFloat32({ element }: SchemaTree): boolean {
  return element.type === "FLOAT" || element.logical_type?.type === "FLOAT16";
}

function matrixOf(table: Table, { name, columns, dim, float32 }: MatrixPlan): NamedMatrix {
  const { rows, source, groups } = table;
  const empty = (length: number): RowBlock => (float32 ? new Float32Array(length) : new Float64Array(length));
  // Rows cannot be reached one by one: a row group is decoded in one piece and kept for the next read.
  let kept: { readonly group: number; readonly data: RowBlock } | undefined;
  const groupData = async (group: number): Promise<RowBlock> => {
    if (kept?.group === group) return kept.data;
    const [start, end] = [groups[group]!, groups[group + 1]!];
    const records = await readRecords(table, columns, start, end);
    const data = empty((end - start) * dim);
    for (const [index, record] of records.entries()) {
      const wrong =
        columns.length === 1
          ? takeList(record[name], dim, data, index * dim)
          : takeFields(record, columns, data, index * dim);
      if (wrong !== undefined) throw broken(source, `${wrong}, in row ${start + index} of ${name}`);
    }
    kept = { group, data };
    return data;
  };
  return {
    name,
    rows,
    dim,
    dtype: float32 ? "float32" : "float64",
    async read(start, count, out) {
      assertRows(source.name, { rows, dim }, { start, count, out });
      const block = empty(count * dim);
      for (let group = 0; group + 1 < groups.length; group++) {
        const [from, to] = [Math.max(start, groups[group]!), Math.min(start + count, groups[group + 1]!)];
        if (from >= to) continue;
        const data = await groupData(group);
        block.set(data.subarray((from - groups[group]!) * dim, (to - groups[group]!) * dim), (from - start) * dim);
      }
      if (!out) return block;
      out.set(block);
      return out.subarray(0, block.length);
    },
  };
}

function takeList(list: unknown, dim: number, out: RowBlock, at: number): string | undefined {
  if (list === null || list === undefined) return "null";
  const numbers = list as ArrayLike<unknown>;
  if (numbers.length !== dim) return `${numbers.length} numbers where the first row has ${dim}`;
  for (let k = 0; k < dim; k++) {
    if (!isNumber(numbers[k])) return `${String(numbers[k])} at place ${k}`;
    out[at + k] = Number(numbers[k]);
  }
  return undefined;
}

function takeFields(record: Record, columns: readonly string[], out: RowBlock, at: number): string | undefined {
  for (const [k, column] of columns.entries()) {
    const value = record[column];
    if (!isNumber(value)) return `${String(value)} in ${column}`;
    out[at + k] = Number(value);
  }
  return undefined;
}

function vectorOf(table: Table, name: string, kind: "number" | "string"): NamedVector {
  const { rows, source } = table;
  const column = async (): Promise<unknown[]> =>
    (await readRecords(table, [name], 0, rows)).map((record, row) => {
      const value = record[name];
      const exact =
        kind === "string"
          ? typeof value === "string"
          : isNumber(value) && (typeof value === "number" || BigInt(Number(value)) === value);
      if (!exact) throw broken(source, `${String(value)}, in row ${row} of ${name}`);
      return value;
    });
  if (kind === "string") return { kind, name, length: rows, read: async () => (await column()) as string[] };
  return { kind, name, length: rows, read: async () => Float64Array.from(await column(), Number) };
}

async function readRecords(
  { source, file, metadata }: Table,
  columns: readonly string[],
  rowStart: number,
  rowEnd: number,
): Promise<readonly Record[]> {
  const records = await guarded(source, () =>
    parquetReadObjects({ file, metadata, columns: [...columns], rowStart, rowEnd, compressors }),
  );
  if (records.length !== rowEnd - rowStart)
    throw broken(source, `${records.length} rows where there should be ${rowEnd - rowStart}`);
  return records;
}

/** Part of the file; a negative start counts from its end. */
async function sliceOf(source: ByteSource, start: number, end = source.size): Promise<ArrayBuffer> {
  const from = start < 0 ? Math.max(0, source.size + start) : start;
  const to = end < 0 ? source.size + end : Math.min(end, source.size);
  if (!(from <= to)) throw new Error(`bytes ${start} to ${end} of ${source.size}`);
  return Uint8Array.from(await source.read(from, to - from)).buffer;
}

/** What the library throws at malformed files, as an error that names the file. */
async function guarded<T>(source: ByteSource, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw broken(source, `one in which reading fails: ${(error as Error).message}`);
  }
}

function broken(source: ByteSource, received: string): Error {
  return malformedFile("openParquet", source.name, "a well-formed Parquet file with one vector per row", received);
}
