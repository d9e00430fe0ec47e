import { type Json, scalarsOf } from "@nce-geometry/experiments";
import { formatNumber } from "../../report/format.ts";
import type { Story, Storyteller } from "../story.ts";

/** An experiment whose summary is lists of records: told by its tables. */
export function tableStory(words: Pick<Story, "question" | "published" | "findings" | "reasons">): Storyteller {
  return (result) => {
    const lists = Object.entries(result.summary as Readonly<Record<string, Json>>).filter(
      (entry): entry is [string, readonly Json[]] => Array.isArray(entry[1]) && entry[1].length > 0,
    );
    return {
      ...words,
      figures: [],
      tables: lists.map(([title, records]) => {
        const rows = records.map((record) => scalarsOf(record));
        const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(
          (column) => !/\.\d+(\.|$)/.test(column),
        );
        return { title, columns, rows: rows.map((row) => columns.map((column) => cellOf(row[column]))) };
      }),
    };
  };
}

function cellOf(value: null | boolean | number | string | undefined): string {
  return typeof value === "number" ? formatNumber(value) : (value ?? "–").toString();
}
