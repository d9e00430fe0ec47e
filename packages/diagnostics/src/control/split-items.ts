// Which items a control is fitted on, and which it is judged on.

import { createRandom, InputError } from "@nce-geometry/tensor";

export interface ItemSplitOptions {
  /** Share of the items to fit on, in (0, 1); both parts get two items at least. @defaultValue ½ */
  readonly trainShare?: number;
  /** The items to fit on, distinct; in the place of `trainShare`. */
  readonly trainItems?: ArrayLike<number>;
  /** Seed of the order in which items are divided. @defaultValue 0 */
  readonly seed?: number;
}

export interface ItemSplit {
  /** Ascending. */
  readonly train: Int32Array;
  /** Ascending: all others. */
  readonly test: Int32Array;
  /** Of the train items: 64-bit FNV-1a over them in ascending order, an item a step. */
  readonly hash: string;
}

/**
 * Divides items into those to fit on and those to judge by. Captions go with their items.
 *
 * Shapes:   n items → two ascending lists that together hold 0 … n − 1.
 * Domain:   n ≥ 4 with `trainShare`; at least two items on either side.
 * Limits:   the same seed and n give the same split;  trainShare s → round(s·n) items to fit on, within 2 … n − 2.
 * Throws:   InputError E_SHAPE, E_OPTION.
 */
export function splitItems(n: number, options: ItemSplitOptions = {}): ItemSplit {
  const where = "splitItems";
  const { trainShare = 0.5, trainItems, seed = 0 } = options;
  if (trainItems !== undefined) return splitOf(where, n, Int32Array.from(trainItems));
  if (!(trainShare > 0 && trainShare < 1)) {
    refuse("E_OPTION", where, "trainShare", "a number in (0, 1)", String(trainShare));
  }
  if (!Number.isSafeInteger(n) || n < 4)
    refuse("E_SHAPE", where, "n", "at least 4 items, two for either part", String(n));
  const size = Math.max(2, Math.min(Math.round(trainShare * n), n - 2));
  return splitOf(where, n, createRandom(seed).split("items").permutation(n).slice(0, size));
}

function splitOf(where: string, n: number, items: Int32Array): ItemSplit {
  const isTrain = new Uint8Array(n);
  for (const [at, item] of items.entries()) {
    if (!(item >= 0 && item < n)) {
      refuse("E_OPTION", where, "trainItems", `made of items 0 … ${n - 1}`, `${item} at index ${at}`);
    }
    if (isTrain[item])
      refuse("E_OPTION", where, "trainItems", "made of distinct items", `${item} again at index ${at}`);
    isTrain[item] = 1;
  }
  const [train, test] = [items.slice().sort(), Int32Array.from({ length: n }, (_, i) => i).filter((i) => !isTrain[i])];
  if (train.length < 2 || test.length < 2) {
    const received = `${train.length} and ${test.length} of ${n}`;
    refuse("E_SHAPE", where, "trainItems", "at least two items to fit on and two to judge by", received);
  }
  return { train, test, hash: hashOf(train) };
}

function hashOf(items: Int32Array): string {
  let hash = 0xcbf29ce484222325n;
  for (const item of items) hash = BigInt.asUintN(64, (hash ^ BigInt(item)) * 0x100000001b3n);
  return `fnv1a64:${hash.toString(16).padStart(16, "0")}`;
}

function refuse(
  code: "E_OPTION" | "E_SHAPE",
  where: string,
  argument: string,
  expected: string,
  received: string,
): never {
  throw new InputError({ code, where, argument, expected, received });
}
