// Where the matches of one query stand in its list, in expectation over the order of ties.
// Notation: among rows of equal score are E strangers and R matches; G strangers and B matches score higher. The number of
// strangers before the s-th of the R matches is negative hypergeometric.

import type { RankResult } from "@nce-geometry/pairwise";
import { harmonicNumber } from "./harmonic-number.ts";

/** Matches of a query that score the same. */
export interface TieBlock {
  /** G and E. */
  readonly strangersAhead: number;
  readonly strangersTied: number;
  /** B and R. */
  readonly matchesAhead: number;
  readonly matches: number;
}

/** The k of each measure. */
export interface Depths {
  readonly recallAt: readonly number[];
  readonly gainAt: readonly number[];
}

/** What is expected of the list of one query. */
export interface ExpectedPlaces {
  /** Probability of a match among the first k, by place in `recallAt`. */
  readonly hit: readonly number[];
  /** Share of the matches among the first k. */
  readonly recalled: readonly number[];
  /** 1/rank of the first match, and its rank. */
  readonly reciprocalRank: number;
  readonly rank: number;
  /** Discounted gain over the largest possible one, by place in `gainAt`. */
  readonly gain: readonly number[];
  readonly averagePrecision: number;
}

/**
 * Probability of u strangers before the s-th match, u = 0 … E, in a random order of E strangers and R matches.
 *
 * Math:     P(u) = C(u + s − 1, s − 1) C(E − u + R − s, R − s)/C(E + R, R).
 * Limits:   R = 1 → 1/(E + 1);  E = 0 → 1.
 * Numerics: by ratios of neighbours, normalised by their sum: relative error of some E·ε.
 */
export function strangersBefore(strangers: number, matches: number, s: number): Float64Array {
  const weights = new Float64Array(strangers + 1);
  weights[0] = 1;
  for (let u = 0; u < strangers; u++) {
    const ratio = ((u + s) / (u + 1)) * ((strangers - u) / (strangers - u + matches - s));
    weights[u + 1] = weights[u]! * ratio;
    if (weights[u + 1]! > 1e200) for (let v = 0; v <= u + 1; v++) weights[v]! *= 1e-200;
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** The tie blocks of the query whose matches are entries `from` to `to` of a rank result, best first. */
export function tieBlocks({ targetScore, greater, equal }: RankResult, from: number, to: number): TieBlock[] {
  if (to - from === 1) {
    return [{ strangersAhead: greater[from]!, strangersTied: equal[from]!, matchesAhead: 0, matches: 1 }];
  }
  const order = Array.from({ length: to - from }, (_, k) => from + k).sort((a, b) => targetScore[b]! - targetScore[a]!);
  const blocks: TieBlock[] = [];
  for (let ahead = 0; ahead < order.length; ) {
    const first = order[ahead]!;
    let matches = 1;
    while (targetScore[order[ahead + matches] ?? -1] === targetScore[first]) matches++;
    // The counts are of all other rows; those of the query's own matches are taken off.
    blocks.push({
      strangersAhead: greater[first]! - ahead,
      strangersTied: equal[first]! - (matches - 1),
      matchesAhead: ahead,
      matches,
    });
    ahead += matches;
  }
  return blocks;
}

/** Expectations over the order of ties. */
export function expectedPlaces(blocks: readonly TieBlock[], { recallAt, gainAt }: Depths): ExpectedPlaces {
  const last = blocks.at(-1)!;
  const count = last.matchesAhead + last.matches;
  const laws = blocks.flatMap((block) => placesOf(block));
  const first = laws[0]!;
  const within = (law: PlaceLaw, k: number) => law.probabilityWithin(k);
  return {
    hit: recallAt.map((k) => within(first, k)),
    recalled: recallAt.map((k) => laws.reduce((sum, law) => sum + within(law, k), 0) / count),
    reciprocalRank: first.meanReciprocal(),
    rank: first.mean(),
    gain: gainAt.map((k) => laws.reduce((sum, law) => sum + law.discountedGain(k), 0) / idealGain(count, k)),
    averagePrecision: laws.reduce((sum, law) => sum + law.match * law.meanReciprocal(), 0) / count,
  };
}

/** The law of the rank of one match. */
interface PlaceLaw {
  /** Its place among the matches, from 1. */
  readonly match: number;
  probabilityWithin(k: number): number;
  meanReciprocal(): number;
  meanSquareReciprocal(): number;
  mean(): number;
  /** E 1{rank ≤ k}/log₂(1 + rank). */
  discountedGain(k: number): number;
  /** Probability of one rank. */
  probability(rank: number): number;
}

/** The laws of the matches of a block. */
export function placesOf({ strangersAhead, strangersTied, matchesAhead, matches }: TieBlock): PlaceLaw[] {
  return Array.from({ length: matches }, (_, k) => {
    const match = matchesAhead + k + 1;
    const best = strangersAhead + match;
    if (strangersTied === 0) return certainPlace(match, best);
    if (matches === 1) return evenPlace(match, best, strangersTied);
    return tabulatedPlace(match, best, strangersBefore(strangersTied, matches, k + 1));
  });
}

function certainPlace(match: number, rank: number): PlaceLaw {
  return {
    match,
    probabilityWithin: (k) => (rank <= k ? 1 : 0),
    meanReciprocal: () => 1 / rank,
    meanSquareReciprocal: () => 1 / rank ** 2,
    mean: () => rank,
    discountedGain: (k) => (rank <= k ? discount(rank) : 0),
    probability: (at) => (at === rank ? 1 : 0),
  };
}

/** Each of best … best + ties with the same probability. */
function evenPlace(match: number, best: number, ties: number): PlaceLaw {
  const sumOf = (f: (rank: number) => number, until: number) => {
    let sum = 0;
    for (let rank = Math.min(best + ties, until); rank >= best; rank--) sum += f(rank);
    return sum / (ties + 1);
  };
  return {
    match,
    probabilityWithin: (k) => Math.max(0, Math.min(1, (k - best + 1) / (1 + ties))),
    meanReciprocal: () => (harmonicNumber(best + ties) - harmonicNumber(best - 1)) / (ties + 1),
    meanSquareReciprocal: () => sumOf((rank) => 1 / rank ** 2, Number.POSITIVE_INFINITY),
    mean: () => best + ties / 2,
    discountedGain: (k) => sumOf(discount, k),
    probability: (rank) => (rank >= best && rank <= best + ties ? 1 / (ties + 1) : 0),
  };
}

/** Rank best + u with probability law[u]. */
function tabulatedPlace(match: number, best: number, law: Float64Array): PlaceLaw {
  const expect = (f: (rank: number) => number, until = Number.POSITIVE_INFINITY) => {
    let sum = 0;
    for (let u = Math.min(law.length - 1, until - best); u >= 0; u--) sum += law[u]! * f(best + u);
    return sum;
  };
  return {
    match,
    probabilityWithin: (k) => expect(() => 1, k),
    meanReciprocal: () => expect((rank) => 1 / rank),
    meanSquareReciprocal: () => expect((rank) => 1 / rank ** 2),
    mean: () => expect((rank) => rank),
    discountedGain: (k) => expect(discount, k),
    probability: (rank) => law[rank - best] ?? 0,
  };
}

function discount(rank: number): number {
  return 1 / Math.log2(1 + rank);
}

function idealGain(count: number, k: number): number {
  let sum = 0;
  for (let rank = 1; rank <= Math.min(count, k); rank++) sum += discount(rank);
  return sum;
}
