// Parquet: a column of lists is a matrix, and so is a run of columns whose names count; other columns are values.

import { isInputError, type RowBlock } from "@nce-geometry/tensor";
import { type FileMetaData, parquetMetadataAsync, parquetSchema } from "hyparquet";
import type { ByteSource } from "../byte-source.ts";
import type { Embeddings, NamedMatrix, NamedVector } from "../embeddings.ts";
import { malformedFile, reasonOf } from "../malformed.ts";
import { assertRows } from "../strided-rows.ts";
import { countedColumns } from "../text/columns.ts";
import { type ColumnReader, columnReader, type GroupShape } from "./column-reader.ts";
import { type Leaf, leavesOf } from "./leaves.ts";

interface Table {
  readonly source: ByteSource;
  /** First row of each row group, and the number of rows behind the last. */
  readonly groups: readonly number[];
  readonly columns: ColumnReader;
}

/**
 * The columns of a Parquet file; a list of the first row tells the dimension, every other must be as long.
 *
 * Numerics: columns of float and half are float32, all others float64; a 64-bit integer beyond ±2⁵³ is an error that names its row.
 * Memory:   one row group of the column asked for.
 * Throws:   InputError E_FORMAT, from reading rows too: null or a list of another length, naming the row.
 */
export async function openParquet(source: ByteSource): Promise<Embeddings> {
  const metadata = await guarded(source, () => readMetadata(source));
  const groups = groupsOf(source, metadata);
  const columns = columnReader(source, metadata.row_groups);
  const table: Table = { source, groups, columns };
  const leaves = await guarded(source, async () => leavesOf(parquetSchema(metadata)));
  const lists = leaves.filter(({ kind, lists }) => kind !== undefined && kind !== "string" && lists === 1);
  const flat = leaves.filter(({ kind, lists }) => kind !== undefined && lists === 0);
  const matrices: NamedMatrix[] = [];
  const notes = leaves
    .filter((leaf) => !lists.includes(leaf) && !flat.includes(leaf))
    .map(({ name, description }) => `${name} is not read: ${description}`);
  for (const leaf of lists) {
    const dim = await guarded(source, () => columns.firstLength(leaf));
    if (dim > 0) matrices.push(await matrixOf(table, leaf.name, [leaf], dim));
    else notes.push(`${leaf.name} is not read: null or an empty list in the first row`);
  }
  const names = flat.map(({ name }) => name);
  const numbers = flat.flatMap(({ kind }, place) => (kind === "string" ? [] : [place]));
  const { counted, broken: gaps } = countedColumns(names, numbers);
  const taken = new Set(counted.flatMap(({ places }) => places));
  for (const { name, places } of counted) {
    const group = places.map((place) => flat[place]!);
    matrices.push(await matrixOf(table, name, group, group.length));
  }
  const vectors = flat.filter((_, place) => !taken.has(place)).map((leaf) => vectorOf(table, leaf));
  return { format: "parquet", source: source.name, bytes: source.size, matrices, vectors, notes: [...gaps, ...notes] };
}

function readMetadata(source: ByteSource): Promise<FileMetaData> {
  const slice = async (start: number, end = source.size): Promise<ArrayBuffer> =>
    Uint8Array.from(await source.read(start, end - start)).buffer;
  return parquetMetadataAsync({ byteLength: source.size, slice });
}

function groupsOf(source: ByteSource, { row_groups, num_rows }: FileMetaData): readonly number[] {
  const starts = [0];
  for (const { num_rows } of row_groups) {
    const rows = Number(num_rows);
    if (!(rows >= 0)) throw broken(source, `a row group of ${rows} rows`);
    starts.push(starts.at(-1)! + rows);
  }
  if (starts.at(-1) !== Number(num_rows) || !Number.isSafeInteger(starts.at(-1)))
    throw broken(source, `row groups of ${starts.at(-1)} rows where there are ${num_rows}`);
  if (starts.at(-1) === 0) throw broken(source, "no rows");
  return starts;
}

/** One column of lists, or several of numbers. */
async function matrixOf(
  { source, groups, columns }: Table,
  name: string,
  leaves: readonly Leaf[],
  dim: number,
): Promise<NamedMatrix> {
  const rows = groups.at(-1)!;
  const float32 = leaves.every(({ kind }) => kind === "float32" || kind === "float16");
  const empty = (length: number): RowBlock => (float32 ? new Float32Array(length) : new Float64Array(length));
  const shapeOf = (group: number): GroupShape => {
    const first = groups[group]!;
    return { group, first, rows: groups[group + 1]! - first, dim };
  };
  for (let group = 0; group + 1 < groups.length; group++)
    await guarded(source, () => columns.assertRoom(leaves, shapeOf(group)));
  // Rows cannot be reached one by one: a row group is decoded in one piece and kept for the next read.
  let kept: { readonly group: number; readonly data: RowBlock } | undefined;
  const groupData = async (group: number): Promise<RowBlock> => {
    if (kept?.group === group) return kept.data;
    kept = undefined;
    const data = await guarded(source, () => columns.readMatrix(leaves, shapeOf(group), empty));
    kept = { group, data };
    return data;
  };
  return {
    name,
    rows,
    dim,
    dtype: leaves.every(({ kind }) => kind === leaves[0]!.kind) ? leaves[0]!.kind! : "float64",
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

function vectorOf({ source, groups, columns }: Table, leaf: Leaf): NamedVector {
  const [name, length] = [leaf.name, groups.at(-1)!];
  const all = async <T>(read: (group: number, first: number) => Promise<readonly T[]>): Promise<T[]> => {
    const values: T[] = [];
    for (let group = 0; group + 1 < groups.length; group++)
      for (const value of await guarded(source, () => read(group, groups[group]!))) values.push(value);
    if (values.length !== length) throw broken(source, `${values.length} values of ${name} in ${length} rows`);
    return values;
  };
  if (leaf.kind === "string")
    return { kind: "string", name, length, read: () => all((group, first) => columns.readTexts(leaf, group, first)) };
  const read = async (): Promise<Float64Array> =>
    Float64Array.from(await all((group, first) => columns.readNumbers(leaf, group, first)));
  return { kind: "number", name, length, read };
}

/** What is wrong with a file, as an error that names it. */
async function guarded<T>(source: ByteSource, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw isInputError(error) ? error : broken(source, reasonOf(error));
  }
}

function broken(source: ByteSource, received: string): Error {
  return malformedFile("openParquet", source.name, "a well-formed Parquet file with one vector per row", received);
}
