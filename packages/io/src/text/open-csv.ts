// CSV and TSV: a vector in as many fields as it has numbers, or in one field as a list.

import type { RunControl } from "@nce-geometry/tensor";
import Papa from "papaparse";
import type { ByteSource } from "../byte-source.ts";
import type { Embeddings } from "../embeddings.ts";
import {
  brief,
  type Columns,
  countedColumns,
  type MatrixColumn,
  numberIn,
  numberText,
  takeList,
  type ValueColumn,
} from "./columns.ts";
import { openTextTable, RecordError, type TableSyntax } from "./text-table.ts";

type Fields = readonly string[];

/** The columns of comma- or tab-separated text, as `openTextTable` reads tables. */
export function openCsv(source: ByteSource, format: "csv" | "tsv", options: RunControl): Promise<Embeddings> {
  return openTextTable(source, syntaxOf(format), options);
}

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
      if (isHeader(first!)) return columnsOf(first!, second ?? [], true);
      return columnsOf(namesOf(first!), first!, false);
    },
  };
}

/** A line of names: the fields of it that are numbers, if any, count from 0 or 1, as pandas names columns; none is a list. */
function isHeader(fields: Fields): boolean {
  const numbers = fields.map(numberIn).filter((value) => value !== undefined);
  const counts = numbers.length > 1 && numbers[0]! <= 1 && numbers.every((value, k) => value === numbers[0]! + k);
  return (numbers.length === 0 || counts) && fields.every((field) => listIn(field) === undefined);
}

/** Fields whose names count are one vector; a field with a list is one; the others are values. */
function columnsOf(names: Fields, sample: Fields, named: boolean): Columns<Fields> {
  const width = names.length;
  const lists = new Map<number, number>();
  const numbers: number[] = [];
  for (const [place, field] of sample.entries()) {
    const list = listIn(field);
    if (list) lists.set(place, list.length);
    // An empty field may be a number that is missing; it then counts, and is refused with its row.
    else if ((numberIn(field) !== undefined || field === "") && place < width) numbers.push(place);
  }
  const { counted: groups, broken } = countedColumns(names, numbers);
  const counted = groups.filter(({ places }) => places.some((place) => sample[place] !== ""));
  const taken = new Set([...lists.keys(), ...counted.flatMap(({ places }) => places)]);
  const matrices = [
    ...[...lists].map(([place, dim]) => listColumn(names[place] ?? "", place, width, dim)),
    ...counted.map(({ name, places }) => fieldsColumn(name, places, width)),
  ];
  const values = names.flatMap((name, place) => (taken.has(place) ? [] : [valueColumn(name || "index", place)]));
  const guess = named
    ? names.every((name) => numberIn(name) !== undefined) &&
      `the first line, ${names[0]}, ${names[1]}, …, is taken for names`
    : counted.length > 0 && `no line of names: all ${numbers.length} fields with numbers are one vector`;
  return { matrices, values, notes: [...broken, ...(guess ? [guess] : [])] };
}

/** Without a line of names, numbers are counted and other fields are called after their place. */
function namesOf(fields: Fields): Fields {
  let count = 0;
  return fields.map((field, place) => (numberIn(field) === undefined ? `field ${letters(place)}` : String(count++)));
}

/** 0 → A, 25 → Z, 26 → AA, as spreadsheets call columns. */
function letters(place: number): string {
  return (place >= 26 ? letters(Math.floor(place / 26) - 1) : "") + String.fromCharCode(65 + (place % 26));
}

function fieldsColumn(name: string, places: readonly number[], width: number): MatrixColumn<Fields> {
  return {
    name,
    dim: places.length,
    take(fields, out, at) {
      if (fields.length !== width) return `${fields.length} fields where the first row has ${width}`;
      for (const [k, place] of places.entries()) {
        const value = numberIn(fields[place]!);
        if (value === undefined) return `${brief(fields[place])} in field ${place}`;
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
      return list ? takeList(list, dim, out, at) : `${brief(fields[place])} in field ${place}`;
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
      return value !== undefined && numberText(value) === field.trim() ? value : field;
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
