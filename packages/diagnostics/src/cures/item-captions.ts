// Which items and captions belong together, and the parts of them that are tested.

import type { TargetLists } from "@nce-geometry/pairwise";
import { InputError, type Rows } from "@nce-geometry/tensor";
import { shapeError } from "../law-tests/option-checks.ts";
import type { Question } from "./rescored-places.ts";

/** Item (row of x) of each caption (row of y): the map given, checked, or the row's own number. */
export function itemsOfCaptions(where: string, x: Rows, y: Rows, map: Int32Array | undefined): Int32Array {
  if (!map) {
    if (x.rows === y.rows) return Int32Array.from({ length: x.rows }, (_, i) => i);
    const hint = "Give `map`, the item of each caption, where an item has several.";
    throw shapeError(where, "y", `of ${x.rows} rows, as \`x\` is`, y, hint);
  }
  const refuse = (expected: string, received: string) => {
    throw new InputError({ code: "E_SHAPE", where, argument: "map", expected, received });
  };
  if (map.length !== y.rows) refuse(`of length ${y.rows}, one item for each row of \`y\``, String(map.length));
  const wrong = map.findIndex((item) => item < 0 || item >= x.rows);
  if (wrong >= 0) refuse(`of items 0 … ${x.rows - 1}`, `${map[wrong]} for caption ${wrong}`);
  const captions = new Int32Array(x.rows);
  for (const item of map) captions[item]!++;
  const without = captions.indexOf(0);
  if (without >= 0) refuse("onto all items", `no caption of item ${without}`);
  return map;
}

/** Queries and candidates by the groups that they belong to: a query's targets are the candidates of its group. */
export function questionOf(queries: Int32Array, candidates: Int32Array): Question {
  const members = new Map<number, number[]>();
  for (const [column, group] of candidates.entries()) {
    const own = members.get(group);
    if (own) own.push(column);
    else members.set(group, [column]);
  }
  const offsets = new Int32Array(queries.length + 1);
  const columns: number[] = [];
  for (const [i, group] of queries.entries()) {
    columns.push(...(members.get(group) ?? []));
    offsets[i + 1] = columns.length;
  }
  const targets: TargetLists = { offsets, columns: Int32Array.from(columns) };
  return { targets, groups: { rows: queries, columns: candidates } };
}

/** The rows whose item is among those chosen. */
export function rowsOfItems(itemOf: Int32Array, chosen: ReadonlySet<number>): Int32Array {
  return Int32Array.from(itemOf.keys()).filter((row) => chosen.has(itemOf[row]!));
}
