// Which pairs a sweep visits. An engine can leave out one diagonal; pairs of a group lie on the diagonals of a few blocks.

import type { Diagonal } from "@nce-geometry/pairwise";
import type { RowGroups } from "../contrast/positive-groups.ts";

/** Pairs of some rows with some candidates; where the diagonal is excluded, k-th row and k-th candidate do not meet. */
export interface PairBlock {
  /** Row numbers. @defaultValue all, in order */
  readonly x?: Int32Array;
  readonly y?: Int32Array;
  readonly diagonal: Diagonal;
}

/**
 * Blocks that hold every pair of rows of different groups once and none of equal groups: the rows of either side are dealt
 * into layers with at most one row of each group, and of two layers the rows with a partner come first, in the same order.
 * With k and l rows in the largest groups these are at most 2kl blocks.
 */
export function blocksOfGroups(groups: RowGroups): readonly PairBlock[] {
  const columns = layersOf(groups.y);
  return layersOf(groups.x).flatMap((rows) => columns.flatMap((layer) => blocksOfLayers(rows, layer)));
}

/** Row numbers by group. */
type Layer = ReadonlyMap<number, number>;

function layersOf(groups: Int32Array): readonly Layer[] {
  const layers: Map<number, number>[] = [];
  const seen = new Map<number, number>();
  groups.forEach((group, row) => {
    const depth = seen.get(group) ?? 0;
    seen.set(group, depth + 1);
    layers[depth] ??= new Map();
    layers[depth].set(group, row);
  });
  return layers;
}

function blocksOfLayers(rows: Layer, columns: Layer): readonly PairBlock[] {
  const [shared, rest]: [number[], number[]] = [[], []];
  for (const group of rows.keys()) (columns.has(group) ? shared : rest).push(group);
  const x = Int32Array.from([...shared, ...rest], (group) => rows.get(group)!);
  const matched = Int32Array.from(shared, (group) => columns.get(group)!);
  const unmatched = Int32Array.from([...columns].flatMap(([group, row]) => (rows.has(group) ? [] : [row])));
  const blocks: PairBlock[] = [
    { x, y: matched, diagonal: "exclude" },
    { x, y: unmatched, diagonal: "include" },
  ];
  return blocks.filter(({ y }) => y!.length > 0);
}
