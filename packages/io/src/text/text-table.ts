// A table of records in text: one pass that checks every record and remembers where blocks begin; rows are read again when
// asked for.

import type { RowBlock, RunControl } from "@nce-geometry/tensor";
import type { ByteSource } from "../byte-source.ts";
import type { Embeddings, FormatName, NamedMatrix, NamedVector } from "../embeddings.ts";
import { malformedFile } from "../malformed.ts";
import { assertRows } from "../strided-rows.ts";
import type { Columns, MatrixColumn, ValueColumn } from "./columns.ts";
import { readBlock, recordBlocks } from "./record-blocks.ts";

/** How the records of a format are told apart. */
export interface TableSyntax<Record> {
  readonly format: FormatName;
  readonly quotes: boolean;
  /** The records of a block, empty lines left out; throws {@link RecordError}. */
  parse(text: string): readonly Record[];
  /** From the first records of the file (at least one). */
  columnsOf(records: readonly Record[]): Columns<Record>;
  /** Records at the start that are not data: 1 for a line of names. */
  headerLength(records: readonly Record[]): number;
}

/** A record that cannot be parsed: which of its block, and why. */
export class RecordError extends Error {
  readonly record: number;
  constructor(record: number, message: string) {
    super(message);
    this.record = record;
  }
}

interface Block {
  readonly offset: number;
  readonly length: number;
  /** Rows before it, and records at its start that are not data. */
  readonly firstRow: number;
  readonly rows: number;
  readonly skip: number;
}

/**
 * The columns of a table. Every record is checked before anything is returned.
 *
 * Memory: one block of about a megabyte and 40 bytes per block; a column of values is read whole.
 * Throws: InputError E_FORMAT naming the row and the column: a list of another length, null, text among numbers.
 */
export async function openTextTable<Record>(
  source: ByteSource,
  syntax: TableSyntax<Record>,
  control: RunControl,
): Promise<Embeddings> {
  const parse = (text: string, firstRow: number): readonly Record[] => {
    try {
      return syntax.parse(text);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      throw broken(source, `row ${firstRow + error.record}: ${error.message}`);
    }
  };
  const blocks: Block[] = [];
  let columns: Columns<Record> | undefined;
  let kinds: ValueKinds<Record> | undefined;
  let rows = 0;
  for await (const { offset, length, text } of recordBlocks(source, { quotes: syntax.quotes, ...control })) {
    const records = parse(text, rows);
    if (records.length === 0) continue;
    const skip = columns ? 0 : syntax.headerLength(records);
    columns ??= syntax.columnsOf(records);
    kinds ??= valueKinds(columns.values);
    const data = records.slice(skip);
    for (const column of columns.matrices) checkColumn(source, column, data, rows);
    kinds.see(data);
    if (data.length > 0) blocks.push({ offset, length, firstRow: rows, rows: data.length, skip });
    rows += data.length;
  }
  if (!columns || rows === 0) throw broken(source, "no rows");
  const read = async (block: Block): Promise<readonly Record[]> =>
    parse(await readBlock(source, block.offset, block.length), block.firstRow).slice(block.skip);
  const table: Table<Record> = { source, rows, blocks, read };
  return {
    format: syntax.format,
    source: source.name,
    bytes: source.size,
    matrices: columns.matrices.map((column) => matrixOf(table, column)),
    vectors: kinds!.complete().map(([column, kind]) => vectorOf(table, column, kind)),
    notes: [...columns.notes, ...kinds!.notes()],
  };
}

interface Table<Record> {
  readonly source: ByteSource;
  readonly rows: number;
  readonly blocks: readonly Block[];
  read(block: Block): Promise<readonly Record[]>;
}

function checkColumn<Record>(
  source: ByteSource,
  column: MatrixColumn<Record>,
  records: readonly Record[],
  firstRow: number,
): void {
  const row = new Float64Array(column.dim);
  for (const [index, record] of records.entries()) {
    const wrong = column.take(record, row, 0);
    if (wrong !== undefined) throw broken(source, `${wrong}, in row ${firstRow + index} of ${column.name}`);
  }
}

interface ValueKinds<Record> {
  see(records: readonly Record[]): void;
  complete(): readonly (readonly [ValueColumn<Record>, "number" | "string"])[];
  notes(): string[];
}

/** A column is of numbers while every value is one, else of text; one with gaps is left out with a note. */
function valueKinds<Record>(values: readonly ValueColumn<Record>[]): ValueKinds<Record> {
  const numeric = values.map(() => true);
  const whole = values.map(() => true);
  return {
    see(records) {
      values.forEach((column, k) => {
        for (const record of records) {
          const value = column.take(record);
          if (value === undefined) whole[k] = false;
          else if (typeof value === "string") numeric[k] = false;
        }
      });
    },
    complete: () =>
      values.flatMap((column, k) => (whole[k] ? [[column, numeric[k] ? "number" : "string"] as const] : [])),
    notes: () => values.flatMap(({ name }, k) => (whole[k] ? [] : [`${name} is not read: it has gaps`])),
  };
}

function matrixOf<Record>(table: Table<Record>, column: MatrixColumn<Record>): NamedMatrix {
  const { rows, blocks, source } = table;
  const { name, dim } = column;
  let last: { readonly block: Block; readonly records: readonly Record[] } | undefined;
  return {
    name,
    rows,
    dim,
    dtype: "float64",
    async read(start, count, out): Promise<RowBlock> {
      assertRows(source.name, { rows, dim }, { start, count, out });
      const values = new Float64Array(count * dim);
      for (const block of blocks) {
        const [from, to] = [Math.max(start, block.firstRow), Math.min(start + count, block.firstRow + block.rows)];
        if (from >= to) continue;
        // Neighbouring reads often fall into one block.
        if (last?.block !== block) last = { block, records: await table.read(block) };
        for (let row = from; row < to; row++) {
          const wrong = column.take(last.records[row - block.firstRow]!, values, (row - start) * dim);
          if (wrong !== undefined) throw broken(source, `${wrong}, in row ${row} of ${name}: the file has changed`);
        }
      }
      if (!out) return values;
      out.set(values);
      return out.subarray(0, values.length);
    },
  };
}

function vectorOf<Record>(table: Table<Record>, column: ValueColumn<Record>, kind: "number" | "string"): NamedVector {
  const { name } = column;
  const all = async <T>(convert: (value: number | string) => T): Promise<T[]> => {
    const values: T[] = [];
    for (const block of table.blocks)
      for (const record of await table.read(block)) values.push(convert(column.take(record)!));
    return values;
  };
  const length = table.rows;
  if (kind === "string") return { kind, name, length, read: () => all(String) };
  return { kind, name, length, read: async () => Float64Array.from(await all(Number)) };
}

function broken(source: ByteSource, received: string): Error {
  return malformedFile("openEmbeddings", source.name, "a table with one vector per row", received);
}
