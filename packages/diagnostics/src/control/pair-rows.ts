// Rows of two modalities in memory, with the item that each row of y belongs to.

import { copyRows } from "@nce-geometry/energy";
import type { RowMatrix, Rows, RunControl } from "@nce-geometry/tensor";
import { assertPairs, createPairing, ownerOf, type Pairing } from "../pairing.ts";

/** Items x [n, d] and captions y [m, d]. */
export interface PairRows {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
  readonly pairing: Pairing;
}

/** Float64 copies of unit rows, checked, with at least two items. */
export async function loadPairRows(
  where: string,
  x: Rows,
  y: Rows,
  map: Int32Array | undefined,
  control: RunControl,
): Promise<PairRows> {
  const pairing = await assertPairs(where, x, y, { map, ...control });
  return { x: await copyRows(x, control), y: await copyRows(y, control), pairing };
}

/** The rows of some items and of all their captions, in the order of the items. */
export function pairRowsOf({ x, y, pairing }: PairRows, items: Int32Array): PairRows {
  const captions = captionsOf(pairing, items);
  const lengths = Array.from(items, (item) => pairing.members.offsets[item + 1]! - pairing.members.offsets[item]!);
  const map = Int32Array.from(lengths.flatMap((length, at) => new Array<number>(length).fill(at)));
  return {
    x: gatherRows(x, items),
    y: gatherRows(y, captions),
    pairing: createPairing(items.length, captions.length, map),
  };
}

/** Captions of some items, in the order of the items. */
export function captionsOf({ members: { offsets, columns } }: Pairing, items: Int32Array): Int32Array {
  return Int32Array.from(Array.from(items, (item) => [...columns.subarray(offsets[item]!, offsets[item + 1]!)]).flat());
}

/** The item of every caption [m]. */
export function ownersOf(pairing: Pairing): Int32Array {
  return pairing.owners ?? Int32Array.from({ length: pairing.m }, (_, caption) => ownerOf(pairing, caption));
}

/** Some rows of a matrix, in the order given. */
export function gatherRows({ dim, data }: RowMatrix, order: ArrayLike<number>): RowMatrix {
  const rows = order.length;
  const gathered = new Float64Array(rows * dim);
  for (let i = 0; i < rows; i++) gathered.set(data.subarray(order[i]! * dim, (order[i]! + 1) * dim), i * dim);
  return { rows, dim, data: gathered };
}
