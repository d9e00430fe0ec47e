// Who is whose positive when several rows belong together: rows of equal group number, such as the captions of one image.

import { InputError } from "@nce-geometry/tensor";
import type { NamedShape } from "../shape-checks.ts";
import type { PositiveGroups, Side } from "./contrast-options.ts";

/** Group numbers 0, 1, 2 … of the rows. */
export type RowGroups = { readonly [side in Side]: Int32Array };

/** The positive pairs (x[e], y[e]), and for each side which of them are those of a row. */
export interface PositivePairs {
  readonly x: Int32Array;
  readonly y: Int32Array;
  readonly ofRow: { readonly [side in Side]: PairTable };
}

/** The pairs of every row in a table of equal width. */
export interface PairTable {
  readonly width: number;
  /** [rows, width], row-major: pair numbers, −1 beyond those of the row. */
  readonly pairs: Int32Array;
  /** Pairs of each row. */
  readonly counts: Int32Array;
}

/** Numbers the groups; refuses groups of the wrong length, and anchors without a positive. */
export function numberGroups(
  where: string,
  groups: PositiveGroups["groups"],
  sides: { readonly x: NamedShape; readonly y: NamedShape; readonly anchors: readonly Side[] },
): RowGroups {
  for (const side of ["x", "y"] as const) {
    const rows = sides[side].shape[0]!;
    const argument = `positives.groups.${side}`;
    const received = String(groups[side].length);
    if (groups[side].length === rows) continue;
    const expected = `of length ${rows}, one for each row of \`${sides[side].name}\``;
    throw new InputError({ code: "E_SHAPE", where, argument, expected, received });
  }
  for (const side of sides.anchors) {
    const other = new Set(Array.from(groups[side === "x" ? "y" : "x"]));
    const row = Array.from(groups[side]).findIndex((group) => !other.has(group));
    if (row < 0) continue;
    throw new InputError({
      code: "E_DOMAIN",
      where,
      argument: `positives.groups.${side}`,
      expected: "such that every anchor has a positive on the other side",
      received: `group ${groups[side][row]} of row ${row} without one`,
      hint: "Leave such rows out, or put them into a bank of negatives.",
    });
  }
  const numbers = new Map<number | string, number>();
  const numberOf = (group: number | string) => {
    if (!numbers.has(group)) numbers.set(group, numbers.size);
    return numbers.get(group)!;
  };
  return { x: Int32Array.from(Array.from(groups.x), numberOf), y: Int32Array.from(Array.from(groups.y), numberOf) };
}

/** All pairs of rows of equal group, in the order of the rows of x. */
export function positivePairs(groups: RowGroups): PositivePairs {
  const members = membersOf(groups.y);
  const [x, y]: [number[], number[]] = [[], []];
  for (let i = 0; i < groups.x.length; i++) {
    for (const j of members.get(groups.x[i]!) ?? []) {
      x.push(i);
      y.push(j);
    }
  }
  const ofRow = { x: pairTable(x, groups.x.length), y: pairTable(y, groups.y.length) };
  return { x: Int32Array.from(x), y: Int32Array.from(y), ofRow };
}

/** Row numbers of each group, ascending. */
function membersOf(groups: Int32Array): Map<number, number[]> {
  const members = new Map<number, number[]>();
  for (let i = 0; i < groups.length; i++) {
    const group = members.get(groups[i]!);
    if (group === undefined) members.set(groups[i]!, [i]);
    else group.push(i);
  }
  return members;
}

function pairTable(rowOfPair: readonly number[], rows: number): PairTable {
  const counts = new Int32Array(rows);
  for (const row of rowOfPair) counts[row]!++;
  const width = counts.reduce((a, b) => Math.max(a, b), 0);
  const pairs = new Int32Array(rows * width).fill(-1);
  const filled = new Int32Array(rows);
  rowOfPair.forEach((row, pair) => {
    pairs[row * width + filled[row]!++] = pair;
  });
  return { width, pairs, counts };
}
