// JSON Lines: one record per line.

import type { Format } from "../open-embeddings.ts";
import { type Json, jsonColumns } from "./json-records.ts";
import { isText } from "./record-blocks.ts";
import { openTextTable, RecordError, type TableSyntax } from "./text-table.ts";

/** Recognised by the name of the file: .jsonl or .ndjson. */
export const jsonlFormat: Format = {
  names: ["jsonl"],
  recognise: (start, name) => (/\.(jsonl|ndjson)$/i.test(name) && isText(start) ? "jsonl" : undefined),
  open: (source, _format, options) => openTextTable(source, syntax, options),
};

const syntax: TableSyntax<Json> = {
  format: "jsonl",
  quotes: false,
  parse: (text) =>
    text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line, record) => {
        try {
          return JSON.parse(line) as Json;
        } catch (error) {
          throw new RecordError(record, (error as Error).message);
        }
      }),
  headerLength: () => 0,
  columnsOf: ([first]) => jsonColumns(first!),
};
