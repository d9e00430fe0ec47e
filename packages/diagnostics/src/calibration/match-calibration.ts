// Whether a softmax of the cosines means what it says: of the answers given with probability p, is the share p right?

import { createUncertainty, type Estimate, type UncertaintyOptions } from "@nce-geometry/energy";
import { createRandom, type Rows, type RunControl } from "@nce-geometry/tensor";
import { requireInteger, requireOneOf, requirePositive } from "../law-tests/option-checks.ts";
import type { CloudSample } from "../law-tests/pair-angles.ts";
import { jackknifeEstimate } from "../similarity/jackknife.ts";
import { type ItemSampleOptions, type ItemScoreTable, influenceByItem, itemScoreTable } from "./item-score-table.ts";

export interface MatchCalibrationOptions extends ItemSampleOptions, UncertaintyOptions, RunControl {
  /** τ > 0 of the softmax. */
  readonly temperature: number;
  /** Who asks: items for captions, or captions for items. @defaultValue "yToX" */
  readonly direction?: "xToY" | "yToX";
  /** Equal bins of the confidence from 0 to 1, an integer ≥ 1. @defaultValue 15 */
  readonly bins?: number;
}

export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Mean probability given, null in an empty bin. */
  readonly confidence: number | null;
  /** Share of right answers, null in an empty bin. */
  readonly accuracy: Estimate | null;
}

export interface MatchCalibration {
  readonly sample: CloudSample;
  readonly direction: "xToY" | "yToX";
  readonly temperature: number;
  readonly queries: number;
  readonly accuracy: Estimate;
  readonly confidence: Estimate;
  /** Mean confidence − accuracy: above 0, the softmax claims too much, and a larger τ is due. */
  readonly overconfidence: Estimate;
  /** Expected calibration error, and what a softmax that means what it says gives with as many queries. */
  readonly calibrationError: Estimate & {
    readonly calibrated: { readonly mean: number; readonly standardDeviation: number };
  };
  readonly table: readonly ReliabilityBin[];
}

const where = "matchCalibration";

/** Groups of items that are left out in turn, and simulations of calibrated answers. */
const [groups, simulations] = [20, 200];

/**
 * Calibration of the probability of a match: expected calibration error and reliability table of the most probable item.
 *
 * Math:     p(item) the softmax of s/τ summed over the item's candidates; confidence max p, right where it is the query's own item;
 *           ECE Σ_b (n_b/n)·|accuracy_b − confidence_b| over equal bins.
 * Shapes:   x [n, d], y [m, d] of unit rows, map [m] → record.
 * Domain:   τ > 0, n ≥ 2.
 * Limits:   all rows equal, one caption each → confidence 1/n, accuracy 1/n (ties by expectation), ECE 0;  answers drawn with the
 *           stated probabilities → ECE as `calibrated`.
 * Numerics: |·| makes ECE positive on average even for a calibrated softmax, by what `calibrated` says. Standard errors: items with their captions are
 *           the sample; ECE by leaving out 20 groups of items.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 * Source:   M. Naeini, G. Cooper, M. Hauskrecht, AAAI 2015; C. Guo et al., ICML 2017.
 */
export async function matchCalibration(x: Rows, y: Rows, options: MatchCalibrationOptions): Promise<MatchCalibration> {
  const { temperature, direction = "yToX", bins = 15 } = options;
  requirePositive(where, "temperature", temperature, "CLIP-like systems use 0.01 to 0.1.");
  requireOneOf(where, "direction", direction, ["xToY", "yToX"]);
  requireInteger(where, "bins", bins, 1);
  return calibrationOf(await itemScoreTable(where, x, y, options), { ...options, direction, bins });
}

/** The calibration of a table of scores. */
export function calibrationOf(
  table: ItemScoreTable,
  options: UncertaintyOptions & Required<Pick<MatchCalibrationOptions, "temperature" | "direction" | "bins">>,
): MatchCalibration {
  const { temperature, direction, bins, seed = 0, level } = options;
  const answers = direction === "yToX" ? answersToCaptions(table, temperature) : answersToItems(table, temperature);
  const uncertainty = createUncertainty(where, table.items, options);
  const byItem = (values: Float64Array): Estimate => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return uncertainty.fromInfluence(
      mean,
      influenceByItem(values, { items: table.items, itemOf: answers.itemOf }),
      "1",
    );
  };
  const binOf = Int32Array.from(answers.confidence, (p) => Math.min(bins - 1, Math.floor(p * bins)));
  const error = (right: ArrayLike<number>, counts: (query: number) => boolean) =>
    calibrationError(answers.confidence, right, binOf, bins, counts);
  const groupCount = Math.min(groups, table.items);
  const groupOf = createRandom(seed)
    .split("groups")
    .permutation(table.items)
    .map((place) => place % groupCount);
  const without = Float64Array.from({ length: groupCount }, (_, group) =>
    error(answers.right, (query) => groupOf[answers.itemOf[query]!] !== group),
  );
  const value = error(answers.right, () => true);
  return {
    sample: table.sample,
    direction,
    temperature,
    queries: answers.confidence.length,
    accuracy: byItem(answers.right),
    confidence: byItem(answers.confidence),
    overconfidence: byItem(answers.confidence.map((p, query) => p - answers.right[query]!)),
    calibrationError: {
      ...jackknifeEstimate(where, value, without, { samples: table.items, level }),
      calibrated: simulate(answers.confidence, (right) => error(right, () => true), seed),
    },
    table: reliability(answers, binOf, bins, options),
  };
}

export interface Answers {
  /** Probability of the most probable item of each query. */
  readonly confidence: Float64Array;
  /** 1 where it is the query's own, 0 where it is not; a share where equally probable items are tied. */
  readonly right: Float64Array;
  readonly itemOf: Int32Array;
}

function answersToCaptions({ items: n, captions: m, itemOf, scores }: ItemScoreTable, temperature: number): Answers {
  const probabilities = (j: number) => softmax(scores.subarray(j * n, (j + 1) * n), temperature);
  return answer(m, itemOf, probabilities);
}

function answersToItems({ items: n, captions: m, itemOf, scores }: ItemScoreTable, temperature: number): Answers {
  const own = Int32Array.from({ length: n }, (_, i) => i);
  return answer(n, own, (i) => {
    const ofCaptions = softmax(
      Float64Array.from({ length: m }, (_, j) => scores[j * n + i]!),
      temperature,
    );
    const ofItems = new Float64Array(n);
    for (const [j, p] of ofCaptions.entries()) ofItems[itemOf[j]!]! += p;
    return ofItems;
  });
}

function answer(queries: number, itemOf: Int32Array, probabilities: (query: number) => Float64Array): Answers {
  const [confidence, right] = [new Float64Array(queries), new Float64Array(queries)];
  for (let query = 0; query < queries; query++) {
    const p = probabilities(query);
    const most = p.reduce((largest, value) => Math.max(largest, value), 0);
    confidence[query] = most;
    const tied = p.reduce((count, value) => count + (value === most ? 1 : 0), 0);
    right[query] = p[itemOf[query]!] === most ? 1 / tied : 0;
  }
  return { confidence, right, itemOf };
}

function softmax(scores: Float64Array, temperature: number): Float64Array {
  const largest = scores.reduce((most, s) => Math.max(most, s), Number.NEGATIVE_INFINITY);
  const weights = scores.map((s) => Math.exp((s - largest) / temperature));
  const mass = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / mass);
}

function calibrationError(
  confidence: Float64Array,
  right: ArrayLike<number>,
  binOf: Int32Array,
  bins: number,
  counts: (query: number) => boolean,
): number {
  const excess = new Float64Array(bins);
  let total = 0;
  for (const [query, p] of confidence.entries()) {
    if (!counts(query)) continue;
    excess[binOf[query]!]! += p - right[query]!;
    total++;
  }
  return excess.reduce((sum, value) => sum + Math.abs(value), 0) / total;
}

/** Answers that are right with exactly the probability stated. */
function simulate(
  confidence: Float64Array,
  error: (right: Float64Array) => number,
  seed: number,
): { readonly mean: number; readonly standardDeviation: number } {
  const random = createRandom(seed).split("calibrated");
  const values = Array.from({ length: simulations }, () => {
    const numbers = random.uniform(confidence.length);
    return error(confidence.map((p, query) => (numbers[query]! < p ? 1 : 0)));
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / simulations;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardDeviation: Math.sqrt(squares / (simulations - 1)) };
}

function reliability(
  { confidence, right }: Answers,
  binOf: Int32Array,
  bins: number,
  options: UncertaintyOptions,
): ReliabilityBin[] {
  return Array.from({ length: bins }, (_, bin) => {
    const inside = Int32Array.from(binOf.keys()).filter((query) => binOf[query] === bin);
    const [low, high, count] = [bin / bins, (bin + 1) / bins, inside.length];
    if (count === 0) return { low, high, count, confidence: null, accuracy: null };
    const meanConfidence = inside.reduce((sum, query) => sum + confidence[query]!, 0) / count;
    const answers = Float64Array.from(inside, (query) => right[query]!);
    const uncertainty = createUncertainty(where, count, options);
    // A single answer has no spread.
    const accuracy = count === 1 ? uncertainty.exact(answers[0]!, "1") : uncertainty.share(answers);
    return { low, high, count, confidence: meanConfidence, accuracy };
  });
}
