import type { ResultTable } from "@nce-geometry/experiments";
import Papa from "papaparse";

/** A table as CSV with a line of names; null is an empty field. */
export function csvOf({ columns, rows }: ResultTable): string {
  return `${Papa.unparse({ fields: [...columns], data: rows.map((row) => [...row]) }, { newline: "\n" })}\n`;
}
