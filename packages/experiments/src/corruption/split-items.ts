// Items of two modalities, some to train on and some to judge by.

import { generateCorruptedPairs } from "@nce-geometry/synthetic";
import type { Random, RowMatrix } from "@nce-geometry/tensor";
import { captionsOf } from "../given/captions-of.ts";
import type { EmbeddedPairs } from "../given/given-pairs.ts";
import type { CorruptionConfig } from "./config.ts";
import { type GivenCorruptionConfig, itemCounts } from "./given-config.ts";

export interface SplitItems {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
  /** Rows of y that belong to each row of x. */
  readonly captions: readonly (readonly number[])[];
  /** Rows of x. */
  readonly training: Int32Array;
  readonly heldOut: Int32Array;
  /** Of each row of x; null where none are known, and any partner may take the place of another. */
  readonly categories: Int32Array | null;
}

/** Items of categories. Training and held-out items are of one law. */
export function syntheticItems(random: Random, config: CorruptionConfig): SplitItems {
  const { pairs, heldOut, categories: count, inputs, spread, noise } = config;
  const { x, y, categories } = generateCorruptedPairs(random.split("pairs"), {
    kind: "corruptedPairs",
    pairs: pairs + heldOut,
    dim: inputs,
    ...{ categories: count, spread, noise, fraction: 0 },
  });
  const rows = Int32Array.from({ length: pairs + heldOut }, (_, i) => i);
  const captions = Array.from(rows, (row) => [row]);
  return { x, y, captions, training: rows.subarray(0, pairs), heldOut: rows.subarray(pairs), categories };
}

/** Given items, split at random: all captions of an item are on its side. */
export function givenItems(random: Random, config: GivenCorruptionConfig, given: EmbeddedPairs): SplitItems {
  const { x, y } = given;
  const { training, heldOut } = itemCounts(x.rows, config);
  const order = random.split("split").permutation(x.rows);
  return {
    ...{ x, y, captions: captionsOf("E5", given), categories: null },
    training: order.slice(heldOut, heldOut + training),
    heldOut: order.slice(0, heldOut),
  };
}
