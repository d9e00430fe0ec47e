import { readFileSync } from "node:fs";

type Row<Column extends string> = { readonly [name in Column]: number };

interface StoredTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

/** The rows of one table of a file beside this one, by name of column. */
export function goldenTable<Column extends string>(file: string, table: string, columns: readonly Column[]): Row<Column>[] {
  const tables: Record<string, StoredTable> = JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
  const stored = tables[table]!;
  const indices = columns.map((column) => stored.columns.indexOf(column));
  if (indices.includes(-1)) throw new Error(`${table} of ${file} lacks one of ${columns.join(", ")}`);
  return stored.rows.map(
    (row) => Object.fromEntries(columns.map((column, i) => [column, row[indices[i]!]!])) as Row<Column>,
  );
}
