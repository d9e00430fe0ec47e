// A seeded sample of items with one caption each: pairs as if there had never been more.

import { forEachBlock } from "@nce-geometry/energy";
import { createRandom, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import type { Pairing } from "./pairing.ts";
import type { SearchSample } from "./search.ts";

/** Items and rows of a sample, in the order in which they were drawn. */
export interface PairSample extends SearchSample {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
}

/** `count` items drawn without replacement, one caption of each drawn uniformly among its own. */
export async function samplePairs(
  x: Rows,
  y: Rows,
  pairing: Pairing,
  { count, seed, control }: { readonly count: number; readonly seed: number; readonly control: RunControl },
): Promise<PairSample> {
  const { n, members } = pairing;
  const random = createRandom(seed).split("sample");
  const items = random.permutation(n).slice(0, count);
  const draws = random.split("captions").uniform(items.length);
  const captions = items.map((item, k) => {
    const [from, to] = [members.offsets[item]!, members.offsets[item + 1]!];
    return members.columns[from + Math.floor(draws[k]! * (to - from))]!;
  });
  return { items, captions, x: await gatherRows(x, items, control), y: await gatherRows(y, captions, control) };
}

/** The first pairs of a sample, which are a sample themselves. */
export function firstOf({ items, captions, x, y }: PairSample, count: number): PairSample {
  const first = ({ rows, dim, data }: RowMatrix): RowMatrix => {
    const kept = Math.min(count, rows);
    return { rows: kept, dim, data: data.subarray(0, kept * dim) };
  };
  return { items: items.subarray(0, count), captions: captions.subarray(0, count), x: first(x), y: first(y) };
}

/** The rows asked for, in float64, in their order. */
export async function gatherRows(rows: Rows, wanted: Int32Array, control: RunControl): Promise<RowMatrix> {
  const { dim } = rows;
  const data = new Float64Array(wanted.length * dim);
  const order = Int32Array.from(wanted.keys()).sort((a, b) => wanted[a]! - wanted[b]!);
  let next = 0;
  await forEachBlock(rows, control, (block, start, count) => {
    for (; next < order.length && wanted[order[next]!]! < start + count; next++) {
      const from = (wanted[order[next]!]! - start) * dim;
      data.set(block.subarray(from, from + dim), order[next]! * dim);
    }
  });
  return { rows: wanted.length, dim, data };
}
