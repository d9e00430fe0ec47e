// What a random order of the candidates gives: the same expectations as those of ties, all candidates being tied.

import { type Depths, expectedPlaces, placesOf, type TieBlock } from "./match-places.ts";
import type { ByParameter, RetrievalChance } from "./pair-analysis.ts";

/** How many queries have how many matches among N candidates. */
export interface MatchCounts {
  readonly candidates: number;
  /** Number of matches → number of queries. */
  readonly queries: ReadonlyMap<number, number>;
  /** Queries that are independent of each other. */
  readonly independent: number;
}

/**
 * Expectations and standard deviations of the measures of retrieval under a random order of the candidates.
 *
 * Math:     one match: recall k/N, reciprocal rank H_N/N, rank (N + 1)/2; c matches: recall 1 − C(N − c, k)/C(N, k).
 * Numerics: O(N) for each number of matches that occurs.
 */
export function retrievalChance(counts: MatchCounts, depths: Depths): RetrievalChance {
  const { candidates, independent } = counts;
  const kinds = [...counts.queries].map(([matches, queries]) => {
    const block: TieBlock = { strangersAhead: 0, strangersTied: candidates - matches, matchesAhead: 0, matches };
    return { queries, places: expectedPlaces([block], depths), first: placesOf(block)[0]! };
  });
  const total = kinds.reduce((sum, { queries }) => sum + queries, 0);
  type Kind = (typeof kinds)[number];
  const mean = (of: (kind: Kind) => number) => kinds.reduce((sum, kind) => sum + kind.queries * of(kind), 0) / total;
  const byK = (at: readonly number[], of: (kind: Kind, place: number) => number): ByParameter<number> =>
    Object.fromEntries(at.map((k, place) => [String(k), mean((kind) => of(kind, place))]));
  const median = medianOf((rank) => mean(({ first }) => first.probability(rank)));
  const ofMean = (variance: (kind: Kind) => number) => Math.sqrt(Math.max(0, mean(variance)) / independent);
  return {
    recall: byK(depths.recallAt, ({ places }, at) => places.hit[at]!),
    fractionRecall: byK(depths.recallAt, ({ places }, at) => places.recalled[at]!),
    meanReciprocalRank: mean(({ places }) => places.reciprocalRank),
    medianRank: median.rank,
    meanRank: mean(({ places }) => places.rank),
    normalizedDiscountedGain: byK(depths.gainAt, ({ places }, at) => places.gain[at]!),
    meanAveragePrecision: mean(({ places }) => places.averagePrecision),
    deviation: {
      recall: Object.fromEntries(
        depths.recallAt.map((k, at) => [String(k), ofMean(({ places: { hit } }) => hit[at]! * (1 - hit[at]!))]),
      ),
      meanReciprocalRank: ofMean(({ places, first }) => first.meanSquareReciprocal() - places.reciprocalRank ** 2),
      // Of the median of many numbers with this density at their median.
      medianRank: 1 / (2 * median.density * Math.sqrt(independent)),
    },
  };
}

/** The middle of the ranks at which the distribution function reaches ½ and passes it. */
function medianOf(probability: (rank: number) => number): { readonly rank: number; readonly density: number } {
  // Sums of probabilities such as 1/N reach ½ up to rounding alone.
  const rounding = 1e-9;
  let below = 0;
  let reached: number | undefined;
  for (let rank = 1; ; rank++) {
    below += probability(rank);
    if (reached === undefined && below >= 0.5 - rounding) reached = rank;
    if (below > 0.5 + rounding) return { rank: (reached! + rank) / 2, density: probability(rank) };
  }
}
