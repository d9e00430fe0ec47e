// All cosines of captions with items, of a part of the items where there are more than can be held.

import { assertTwoUnitSamples, copyRows } from "@nce-geometry/energy";
import { createRandom, type Rows, type RunControl, throwIfAborted, yieldToEventLoop } from "@nce-geometry/tensor";
import { itemsOfCaptions, rowsOfItems } from "../cures/item-captions.ts";
import { requireInteger } from "../law-tests/option-checks.ts";
import { type CloudSample, selectRows } from "../law-tests/pair-angles.ts";

/** Which pairs of items and captions are scored. */
export interface ItemSampleOptions {
  /** Item (row of x) of each caption (row of y). @defaultValue row i of one belongs to row i of the other */
  readonly map?: Int32Array;
  /** Items, with all their captions, drawn from the seed where there are more; an integer ≥ 2. @defaultValue 1000 */
  readonly maxItems?: number;
  /** Seed of everything random. @defaultValue 0 */
  readonly seed?: number;
}

export interface ItemScoreTable {
  readonly sample: CloudSample;
  readonly items: number;
  readonly captions: number;
  /** Item of each caption, 0 … items − 1. */
  readonly itemOf: Int32Array;
  /** ⟨y_j, x_i⟩ at j·items + i. */
  readonly scores: Float64Array;
}

/** The table of checked rows. */
export async function itemScoreTable(
  where: string,
  x: Rows,
  y: Rows,
  options: ItemSampleOptions & RunControl,
): Promise<ItemScoreTable> {
  const { maxItems = 1000, seed = 0, signal } = options;
  requireInteger(where, "maxItems", maxItems, 2);
  await assertTwoUnitSamples(where, x, y, { signal });
  const map = itemsOfCaptions(where, x, y, options.map);
  const chosen = createRandom(seed).split("items").permutation(x.rows).subarray(0, maxItems).toSorted();
  const numbers = new Map(Array.from(chosen, (item, at) => [item, at]));
  const captions = rowsOfItems(map, new Set(chosen));
  const itemOf = Int32Array.from(captions, (caption) => numbers.get(map[caption]!)!);
  const [items, texts] = [
    selectRows(await copyRows(x, { signal }), chosen),
    selectRows(await copyRows(y, { signal }), captions),
  ];
  const [n, m, dim] = [items.rows, texts.rows, items.dim];
  const scores = new Float64Array(n * m);
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = i * dim, l = j * dim; k < (i + 1) * dim; k++, l++) sum += items.data[k]! * texts.data[l]!;
      scores[j * n + i] = sum;
    }
    if (j % 128 !== 127) continue;
    await yieldToEventLoop();
    throwIfAborted(signal);
    options.onProgress?.({ done: j + 1, total: m, label: "cosines" });
  }
  return { sample: { rows: n, of: x.rows }, items: n, captions: m, itemOf, scores };
}

/** Sums of one number per caption over the captions of each item, as influences on their mean: Σ = 0. */
export function influenceByItem(
  values: Float64Array,
  { items, itemOf }: Pick<ItemScoreTable, "items" | "itemOf">,
): Float64Array {
  const m = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / m;
  const influence = new Float64Array(items);
  for (const [caption, value] of values.entries()) influence[itemOf[caption]!]! += ((value - mean) * items) / m;
  return influence;
}
