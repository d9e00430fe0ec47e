// How well a threshold on the cosine tells matches from other pairs.

import { createUncertainty, type Estimate, resolveUncertainty, type UncertaintyOptions } from "@nce-geometry/energy";
import { createRandom, type Rows, type RunControl } from "@nce-geometry/tensor";
import { requireInteger } from "../law-tests/option-checks.ts";
import type { CloudSample } from "../law-tests/pair-angles.ts";
import { type ItemSampleOptions, type ItemScoreTable, itemScoreTable } from "./item-score-table.ts";
import {
  equalError,
  type OperatingPoint,
  operatingPoints,
  placements,
  type SortedScores,
  sortScores,
} from "./roc-curve.ts";

export interface MatchSeparationOptions extends ItemSampleOptions, UncertaintyOptions, RunControl {
  /** Items of others that each caption is compared with, drawn from the seed where there are more; an integer ≥ 1. @defaultValue 50 */
  readonly negatives?: number;
  /** Bins of the histograms from −1 to 1, an integer ≥ 1. @defaultValue 100 */
  readonly bins?: number;
}

export interface MatchSeparation {
  readonly sample: CloudSample;
  readonly positives: number;
  readonly negatives: number;
  /** Counts in equal bins from −1 to 1; a cosine of 1, and what rounding puts above it, is in the last. */
  readonly histograms: {
    readonly edges: readonly number[];
    readonly positives: readonly number[];
    readonly negatives: readonly number[];
  };
  /** P(cosine of a match > cosine of another pair), ties half. */
  readonly areaUnderCurve: Estimate;
  /** The rate at which matches lost and other pairs taken are equal, and the cosine there. */
  readonly equalErrorRate: Estimate & { readonly threshold: number };
  /** Shares of other pairs taken and of matches found, at most 101 points from (0, 0) to (1, 1). */
  readonly curve: { readonly falsePositives: readonly number[]; readonly truePositives: readonly number[] };
}

/** Points that a figure can show. */
const curvePoints = 101;

/**
 * Separation of matched from unmatched cosines: histograms, ROC curve, area under it, equal error rate.
 *
 * Math:     AUC = P(s₊ > s₋) + ½P(s₊ = s₋);  EER: FNR(t) = FPR(t), on the line between the points of the curve.
 * Shapes:   x [n, d], y [m, d] of unit rows, map [m] → record.
 * Domain:   n ≥ 2.
 * Limits:   all matches above all others → AUC 1, EER 0;  one law for both → ½, ½;  all rows equal → ½, ½.
 * Numerics: negatives are drawn evenly over captions. The sample are the items: the influence of an item is that of its captions and of the pairs
 *           that it stands in. The area's error by linearisation, the equal error rate's by resampling items `bootstrap` times (200), which errs
 *           upwards for few matches: by two fifths at 40.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 * Source:   E. DeLong, D. DeLong, D. Clarke-Pearson, Biometrics 44 (1988).
 */
export async function matchSeparation(
  x: Rows,
  y: Rows,
  options: MatchSeparationOptions = {},
): Promise<MatchSeparation> {
  const where = "matchSeparation";
  const { negatives = 50, bins = 100 } = options;
  requireInteger(where, "negatives", negatives, 1);
  requireInteger(where, "bins", bins, 1);
  resolveUncertainty(where, options);
  const table = await itemScoreTable(where, x, y, options);
  const scored = scoredPairs(table, negatives, options.seed ?? 0);
  const sorted = sortScores(scored.positives, scored.negatives);
  const points = operatingPoints(sorted);
  return {
    sample: table.sample,
    positives: scored.positives.length,
    negatives: scored.negatives.length,
    histograms: {
      edges: Array.from({ length: bins + 1 }, (_, bin) => -1 + (2 * bin) / bins),
      positives: histogram(scored.positives, bins),
      negatives: histogram(scored.negatives, bins),
    },
    areaUnderCurve: areaOf(where, sorted, scored, options),
    equalErrorRate: equalErrorOf(where, sorted, scored, options),
    curve: curveOf(points),
  };
}

export interface ScoredPairs {
  readonly items: number;
  readonly positives: Float64Array;
  readonly itemOfPositive: Int32Array;
  readonly negatives: Float64Array;
  /** The item, and the item that the caption belongs to. */
  readonly itemOfNegative: Int32Array;
  readonly ownerOfNegative: Int32Array;
}

/** The matches and, of each caption, as many pairs with other items. */
function scoredPairs(
  { items: n, captions: m, itemOf, scores }: ItemScoreTable,
  wanted: number,
  seed: number,
): ScoredPairs {
  const each = Math.min(wanted, n - 1);
  const random = createRandom(seed).split("negatives");
  const negatives = new Float64Array(m * each);
  const [itemOfNegative, ownerOfNegative] = [new Int32Array(m * each), new Int32Array(m * each)];
  for (let j = 0; j < m; j++) {
    const others = random.permutation(n - 1).subarray(0, each);
    for (const [place, other] of others.entries()) {
      const item = other < itemOf[j]! ? other : other + 1;
      const at = j * each + place;
      negatives[at] = scores[j * n + item]!;
      itemOfNegative[at] = item;
      ownerOfNegative[at] = itemOf[j]!;
    }
  }
  const positives = Float64Array.from(itemOf, (item, j) => scores[j * n + item]!);
  return { items: n, positives, itemOfPositive: itemOf, negatives, itemOfNegative, ownerOfNegative };
}

function areaOf(where: string, sorted: SortedScores, scored: ScoredPairs, options: UncertaintyOptions): Estimate {
  const { ofPositives, ofNegatives } = placements(sorted);
  const { items, itemOfPositive, itemOfNegative, ownerOfNegative } = scored;
  const [m, pairs] = [ofPositives.length, ofNegatives.length];
  const area = ofPositives.reduce((sum, share) => sum + share, 0) / m;
  const influence = new Float64Array(items);
  for (const [p, share] of ofPositives.entries()) influence[itemOfPositive[p]!]! += ((share - area) * items) / m;
  for (const [q, share] of ofNegatives.entries()) {
    const part = ((share - area) * items) / pairs;
    influence[itemOfNegative[q]!]! += part;
    influence[ownerOfNegative[q]!]! += part;
  }
  return createUncertainty(where, items, options).fromInfluence(area, influence, "1");
}

/** Resampled items: a match weighs as often as its item is drawn; another pair, to first order, the sum of both less one. */
function equalErrorOf(
  where: string,
  sorted: SortedScores,
  scored: ScoredPairs,
  options: UncertaintyOptions,
): MatchSeparation["equalErrorRate"] {
  const { rate, threshold } = equalError(sorted);
  const { bootstrap, level, seed } = resolveUncertainty(where, { bootstrap: 200, ...options });
  const plain = { value: rate, samples: scored.items, unit: "1", threshold } as const;
  if (bootstrap < 2) return plain;
  const { items, itemOfPositive, itemOfNegative, ownerOfNegative } = scored;
  const random = createRandom(seed).split("bootstrap of items");
  const weights = new Float64Array(sorted.order.length);
  const rates = new Float64Array(bootstrap);
  for (let draw = 0; draw < bootstrap; draw++) {
    const counts = new Int32Array(items);
    for (const item of random.integers(items, { high: items })) counts[item]!++;
    for (const [p, item] of itemOfPositive.entries()) weights[p] = counts[item]!;
    for (const [q, item] of itemOfNegative.entries()) {
      weights[itemOfPositive.length + q] = counts[item]! + counts[ownerOfNegative[q]!]! - 1;
    }
    rates[draw] = equalError(sorted, weights).rate;
  }
  const mean = rates.reduce((sum, one) => sum + one, 0) / bootstrap;
  const squares = rates.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const ordered = rates.toSorted();
  const quantile = (p: number) => ordered[Math.min(bootstrap - 1, Math.floor(p * bootstrap))]!;
  return {
    ...plain,
    standardError: Math.sqrt(squares / (bootstrap - 1)),
    interval: { low: quantile((1 - level) / 2), high: quantile((1 + level) / 2), level, method: "bootstrap" },
  };
}

function histogram(values: Float64Array, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  // Cosines of unit rows leave [−1, 1] by rounding alone.
  for (const value of values) counts[Math.max(0, Math.min(bins - 1, Math.floor(((value + 1) / 2) * bins)))]!++;
  return counts;
}

function curveOf(points: readonly OperatingPoint[]): MatchSeparation["curve"] {
  const shown = Array.from({ length: curvePoints }, (_, at) =>
    Math.round(((points.length - 1) * at) / (curvePoints - 1)),
  );
  const kept = [...new Set(shown)].map((at) => points[at]!).reverse();
  return {
    falsePositives: kept.map(({ falsePositives }) => falsePositives),
    truePositives: kept.map(({ falseNegatives }) => 1 - falseNegatives),
  };
}
