// Columns of a Parquet file as numbers and texts, one row group at a time. Errors say which row; the caller adds the file.

import type { RowBlock } from "@nce-geometry/tensor";
import type { ColumnMetaData, RowGroup } from "hyparquet";
import type { ByteSource } from "../byte-source.ts";
import { float16Table } from "../float16.ts";
import { unpackedLimit } from "../unpacked-limit.ts";
import type { Leaf, LeafKind } from "./leaves.ts";
import { type Page, pagesOf } from "./pages.ts";

export interface GroupShape {
  readonly group: number;
  /** Row of the file that the group begins with. */
  readonly first: number;
  readonly rows: number;
  readonly dim: number;
}

/** All of it throws Error, saying what is wrong. */
export interface ColumnReader {
  /** Length of the list in the first row; 0 for null. */
  firstLength(leaf: Leaf): Promise<number>;
  /** Refuses a group that has not a value for every number of its rows; of lists it names the row that is not whole. */
  assertRoom(leaves: readonly Leaf[], shape: GroupShape): Promise<void>;
  /** The rows of a group: one leaf of lists, or `dim` leaves of numbers. */
  readMatrix(leaves: readonly Leaf[], shape: GroupShape, empty: (length: number) => RowBlock): Promise<RowBlock>;
  readNumbers(leaf: Leaf, group: number, first: number): Promise<number[]>;
  readTexts(leaf: Leaf, group: number, first: number): Promise<string[]>;
}

export function columnReader(source: ByteSource, groups: readonly RowGroup[]): ColumnReader {
  const pages = (leaf: Leaf, group: number): AsyncGenerator<Page> =>
    pagesOf(source, chunkOf(groups[group]!, leaf), leaf);
  return {
    async firstLength(leaf) {
      let length = 0;
      for (let group = 0; group < groups.length; group++) {
        for await (const { count, repetition, definition } of pages(leaf, group)) {
          for (let k = 0; k < count; k++) {
            if (length > 0 && repetition![k] === 0) return length;
            if (definition && definition[k]! < leaf.listDefinition) return length;
            length++;
          }
        }
        if (length > 0) return length;
      }
      return length;
    },
    async assertRoom(leaves, shape) {
      const { group, rows } = shape;
      for (const leaf of leaves) {
        const { num_values, total_compressed_size } = chunkOf(groups[group]!, leaf);
        const [values, wanted] = [Number(num_values), rows * (leaf.lists === 1 ? shape.dim : 1)];
        if (values === wanted && wanted <= unpackedLimit(Number(total_compressed_size))) continue;
        if (leaf.lists === 1) await readLists(pages(leaf, group), leaf, shape);
        throw new Error(`${values} values of ${leaf.name} in ${rows} rows`);
      }
    },
    async readMatrix(leaves, shape, empty) {
      const { group, first, rows, dim } = shape;
      const data = empty(rows * dim);
      if (leaves[0]!.lists === 1) await readLists(pages(leaves[0]!, group), leaves[0]!, shape, data);
      else {
        for (const [k, leaf] of leaves.entries()) {
          const column = await readFlat(pages(leaf, group), leaf, first, numberOf(leaf.kind!));
          if (column.length !== rows) throw new Error(`${column.length} values of ${leaf.name} in ${rows} rows`);
          for (let i = 0; i < rows; i++) data[i * dim + k] = column[i]!;
        }
      }
      return data;
    },
    readNumbers: (leaf, group, first) => readFlat(pages(leaf, group), leaf, first, numberOf(leaf.kind!)),
    readTexts: (leaf, group, first) => {
      const decoder = new TextDecoder();
      return readFlat(pages(leaf, group), leaf, first, (value) => decoder.decode(value as Uint8Array));
    },
  };
}

function chunkOf({ columns }: RowGroup, { path, name }: Leaf): ColumnMetaData {
  const chunk = columns.find(({ meta_data }) => meta_data?.path_in_schema.join(".") === path);
  if (!chunk?.meta_data || chunk.file_path) throw new Error(`a row group without the column ${name}`);
  return chunk.meta_data;
}

/** Row by row; without `out` only to find the row that is not whole. */
async function readLists(
  pages: AsyncGenerator<Page>,
  leaf: Leaf,
  { first, rows, dim }: GroupShape,
  out?: RowBlock,
): Promise<void> {
  const { name, maxDefinition, listDefinition } = leaf;
  const convert = numberOf(leaf.kind!);
  let [row, place, at] = [-1, dim, 0];
  const endRow = (): void => {
    if (place === dim) return;
    throw new Error(`${place} numbers where the first row has ${dim}, in row ${first + row} of ${name}`);
  };
  for await (const { count, repetition, definition, values } of pages) {
    let next = 0;
    for (let k = 0; k < count; k++) {
      if (repetition![k] === 0) {
        endRow();
        [row, place] = [row + 1, 0];
      } else if (row < 0) throw new Error(`a column ${name} that does not begin with a row`);
      const level = definition ? definition[k]! : maxDefinition;
      if (level < listDefinition - 1) throw new Error(`null, in row ${first + row} of ${name}`);
      if (level < listDefinition) continue;
      if (level < maxDefinition) throw new Error(`null at place ${place}, in row ${first + row} of ${name}`);
      const value = convert(values[next++]);
      if (value === undefined) throw beyond(first + row, name);
      if (out) out[at++] = value;
      place++;
      if (place > dim) endRow();
    }
  }
  endRow();
  if (row + 1 !== rows) throw new Error(`${row + 1} rows of ${name} where there should be ${rows}`);
}

async function readFlat<T>(
  pages: AsyncGenerator<Page>,
  { name, maxDefinition }: Leaf,
  first: number,
  convert: (value: unknown) => T | undefined,
): Promise<T[]> {
  const all: T[] = [];
  for await (const { count, definition, values } of pages) {
    let next = 0;
    for (let k = 0; k < count; k++) {
      const row = first + all.length;
      if (definition && definition[k] !== maxDefinition) throw new Error(`null, in row ${row} of ${name}`);
      const value = convert(values[next++]);
      if (value === undefined) throw beyond(row, name);
      all.push(value);
    }
  }
  return all;
}

function beyond(row: number, name: string): Error {
  return new Error(`an integer beyond ±2^53, in row ${row} of ${name}`);
}

/** How a value of the library becomes a number; undefined for an integer that no number holds. */
function numberOf(kind: LeafKind): (value: unknown) => number | undefined {
  if (kind === "float16") {
    const table = float16Table();
    return (value) => {
      const [low, high] = value as Uint8Array;
      return table[low! | (high! << 8)];
    };
  }
  if (kind === "uint32") return (value) => (value as number) >>> 0;
  if (kind === "int64" || kind === "uint64") {
    return (value) => {
      const integer = kind === "uint64" ? BigInt.asUintN(64, value as bigint) : (value as bigint);
      return -largestExact <= integer && integer <= largestExact ? Number(integer) : undefined;
    };
  }
  return (value) => value as number;
}

const largestExact = 2n ** 53n;

// Every platform has it, but neither its DOM nor its Node types belong in this package.
declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}
