// Matches of any number on both sides, for retrieval alone.

import type { TargetLists } from "@nce-geometry/pairwise";
import { InputError } from "@nce-geometry/tensor";

/** The matches of the rows of x, checked, and those of the rows of y. */
export function assertRelevance(
  where: string,
  relevance: TargetLists,
  { x: n, y: m, map }: { readonly x: number; readonly y: number; readonly map?: Int32Array | undefined },
): { readonly x: TargetLists; readonly y: TargetLists } {
  const refuse = (code: "E_SHAPE" | "E_OPTION", argument: string, expected: string, received: string): never => {
    throw new InputError({ code, where, argument, expected, received });
  };
  const { offsets, columns } = relevance;
  if (map !== undefined) refuse("E_OPTION", "relevance", "given without `map`", "both");
  if (offsets.length !== n + 1) refuse("E_SHAPE", "relevance.offsets", `of length ${n + 1}`, String(offsets.length));
  const falling = offsets.findIndex((offset, i) => offset < (i === 0 ? 0 : offsets[i - 1]!));
  if (offsets[0] !== 0 || falling >= 0 || offsets[n] !== columns.length) {
    const received = `${offsets[Math.max(0, falling)]} at ${Math.max(0, falling)}`;
    refuse("E_OPTION", "relevance.offsets", `ascending from 0 to ${columns.length}`, received);
  }
  for (let i = 0; i < n; i++) {
    const list = columns.subarray(offsets[i]!, offsets[i + 1]!);
    const outside = list.find((column) => column < 0 || column >= m);
    if (outside !== undefined)
      refuse("E_OPTION", "relevance.columns", `rows 0 … ${m - 1} of \`y\``, `${outside} for row ${i}`);
    if (new Set(list).size < list.length)
      refuse("E_OPTION", "relevance.columns", "without repetitions", `one for row ${i}`);
  }
  const lists = { x: relevance, y: transposedLists(relevance, m) };
  for (const [name, { offsets: at }] of Object.entries(lists)) {
    const asked = at.reduce((count, offset, i) => count + (i > 0 && offset > at[i - 1]! ? 1 : 0), 0);
    if (asked < 2) refuse("E_OPTION", "relevance", `matches of at least two rows of \`${name}\``, String(asked));
  }
  return lists;
}

function transposedLists({ offsets, columns }: TargetLists, m: number): TargetLists {
  const starts = new Int32Array(m + 1);
  for (const column of columns) starts[column + 1]!++;
  for (let j = 0; j < m; j++) starts[j + 1]! += starts[j]!;
  const rows = new Int32Array(columns.length);
  const next = starts.slice();
  for (let i = 0; i + 1 < offsets.length; i++) {
    for (let t = offsets[i]!; t < offsets[i + 1]!; t++) rows[next[columns[t]!]!++] = i;
  }
  return { offsets: starts, columns: rows };
}
