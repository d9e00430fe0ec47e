// Pairs of which a part is re-paired within its category: wrong, but not absurd.
// Notation: p corrupted fraction, R recall of the right partners, R_wrong that of a wrong partner of the same category.

import { InputError, type Random, type RowMatrix } from "@nce-geometry/tensor";
import { requireCount, requireNonNegative, requireOption, requireWithin } from "./option-checks.ts";
import { dot, makeRows, normalizeInPlace, rowOf, uniformRows } from "./rows.ts";

export interface CorruptedPairsOptions {
  readonly kind: "corruptedPairs";
  /** Pairs n, at least 2. */
  readonly pairs: number;
  /** Dimension d of the embeddings, at least 2. */
  readonly dim: number;
  /** Categories, of sizes that differ by at most one; 1 ≤ categories ≤ pairs. @defaultValue 10 */
  readonly categories?: number;
  /** Share p of the pairs of each category that get the partner of another pair, in [0, 1]. @defaultValue 0.5 */
  readonly fraction?: number;
  /** Deviation of an item's coordinates about its category's centre, relative to the centre's length 1. @defaultValue 0.15 */
  readonly spread?: number;
  /** Deviation of a partner's coordinates about its item. @defaultValue 0.05 */
  readonly noise?: number;
}

export interface CorruptionTruth {
  readonly kind: "corruptedPairs";
  /** Row of the right partner of x_i within y: `y` row `partner[i]` was made from x_i. */
  readonly partner: readonly number[];
  /** Rows i whose partner is a wrong one: partner[i] ≠ i. Ascending. */
  readonly corrupted: readonly number[];
  /** Share of corrupted pairs; a category of n_c pairs has round(p·n_c) of them, but 2 in place of 1 (one alone cannot be wrong). */
  readonly fraction: number;
  /**
   * Recall at 1 of queries x in these very rows by cosine, exactly: R, that of the right partners; R_wrong, the chance that a
   * random wrong partner of the same category comes first; and its expectation over the choice of the corrupted pairs,
   * (1 − p)R + p·R_wrong where all categories have the same p.
   */
  readonly recall: { readonly right: number; readonly wrong: number; readonly expected: number };
}

/** Which pairs get which partner, in place of their own. */
export interface Corruption {
  /** `order[i]`: the row of the old y that is row i of the new one. */
  readonly order: Int32Array;
  /** Rows with order[i] ≠ i, ascending. */
  readonly corrupted: Int32Array;
}

/**
 * Pairs in categories, a fraction of them re-paired within their category.
 *
 * Shapes:   → x, y [n, d] of unit rows; categories [n].
 * Limits:   fraction = 0 → recall.expected = recall.right;  fraction = 1 → recall.wrong;  one pair per category → nothing to corrupt.
 * Numerics: the recalls are counts over all n² cosines: O(n²d).
 * Throws:   InputError E_OPTION.
 */
export function generateCorruptedPairs(
  random: Random,
  options: CorruptedPairsOptions,
): {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
  readonly categories: Int32Array;
  readonly truth: CorruptionTruth;
} {
  const { pairs, dim, categories: count, fraction, spread, noise } = resolve(options);
  const centres = uniformRows(random.split("centres"), count, dim);
  const categories = Int32Array.from({ length: pairs }, (_, i) => i % count);
  const x = around(random.split("items"), pairs, dim, spread, (i) => rowOf(centres, categories[i]!));
  const right = around(random.split("partners"), pairs, dim, noise, (i) => rowOf(x, i));
  const { order, corrupted } = corruptWithinCategories(random.split("corruption"), categories, fraction);
  const y = makeRows(pairs, dim, (row, i) => row.set(rowOf(right, order[i]!)));
  const partner = new Array<number>(pairs);
  order.forEach((old, i) => {
    partner[old] = i;
  });
  const truth: CorruptionTruth = {
    kind: "corruptedPairs",
    partner,
    corrupted: [...corrupted],
    fraction: corrupted.length / pairs,
    recall: recallOf(x, right, categories, corrupted),
  };
  return { x, y, categories, truth };
}

/**
 * Chooses a fraction of the rows of each category at random and passes their partners on around a random cycle, so that each of
 * them gets the partner of another one.
 *
 * Shapes:   categories [n] → order [n].
 * Domain:   0 ≤ fraction ≤ 1. A category of n_c rows has round(fraction·n_c) corrupted ones, 2 in place of 1, none where n_c = 1.
 * Limits:   fraction = 0 → the identity;  fraction = 1 → no row of a category of two or more keeps its partner.
 * Throws:   InputError E_OPTION, E_SHAPE.
 */
export function corruptWithinCategories(random: Random, categories: ArrayLike<number>, fraction: number): Corruption {
  const where = "corruptWithinCategories";
  requireWithin(where, "fraction", fraction, 0, 1);
  if (categories.length === 0) {
    const [expected, received] = ["at least one category label", "none"];
    throw new InputError({ code: "E_SHAPE", where, argument: "categories", expected, received });
  }
  const members = new Map<number, number[]>();
  for (let i = 0; i < categories.length; i++) {
    const list = members.get(categories[i]!);
    if (list) list.push(i);
    else members.set(categories[i]!, [i]);
  }
  const order = Int32Array.from({ length: categories.length }, (_, i) => i);
  for (const [label, rows] of members) {
    // The whole permutation is drawn whatever the fraction, so that a larger fraction corrupts more of the same order.
    const shuffled = Array.from(random.split(label).permutation(rows.length), (k) => rows[k]!);
    const chosen = shuffled.slice(0, corruptedCount(rows.length, fraction));
    chosen.forEach((row, k) => {
      order[row] = chosen[(k + 1) % chosen.length]!;
    });
  }
  return { order, corrupted: Int32Array.from(order.keys()).filter((i) => order[i] !== i) };
}

function corruptedCount(size: number, fraction: number): number {
  const count = Math.round(fraction * size);
  return size === 1 ? 0 : count === 1 ? 2 : count;
}

function resolve(options: CorruptedPairsOptions): Required<CorruptedPairsOptions> {
  const where = "generateCorruptedPairs";
  const { kind, pairs, dim, categories = 10, fraction = 0.5, spread = 0.15, noise = 0.05 } = options;
  requireCount(where, "pairs", pairs, 2);
  requireCount(where, "dim", dim, 2);
  const isCount = Number.isSafeInteger(categories) && categories >= 1 && categories <= pairs;
  requireOption(where, "categories", isCount, `an integer in [1, pairs = ${pairs}]`, categories);
  requireWithin(where, "fraction", fraction, 0, 1);
  requireNonNegative(where, "spread", spread);
  requireNonNegative(where, "noise", noise);
  return { kind, pairs, dim, categories, fraction, spread, noise };
}

function around(
  random: Random,
  rows: number,
  dim: number,
  deviation: number,
  centreOf: (i: number) => Float64Array,
): RowMatrix {
  const noise = random.normal(rows * dim);
  return makeRows(rows, dim, (row, i) => {
    const centre = centreOf(i);
    for (let k = 0; k < dim; k++) row[k] = centre[k]! + deviation * noise[i * dim + k]!;
    normalizeInPlace(row);
  });
}

/** Recall by the row of y that comes first for each query; of equal ones the first, as no two are in practice. */
function recallOf(
  x: RowMatrix,
  right: RowMatrix,
  categories: Int32Array,
  corrupted: Int32Array,
): CorruptionTruth["recall"] {
  const n = x.rows;
  const sizes = tally(categories, () => true);
  const chosen = new Set(corrupted);
  const corruptedSizes = tally(categories, (i) => chosen.has(i));
  let [hits, wrong, expected] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const label = categories[i]!;
    const size = sizes.get(label)!;
    const top = nearest(rowOf(x, i), right);
    const hit = top === i ? 1 : 0;
    const hitByWrong = top !== i && categories[top] === label ? 1 / (size - 1) : 0;
    const p = (corruptedSizes.get(label) ?? 0) / size;
    hits += hit;
    wrong += hitByWrong;
    expected += (1 - p) * hit + p * hitByWrong;
  }
  return { right: hits / n, wrong: wrong / n, expected: expected / n };
}

function tally(labels: Int32Array, counts: (i: number) => boolean): Map<number, number> {
  const sizes = new Map<number, number>();
  labels.forEach((label, i) => {
    if (counts(i)) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  });
  return sizes;
}

function nearest(query: Float64Array, candidates: RowMatrix): number {
  let [best, top] = [Number.NEGATIVE_INFINITY, -1];
  for (let j = 0; j < candidates.rows; j++) {
    const cosine = dot(query, rowOf(candidates, j));
    if (cosine > best) [best, top] = [cosine, j];
  }
  return top;
}
