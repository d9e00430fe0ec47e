// Arrow IPC files (Feather 2) and streams: a column of lists is a matrix, and so is a run of columns whose names count.

import { isInputError, type RowSource } from "@nce-geometry/tensor";
import type { ByteSource } from "../byte-source.ts";
import { elementTypes } from "../element-type.ts";
import type { Embeddings, NamedMatrix, NamedVector } from "../embeddings.ts";
import { malformedFile, reasonOf } from "../malformed.ts";
import { assertRows } from "../strided-rows.ts";
import { countedColumns } from "../text/columns.ts";
import { type Batch, readBatches } from "./batches.ts";
import { assertRoom, firstLength, listRows, numberRows, texts } from "./column-values.ts";
import { type Column, columnsOf } from "./schema.ts";

/**
 * The columns of an Arrow file or stream, packed by LZ4 or Zstandard or not at all.
 *
 * Numerics: float16 and float32 are float32, integers are exact, a 64-bit one beyond ±2⁵³ is an error that names its row.
 * Memory:   the rows asked for; of a packed file the column of one batch.
 * Throws:   InputError E_FORMAT, from reading rows too: null or a list of another length, naming the row.
 */
export async function openArrow(source: ByteSource): Promise<Embeddings> {
  const { schema, batches } = await guarded(source, () => readBatches(source));
  const columns = await guarded(source, async () => columnsOf(schema));
  if (batches.length === 0) throw broken(source, "no rows");
  const table: Table = { source, batches, rows: batches.at(-1)!.first + batches.at(-1)!.rows };
  const matrices: NamedMatrix[] = [];
  const notes: string[] = [];
  for (const column of columns) {
    if (column.kind === "other") notes.push(`${column.name} is not read: ${column.type}`);
    if (column.kind !== "list" && column.kind !== "fixed") continue;
    const dim = await guarded(source, () => firstLength(batches[0]!, column));
    if (dim > 0) matrices.push(await matrixOf(table, column.name, [column], dim));
    else notes.push(`${column.name} is not read: null or an empty list in the first row`);
  }
  const names = columns.map(({ name }) => name);
  const numbers = columns.flatMap(({ kind }, place) => (kind === "numbers" ? [place] : []));
  const { counted, broken: gaps } = countedColumns(names, numbers);
  for (const { name, places } of counted) {
    const group = places.map((place) => columns[place]!);
    matrices.push(await matrixOf(table, name, group, group.length));
  }
  const taken = new Set(counted.flatMap(({ places }) => places));
  const vectors: NamedVector[] = [];
  for (const [place, column] of columns.entries())
    if (!taken.has(place) && (column.kind === "numbers" || column.kind === "texts"))
      vectors.push(await vectorOf(table, column));
  return { format: "arrow", source: source.name, bytes: source.size, matrices, vectors, notes: [...gaps, ...notes] };
}

interface Table {
  readonly source: ByteSource;
  readonly batches: readonly Batch[];
  readonly rows: number;
}

async function matrixOf(
  { source, batches, rows }: Table,
  name: string,
  columns: readonly Column[],
  dim: number,
): Promise<NamedMatrix> {
  const [first] = columns;
  const isList = first!.kind !== "numbers";
  for (const batch of batches)
    for (const column of columns) await guarded(source, () => assertRoom(batch, column, isList ? dim : 1));
  const float32 = columns.every(({ element }) => elementTypes[element!].fitsFloat32);
  let kept: { readonly batch: Batch; readonly parts: readonly RowSource[] } | undefined;
  const partsOf = async (batch: Batch): Promise<readonly RowSource[]> => {
    if (kept?.batch === batch) return kept.parts;
    kept = undefined;
    const parts: RowSource[] = [];
    for (const column of columns)
      parts.push(isList ? await listRows(batch, column, dim) : await numberRows(batch, column));
    kept = { batch, parts };
    return parts;
  };
  return {
    name,
    rows,
    dim,
    dtype: columns.every(({ element }) => element === first!.element) ? first!.element! : "float64",
    async read(start, count, out) {
      assertRows(source.name, { rows, dim }, { start, count, out });
      const block = float32 ? new Float32Array(count * dim) : new Float64Array(count * dim);
      for (const batch of batches) {
        const [from, to] = [Math.max(start, batch.first), Math.min(start + count, batch.first + batch.rows)];
        if (from >= to) continue;
        const parts = await guarded(source, () => partsOf(batch));
        for (const [k, part] of parts.entries()) {
          const values = await guarded(source, () => part.read(from - batch.first, to - from));
          if (isList) block.set(values, (from - start) * dim);
          else for (let i = 0; i < to - from; i++) block[(from - start + i) * dim + k] = values[i]!;
        }
      }
      if (!out) return block;
      out.set(block);
      return out.subarray(0, block.length);
    },
  };
}

async function vectorOf({ source, batches, rows }: Table, column: Column): Promise<NamedVector> {
  const { name } = column;
  for (const batch of batches) await guarded(source, () => assertRoom(batch, column, 1));
  if (column.kind === "texts") {
    const read = async (): Promise<readonly string[]> => {
      const all: string[] = [];
      for (const batch of batches) for (const text of await guarded(source, () => texts(batch, column))) all.push(text);
      return all;
    };
    return { kind: "string", name, length: rows, read };
  }
  const matrix = await matrixOf({ source, batches, rows }, name, [column], 1);
  return { kind: "number", name, length: rows, read: async () => Float64Array.from(await matrix.read(0, rows)) };
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
  return malformedFile("openArrow", source.name, "a well-formed Arrow file with one vector per row", received);
}
