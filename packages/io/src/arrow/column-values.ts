// One column of one batch: its rows as a source, its numbers, its texts. Errors say which row; the caller adds the file.

import type { RowSource } from "@nce-geometry/tensor";
import type { ByteSource } from "../byte-source.ts";
import { type ElementType, elementTypes } from "../element-type.ts";
import { stridedRows } from "../strided-rows.ts";
import type { Batch } from "./batches.ts";
import type { Column } from "./schema.ts";

/**
 * Refuses a column whose rows cannot all be in its batch, so that no length of the file is believed without bytes behind it.
 *
 * Throws: Error, of lists that are not all of length `dim` naming the row.
 */
export async function assertRoom(batch: Batch, column: Column, dim: number): Promise<void> {
  const { name, kind, element, offsetBytes } = column;
  const buffer = bufferIndex(batch, column);
  const width = kind === "texts" ? offsetBytes || 16 : elementTypes[element!].bytes * dim;
  const place = kind === "list" ? buffer + 3 : kind === "fixed" ? buffer + 2 : buffer + 1;
  if (batch.rows * width <= batch.room(place)) return;
  if (kind === "list") {
    if ((batch.rows + 1) * offsetBytes <= batch.room(buffer + 1)) await listRows(batch, column, dim);
  } else await assertWhole(batch, column);
  throw new Error(`${batch.rows} rows of ${name} in ${batch.room(place)} bytes`);
}

/** The rows of a column of lists. Throws Error for null and for lists of another length. */
export async function listRows(batch: Batch, column: Column, dim: number): Promise<RowSource> {
  const { name } = column;
  await assertWhole(batch, column);
  const type = elementTypes[column.element!];
  const [length, gaps] = nodeOf(batch, column.node + 1);
  const begin = column.kind === "fixed" ? 0 : await firstOffset(batch, column, dim);
  if (begin + batch.rows * dim > length)
    throw new Error(`${length} numbers of ${name} for ${batch.rows} rows from row ${batch.first}`);
  const ownBuffers = column.kind === "fixed" ? 1 : 2;
  const validity = bufferIndex(batch, column) + ownBuffers;
  if (gaps > 0) {
    const gap = (await gapIn(await batch.buffer(validity), begin, batch.rows * dim)) ?? 0;
    throw new Error(`null at place ${gap % dim}, in row ${batch.first + Math.floor(gap / dim)} of ${name}`);
  }
  return numbersOf(await batch.buffer(validity + 1), type, { begin, rows: batch.rows, dim });
}

/** A column of numbers as rows of one number. */
export async function numberRows(batch: Batch, column: Column): Promise<RowSource> {
  await assertWhole(batch, column);
  const type = elementTypes[column.element!];
  const values = await batch.buffer(bufferIndex(batch, column) + 1);
  return numbersOf(values, type, { begin: 0, rows: batch.rows, dim: 1 });
}

export async function texts(batch: Batch, column: Column): Promise<string[]> {
  await assertWhole(batch, column);
  const buffer = bufferIndex(batch, column);
  const decoder = new TextDecoder();
  if (column.offsetBytes === 0) return viewTexts(batch, column, decoder);
  const offsets = await offsetsOf(batch, column);
  const data = await batch.buffer(buffer + 2);
  const bytes = await data.read(0, data.size);
  return Array.from({ length: batch.rows }, (_, row) => {
    const [from, to] = [offsets[row]!, offsets[row + 1]!];
    if (!(from >= 0 && from <= to && to <= bytes.length))
      throw new Error(`text outside its buffer, in row ${batch.first + row} of ${column.name}`);
    return decoder.decode(bytes.subarray(from, to));
  });
}

/** Length of the list in the first row. */
export async function firstLength(batch: Batch, column: Column): Promise<number> {
  if (column.kind === "fixed") return column.size;
  const [first, second] = await offsetsOf(batch, column, 1);
  return second! - first!;
}

function nodeOf({ nodes }: Batch, index: number): readonly [number, number] {
  const node = nodes[index];
  if (!node) throw new Error("a batch without all its columns");
  return node;
}

function bufferIndex({ views }: Batch, { buffer, viewsBefore }: Column): number {
  return views.slice(0, viewsBefore).reduce((sum, count) => sum + count, buffer);
}

/** Throws for a row that is null, be it in a struct around it. */
async function assertWhole(batch: Batch, column: Column): Promise<void> {
  const { name, node, parents } = column;
  for (const index of [...parents, node]) {
    const [length, gaps] = nodeOf(batch, index);
    if (length !== batch.rows) throw new Error(`${length} values of ${name} in ${batch.rows} rows`);
    if (gaps === 0) continue;
    const gap = index === node ? await gapIn(await batch.buffer(bufferIndex(batch, column)), 0, batch.rows) : undefined;
    throw new Error(gap === undefined ? `null in ${name}` : `null, in row ${batch.first + gap} of ${name}`);
  }
}

/** The first bit that is not set. */
async function gapIn(validity: ByteSource, begin: number, count: number): Promise<number | undefined> {
  const bytes = await validity.read(0, validity.size);
  for (let k = 0; k < count; k++) if (!((bytes[(begin + k) >> 3] ?? 255) & (1 << ((begin + k) & 7)))) return k;
  return undefined;
}

/** Where the numbers of the batch begin, if every list is of length `dim`. */
async function firstOffset(batch: Batch, column: Column, dim: number): Promise<number> {
  const offsets = await offsetsOf(batch, column);
  for (let row = 0; row < batch.rows; row++) {
    const length = offsets[row + 1]! - offsets[row]!;
    if (length !== dim)
      throw new Error(
        `${length} numbers where the first row has ${dim}, in row ${batch.first + row} of ${column.name}`,
      );
  }
  if (!(offsets[0]! >= 0)) throw new Error(`lists of ${column.name} that begin at ${offsets[0]}`);
  return offsets[0]!;
}

async function offsetsOf(batch: Batch, column: Column, rows = batch.rows): Promise<readonly number[]> {
  const source = await batch.buffer(bufferIndex(batch, column) + 1);
  const bytes = await source.read(0, (rows + 1) * column.offsetBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: rows + 1 }, (_, row) =>
    column.offsetBytes === 4 ? view.getInt32(4 * row, true) : Number(view.getBigInt64(8 * row, true)),
  );
}

function numbersOf(
  source: ByteSource,
  type: ElementType,
  { begin, rows, dim }: { readonly begin: number; readonly rows: number; readonly dim: number },
): RowSource {
  if ((begin + rows * dim) * type.bytes > source.size)
    throw new Error(`a buffer of ${source.size} bytes where ${(begin + rows * dim) * type.bytes} are needed`);
  return stridedRows(source, { rows, dim, type, offset: begin * type.bytes, rowStride: dim, columnStride: 1 });
}

/** Texts of up to 12 bytes stand in their view; longer ones in one of the buffers behind. */
async function viewTexts(batch: Batch, column: Column, decoder: TextDecoder): Promise<string[]> {
  const buffer = bufferIndex(batch, column);
  const views = await (await batch.buffer(buffer + 1)).read(0, 16 * batch.rows);
  const view = new DataView(views.buffer, views.byteOffset, views.byteLength);
  const data: Uint8Array[] = [];
  for (let k = 0; k < (batch.views[column.viewsBefore] ?? 0); k++) {
    const source = await batch.buffer(buffer + 2 + k);
    data.push(await source.read(0, source.size));
  }
  return Array.from({ length: batch.rows }, (_, row) => {
    const length = view.getInt32(16 * row, true);
    if (length >= 0 && length <= 12) return decoder.decode(views.subarray(16 * row + 4, 16 * row + 4 + length));
    const bytes = data[view.getInt32(16 * row + 8, true)];
    const from = view.getInt32(16 * row + 12, true);
    if (!bytes || length < 0 || from < 0 || from + length > bytes.length)
      throw new Error(`text outside its buffer, in row ${batch.first + row} of ${column.name}`);
    return decoder.decode(bytes.subarray(from, from + length));
  });
}

// Every platform has it, but neither its DOM nor its Node types belong in this package.
declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}
