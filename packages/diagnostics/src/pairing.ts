// Which row of y belongs to which row of x. Rows of x are items (images), rows of y their captions; without a map row i of one
// belongs to row i of the other, and there are as many of each.

import { assertPairedUnitRows, assertTwoUnitSamples } from "@nce-geometry/energy";
import type { PairGroups, TargetLists } from "@nce-geometry/pairwise";
import { InputError, type Rows, type RunControl } from "@nce-geometry/tensor";

export interface PairingOptions {
  /**
   * Item, row of x, of each row of y: entries 0 … n − 1, each at least once. Captions of one item are never counted as unmatched
   * with it nor as independent of each other. @defaultValue row i belongs to row i
   */
  readonly map?: Int32Array | undefined;
}

export interface Pairing {
  /** Items, rows of x. */
  readonly n: number;
  /** Captions, rows of y. */
  readonly m: number;
  /** Item of each caption; absent where caption i is that of item i. */
  readonly owners?: Int32Array;
  /** The same as labels of the rows of x and of y. */
  readonly groups?: PairGroups;
  /** Captions of each item, in ascending order. */
  readonly members: TargetLists;
}

/**
 * Refuses sets that are not unit rows of one space, and maps that do not give every item a caption.
 *
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; the first offending row is named.
 */
export async function assertPairs(
  where: string,
  x: Rows,
  y: Rows,
  { map, ...control }: PairingOptions & RunControl,
): Promise<Pairing> {
  if (map === undefined) {
    await assertPairedUnitRows(where, x, y, control);
    return createPairing(x.rows, x.rows);
  }
  assertMap(where, map, x.rows, y.rows);
  await assertTwoUnitSamples(where, x, y, control);
  return createPairing(x.rows, y.rows, map);
}

/** The pairing of a map that has been checked. A map that changes nothing is none. */
export function createPairing(n: number, m: number, map?: Int32Array): Pairing {
  if (map === undefined || (n === m && map.every((item, caption) => item === caption))) {
    const index = Int32Array.from({ length: n + 1 }, (_, i) => i);
    return { n, m, members: { offsets: index, columns: index.subarray(0, n) } };
  }
  const groups = { rows: Int32Array.from({ length: n }, (_, i) => i), columns: map };
  return { n, m, owners: map, groups, members: membersOf(map, n) };
}

/** How many captions item i has. */
export function captionCount({ members: { offsets } }: Pairing, item: number): number {
  return offsets[item + 1]! - offsets[item]!;
}

/** Item of caption j. */
export function ownerOf({ owners }: Pairing, caption: number): number {
  return owners ? owners[caption]! : caption;
}

/** Pairs of captions of one item. */
export function captionGroups({ owners }: Pairing): PairGroups | undefined {
  return owners && { rows: owners, columns: owners };
}

function membersOf(owners: Int32Array, n: number): TargetLists {
  const offsets = new Int32Array(n + 1);
  for (const owner of owners) offsets[owner + 1]!++;
  for (let i = 0; i < n; i++) offsets[i + 1]! += offsets[i]!;
  const columns = new Int32Array(owners.length);
  const next = offsets.slice();
  owners.forEach((owner, caption) => {
    columns[next[owner]!++] = caption;
  });
  return { offsets, columns };
}

function assertMap(where: string, map: Int32Array, n: number, m: number): void {
  const refuse = (code: "E_SHAPE" | "E_OPTION", expected: string, received: string, hint?: string): never => {
    throw new InputError({ code, where, argument: "map", expected, received, hint });
  };
  if (map.length !== m) {
    refuse("E_SHAPE", `of length ${m}, one item per row of \`y\``, String(map.length));
  }
  const outside = map.findIndex((item) => item < 0 || item >= n);
  if (outside >= 0)
    refuse("E_OPTION", `items 0 … ${n - 1}, rows of \`x\``, `${map[outside]} for row ${outside} of \`y\``);
  const seen = new Uint8Array(n);
  for (const item of map) seen[item] = 1;
  const bare = seen.indexOf(0);
  if (bare < 0) return;
  const hint = "Remove items without a caption.";
  refuse(
    "E_OPTION",
    "a map that gives every row of `x` at least one row of `y`",
    `none for row ${bare} of \`x\``,
    hint,
  );
}
