// Lists as JSON lines or CSV, a chunk at a time.

import type { NeighbourList } from "./lists.ts";

export type ListFormat = "jsonl" | "csv";

/** What rows are called, where their file says so. */
export interface RowNames {
  readonly queries: readonly string[] | undefined;
  readonly candidates: readonly string[] | undefined;
}

/** The text of the lists. */
export async function* listText(
  lists: AsyncIterable<NeighbourList>,
  format: ListFormat,
  names: RowNames,
): AsyncGenerator<string> {
  if (format === "csv") yield `${header(names).join(",")}\n`;
  let chunk = "";
  for await (const list of lists) {
    chunk += format === "csv" ? csvLines(list, names) : `${JSON.stringify(record(list, names))}\n`;
    if (chunk.length < 65536) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}

function record({ query, rows, scores }: NeighbourList, names: RowNames): object {
  return {
    query,
    ...(names.queries && { id: names.queries[query] }),
    results: rows.map((row, place) => ({
      rank: place + 1,
      row,
      ...(names.candidates && { id: names.candidates[row] }),
      score: scores[place],
    })),
  };
}

function header({ queries, candidates }: RowNames): string[] {
  return ["query", ...(queries ? ["query_id"] : []), "rank", "row", ...(candidates ? ["id"] : []), "score"];
}

function csvLines({ query, rows, scores }: NeighbourList, { queries, candidates }: RowNames): string {
  return rows
    .map((row, place) =>
      [
        query,
        ...(queries ? [field(queries[query]!)] : []),
        place + 1,
        row,
        ...(candidates ? [field(candidates[row]!)] : []),
        scores[place],
      ].join(","),
    )
    .map((line) => `${line}\n`)
    .join("");
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
