// CSV and TSV: a vector in as many fields as it has numbers, or in one field as a list.

import Papa from "papaparse";
import type { Format } from "../open-embeddings.ts";
import { type Columns, countedName, type MatrixColumn, numberIn, takeList, type ValueColumn } from "./columns.ts";
import { openTextTable, RecordError, type TableSyntax } from "./text-table.ts";

type Fields = readonly string[];

/** Comma- and tab-separated text, recognised by the name of the file. */
export const csvFormat: Format = {
  names: ["csv", "tsv"],
  recognise: (start, name) => {
    const [, extension] = /\.(csv|tsv)$/i.exec(name) ?? [];
    return extension === undefined || start.includes(0) ? undefined : (extension.toLowerCase() as "csv" | "tsv");
  },
  open: (source, format, options) => openTextTable(source, syntaxOf(format as "csv" | "tsv"), options),
};

function syntaxOf(format: "csv" | "tsv"): TableSyntax<Fields> {
  const delimiter = format === "csv" ? "," : "\t";
  return {
    format,
    quotes: true,
    parse(text) {
      const { data, errors } = Papa.parse<string[]>(text, { delimiter, skipEmptyLines: true });
      const [error] = errors;
      if (error) throw new RecordError(error.row ?? 0, error.message.toLowerCase());
      return data;
    },
    headerLength: ([first]) => (isHeader(first!) ? 1 : 0),
    columnsOf: ([first, second]) => {
      const names = isHeader(first!) ? first! : first!.map((_, index) => String(index));
      return columnsOf(names, (isHeader(first!) ? second : first) ?? [], isHeader(first!));
    },
  };
}

/** A line of names: no field of it is a number or a list, save names that count, such as `0, 1, 2`. */
function isHeader(fields: Fields): boolean {
  const counting = fields.length > 1 && fields.every((field, index) => field.trim() === String(index));
  return counting || fields.every((field) => numberIn(field) === undefined && listIn(field) === undefined);
}

/** Fields whose names differ by a counter are one vector; a field with a list is one; the others are values. */
function columnsOf(names: Fields, sample: Fields, named: boolean): Columns<Fields> {
  const groups = new Map<string, number[]>();
  const values: ValueColumn<Fields>[] = [];
  const matrices: MatrixColumn<Fields>[] = [];
  names.forEach((name, place) => {
    const field = sample[place] ?? "";
    const list = listIn(field);
    if (list) matrices.push(listColumn(name, place, names.length, list.length));
    else if (numberIn(field) !== undefined && groupOf(name, named) !== undefined) {
      const group = groupOf(name, named)!;
      groups.set(group, [...(groups.get(group) ?? []), place]);
    } else values.push(valueColumn(name, place));
  });
  for (const [group, places] of groups) {
    if (places.length > 1) matrices.push(fieldsColumn(group || "0", places, names.length));
    else values.push(valueColumn(names[places[0]!]!, places[0]!));
  }
  return { matrices, values, notes: [] };
}

/** What the name of a field counts. Without a line of names all numbers belong together. */
function groupOf(name: string, named: boolean): string | undefined {
  if (!named) return "";
  return countedName(name);
}

function fieldsColumn(name: string, places: readonly number[], width: number): MatrixColumn<Fields> {
  return {
    name,
    dim: places.length,
    take(fields, out, at) {
      if (fields.length !== width) return `${fields.length} fields where the first row has ${width}`;
      for (const [k, place] of places.entries()) {
        const value = numberIn(fields[place]!);
        if (value === undefined) return `${JSON.stringify(fields[place])} in field ${place}`;
        out[at + k] = value;
      }
      return undefined;
    },
  };
}

function listColumn(name: string, place: number, width: number, dim: number): MatrixColumn<Fields> {
  return {
    name,
    dim,
    take(fields, out, at) {
      if (fields.length !== width) return `${fields.length} fields where the first row has ${width}`;
      const list = listIn(fields[place]!);
      return list ? takeList(list, dim, out, at) : `${JSON.stringify(fields[place]!.slice(0, 40))} in field ${place}`;
    },
  };
}

function valueColumn(name: string, place: number): ValueColumn<Fields> {
  return {
    name,
    take(fields) {
      const field = fields[place];
      if (field === undefined || field === "") return undefined;
      // "007" and "1e3" are ids, not the numbers 7 and 1000.
      const value = numberIn(field);
      return value !== undefined && String(value) === field.trim() ? value : field;
    },
  };
}

/** `[1, 2, 3]`, as JSON or pandas write it, and `[1 2 3]` as NumPy does. */
function listIn(field: string): readonly (number | string)[] | undefined {
  const [, inside] = /^\s*\[([^[\]]*)\]\s*$/.exec(field) ?? [];
  if (inside === undefined || inside.trim() === "") return undefined;
  return inside
    .trim()
    .split(/\s*,\s*|\s+/)
    .map((word) => numberIn(word) ?? word);
}
