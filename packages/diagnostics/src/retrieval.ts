// Retrieval of the match of each row among all rows of the other modality.
// Notation: for a query, g other candidates score strictly higher than the match and e others exactly the same.

import type { Uncertainty } from "@nce-geometry/energy";
import type { RankResult } from "@nce-geometry/pairwise";
import { InputError, type Rows } from "@nce-geometry/tensor";
import { harmonicNumber } from "./harmonic-number.ts";
import { measurePairs, type PairStatisticOptions, type Plan } from "./measure-pairs.ts";
import type { DirectedRetrieval, Retrieval } from "./pair-analysis.ts";

export interface RetrievalOptions extends PairStatisticOptions {
  /** The k of recall@k, integers ≥ 1, at least one. @defaultValue [1, 5, 10] */
  readonly recallAt?: readonly number[];
}

export const defaultRecallAt: readonly number[] = [1, 5, 10];

/** Enough points for a smooth curve over four decades. */
const curvePoints = 40;

/**
 * Recall at k, ranks and reciprocal ranks of the matches, in both directions.
 *
 * Math:     rank 1 + g + e/2;  P(hit@k) = clip((k − g)/(1 + e), 0, 1);  reciprocal rank (H_{g+e+1} − H_g)/(e + 1):
 *           expectations over a random order of the ties. `strict` has rank 1 + g. Chance: k/n, H_n/n, (n + 1)/2.
 * Shapes:   x, y [n, d] of unit rows → record.
 * Domain:   n ≥ 2, k ≥ 1.
 * Limits:   x = y of distinct rows → recall 1, rank 1;  all rows equal → recall k/n, reciprocal rank H_n/n, rank (n + 1)/2:
 *           chance (and strict recall 1).
 * Numerics: ranks are exact for the scores computed. Intervals take the queries as a random sample and the gallery as fixed:
 *           a resampled gallery would hold repeated candidates, which no real one does. Cost: two sweeps.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   classical; ties by expectation.
 */
export async function retrieval(x: Rows, y: Rows, options: RetrievalOptions = {}): Promise<Retrieval> {
  const recallAt = options.recallAt ?? defaultRecallAt;
  assertCounts("retrieval", "recallAt", recallAt);
  return measurePairs("retrieval", x, y, options, (plan) => planRetrieval(plan, recallAt));
}

/** Requests the ranks of both directions. */
export function planRetrieval({ sweeps, uncertainty }: Plan, recallAt: readonly number[]): () => Retrieval {
  const xToY = sweeps.request("xy", { kind: "rank" });
  const yToX = sweeps.request("yx", { kind: "rank" });
  return () => ({
    chance: retrievalChance(sweeps.n, recallAt),
    xToY: directedRetrieval(xToY(), recallAt, uncertainty),
    yToX: directedRetrieval(yToX(), recallAt, uncertainty),
  });
}

/** Expectations under a random order of n candidates. */
export function retrievalChance(n: number, recallAt: readonly number[]): Retrieval["chance"] {
  return {
    recall: Object.fromEntries(recallAt.map((k) => [String(k), Math.min(1, k / n)])),
    meanReciprocalRank: harmonicNumber(n) / n,
    medianRank: (n + 1) / 2,
  };
}

/** Probability of each query's match to be among the first k. */
export function hitProbabilities({ greater, equal }: RankResult, k: number): Float64Array {
  return Float64Array.from(greater, (g, i) => Math.max(0, Math.min(1, (k - g) / (1 + equal[i]!))));
}

/** Expected reciprocal rank of each query's match. */
export function reciprocalRanks({ greater, equal }: RankResult): Float64Array {
  return Float64Array.from(greater, (g, i) => {
    const e = equal[i]!;
    return e === 0 ? 1 / (g + 1) : (harmonicNumber(g + e + 1) - harmonicNumber(g)) / (e + 1);
  });
}

function directedRetrieval(
  ranks: RankResult,
  recallAt: readonly number[],
  uncertainty: Uncertainty,
): DirectedRetrieval {
  const { greater, equal } = ranks;
  const expected = Float64Array.from(greater, (g, i) => 1 + g + equal[i]! / 2);
  const strict = Float64Array.from(greater, (g) => 1 + g);
  const recallBy = (hits: (k: number) => Float64Array) =>
    Object.fromEntries(recallAt.map((k) => [String(k), uncertainty.share(hits(k))]));
  return {
    recall: recallBy((k) => hitProbabilities(ranks, k)),
    meanReciprocalRank: uncertainty.mean(reciprocalRanks(ranks), "1"),
    medianRank: uncertainty.median(expected, "rank"),
    meanRank: uncertainty.mean(expected, "rank"),
    strict: {
      recall: recallBy((k) => strict.map((rank) => (rank <= k ? 1 : 0))),
      meanReciprocalRank: uncertainty.mean(
        strict.map((rank) => 1 / rank),
        "1",
      ),
      medianRank: uncertainty.median(strict, "rank"),
    },
    tiedQueries: equal.reduce((count, e) => count + (e > 0 ? 1 : 0), 0),
    curve: recallCurve(ranks),
  };
}

/** Recall at k = 1 … n, evenly spaced in log k. */
function recallCurve(ranks: RankResult): DirectedRetrieval["curve"] {
  const n = ranks.greater.length;
  const spread = Array.from({ length: curvePoints }, (_, step) => Math.round(n ** (step / (curvePoints - 1))));
  const k = [...new Set(spread)];
  return { k, recall: k.map((at) => hitProbabilities(ranks, at).reduce((sum, hit) => sum + hit, 0) / n) };
}

export function assertCounts(where: string, argument: string, counts: readonly number[]): void {
  const wrong = counts.find((count) => !Number.isSafeInteger(count) || count < 1);
  if (wrong === undefined && counts.length > 0) return;
  const received = wrong === undefined ? "none" : String(wrong);
  throw new InputError({ code: "E_OPTION", where, argument, expected: "integers ≥ 1", received });
}
