// Retrieval of the matches of each row among all rows of the other modality.

import { assertTwoUnitSamples, createSweeps, createUncertainty, type Uncertainty } from "@nce-geometry/energy";
import { type RankResult, referenceEngine, type TargetLists } from "@nce-geometry/pairwise";
import { InputError, type Rows } from "@nce-geometry/tensor";
import { type Depths, type ExpectedPlaces, expectedPlaces, type TieBlock, tieBlocks } from "./match-places.ts";
import { measurePairs, type PairStatisticOptions } from "./measure-pairs.ts";
import type { ByParameter, DirectedRetrieval, Retrieval } from "./pair-analysis.ts";
import { assertRelevance } from "./relevance.ts";
import { retrievalChance } from "./retrieval-chance.ts";
import type { Queries, Search } from "./search.ts";

export interface RetrievalOptions extends PairStatisticOptions {
  /** The k of recall@k, integers ≥ 1, at least one. @defaultValue [1, 5, 10] */
  readonly recallAt?: readonly number[];
}

export interface RetrievalWithRelevanceOptions extends RetrievalOptions {
  /**
   * Rows of y that are matches of each row of x, any number of them; in the place of `map`. Rows without a match are
   * candidates, but no queries. @defaultValue the matches of `map`
   */
  readonly relevance?: TargetLists;
}

export const defaultRecallAt: readonly number[] = [1, 5, 10];

/** The usual depth of a discounted gain. */
const gainAt: readonly number[] = [10];

/** Enough points for a smooth curve over four decades. */
const curvePoints = 40;

/**
 * Recall at k, ranks, reciprocal ranks, discounted gain and average precision of the matches, in both directions.
 *
 * Math:     for a query with c matches among N candidates, expectations over a random order of the ties: recall 1{a match among
 *           the first k}, fraction of the matches there, 1/rank and rank of the first match, Σ_{rank ≤ k} 1/log₂(1 + rank) over
 *           its largest value, mean over matches of (matches up to it)/rank. `strict` resolves ties in favour of the matches.
 *           One match, g better and e tied others: P(hit@k) = clip((k − g)/(1 + e), 0, 1), rank 1 + g + e/2, reciprocal
 *           (H_{g+e+1} − H_g)/(e + 1).
 * Shapes:   x [n, d], y [m, d] of unit rows → record; n = m without `map` or `relevance`.
 * Domain:   n ≥ 2, k ≥ 1.
 * Limits:   x = y of distinct rows → recall 1, rank 1;  all rows equal → recall, reciprocal rank, gain and precision at chance
 *           (and strict recall 1): k/N, H_N/N for one match, 1 − C(N − c, k)/C(N, k) for c.
 * Numerics: ranks are exact for the scores computed. Intervals take the queries as a random sample, by item, and the gallery as
 *           fixed: a resampled gallery would hold repeated candidates, which no real one does. Cost: two sweeps.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   classical; ties by expectation.
 */
export async function retrieval(x: Rows, y: Rows, options: RetrievalWithRelevanceOptions = {}): Promise<Retrieval> {
  const { recallAt = defaultRecallAt, relevance, ...rest } = options;
  assertCounts("retrieval", "recallAt", recallAt);
  if (relevance) return retrievalOfRelevant(x, y, { ...rest, recallAt, relevance });
  return measurePairs("retrieval", x, y, rest, ({ search }) => planRetrieval(search, recallAt));
}

async function retrievalOfRelevant(
  x: Rows,
  y: Rows,
  options: RetrievalOptions & { readonly recallAt: readonly number[]; readonly relevance: TargetLists },
): Promise<Retrieval> {
  const { recallAt, relevance, engine = referenceEngine() } = options;
  await assertTwoUnitSamples("retrieval", x, y, options);
  const lists = assertRelevance("retrieval", relevance, { x: x.rows, y: y.rows, map: options.map });
  const sweeps = createSweeps(x, y, engine);
  const xToY = sweeps.request("xy", { kind: "rank", targets: lists.x });
  const yToX = sweeps.request("yx", { kind: "rank", targets: lists.y });
  const queriesOf = (targets: TargetLists): Queries => {
    const asked = Int32Array.from({ length: targets.offsets.length - 1 }, (_, i) => i).filter(
      (i) => targets.offsets[i + 1]! > targets.offsets[i]!,
    );
    const offsets = Int32Array.from([0, ...Array.from(asked, (i) => targets.offsets[i + 1]!)]);
    const uncertainty = createUncertainty("retrieval", asked.length, options);
    return { rows: asked, targets: { offsets, columns: targets.columns }, uncertainty };
  };
  const queries = { x: queriesOf(lists.x), y: queriesOf(lists.y) };
  await sweeps.run(options);
  return {
    xToY: directedRetrieval(xToY(), queries.x, y.rows, recallAt),
    yToX: directedRetrieval(yToX(), queries.y, x.rows, recallAt),
  };
}

/** Requests the ranks of both directions. */
export function planRetrieval({ ranks, queries, pairing }: Search, recallAt: readonly number[]): () => Retrieval {
  const xToY = ranks.xToY();
  const yToX = ranks.yToX();
  return () => ({
    xToY: directedRetrieval(xToY(), queries.x, pairing.m, recallAt),
    yToX: directedRetrieval(yToX(), queries.y, pairing.n, recallAt),
  });
}

/** The measures of one direction; `ranks` holds the targets of the queries in their order. */
export function directedRetrieval(
  ranks: RankResult,
  { targets, uncertainty }: Queries,
  candidates: number,
  recallAt: readonly number[],
): DirectedRetrieval {
  const curve = curveDepths(candidates);
  const depths = { recallAt: [...recallAt, ...curve], gainAt };
  const queries = placesOfQueries(ranks, targets, depths);
  const column = (of: (query: Query) => number) => Float64Array.from(queries, of);
  const share = (of: (query: Query) => number) => uncertainty.share(column(of));
  const mean = (of: (query: Query) => number) => uncertainty.mean(column(of), "1");
  const byK = (at: readonly number[], of: (query: Query, place: number) => number) =>
    Object.fromEntries(at.map((k, place) => [String(k), share((query) => of(query, place))]));
  const chance = chanceOf(targets, candidates, uncertainty, { recallAt, gainAt });
  const chanceOnCurve = chanceOf(targets, candidates, uncertainty, { recallAt: curve, gainAt: [] });
  const hits = curve.map((_, at) => column(({ expected }) => expected.hit[recallAt.length + at]!));
  return {
    queries: queries.length,
    candidates,
    recall: byK(recallAt, ({ expected }, at) => expected.hit[at]!),
    fractionRecall: byK(recallAt, ({ expected }, at) => expected.recalled[at]!),
    meanReciprocalRank: mean(({ expected }) => expected.reciprocalRank),
    medianRank: uncertainty.median(
      column(({ expected }) => expected.rank),
      "rank",
    ),
    meanRank: uncertainty.mean(
      column(({ expected }) => expected.rank),
      "rank",
    ),
    normalizedDiscountedGain: byK(gainAt, ({ expected }, at) => expected.gain[at]!),
    meanAveragePrecision: mean(({ expected }) => expected.averagePrecision),
    strict: {
      recall: Object.fromEntries(recallAt.map((k) => [String(k), share(({ strict }) => (strict <= k ? 1 : 0))])),
      meanReciprocalRank: mean(({ strict }) => 1 / strict),
      medianRank: uncertainty.median(
        column(({ strict }) => strict),
        "rank",
      ),
    },
    tiedQueries: queries.reduce((count, { tied }) => count + (tied ? 1 : 0), 0),
    curve: {
      k: curve,
      recall: hits.map((values) => values.reduce((sum, hit) => sum + hit, 0) / queries.length),
      chance: curve.map((k) => chanceOnCurve.recall[k]!),
    },
    chance,
  };
}

/** Expectations under a random order for queries with these matches. */
export function chanceOf(
  { offsets }: TargetLists,
  candidates: number,
  { samples: independent }: Uncertainty,
  depths: Depths,
): DirectedRetrieval["chance"] {
  const queries = new Map<number, number>();
  for (let q = 0; q + 1 < offsets.length; q++) {
    const matches = offsets[q + 1]! - offsets[q]!;
    queries.set(matches, (queries.get(matches) ?? 0) + 1);
  }
  return retrievalChance({ candidates, queries, independent }, depths);
}

interface Query {
  readonly expected: ExpectedPlaces;
  /** Rank of the first match with ties in its favour. */
  readonly strict: number;
  /** Whether a stranger scores exactly as a match does. */
  readonly tied: boolean;
}

/** Expectations of every query; those with equal blocks share one computation. */
export function placesOfQueries(ranks: RankResult, { offsets }: TargetLists, depths: Depths): Query[] {
  const known = new Map<string, ExpectedPlaces>();
  return Array.from({ length: offsets.length - 1 }, (_, q) => {
    const blocks = tieBlocks(ranks, offsets[q]!, offsets[q + 1]!);
    const key = blocks.map(keyOf).join();
    const expected = known.get(key) ?? expectedPlaces(blocks, depths);
    known.set(key, expected);
    return {
      expected,
      strict: 1 + blocks[0]!.strangersAhead,
      tied: blocks.some(({ strangersTied }) => strangersTied > 0),
    };
  });
}

function keyOf({ strangersAhead, strangersTied, matches }: TieBlock): string {
  return `${strangersAhead}/${strangersTied}/${matches}`;
}

/** k = 1 … N, evenly spaced in log k. */
function curveDepths(candidates: number): readonly number[] {
  const spread = Array.from({ length: curvePoints }, (_, step) => Math.round(candidates ** (step / (curvePoints - 1))));
  return [...new Set(spread)];
}

export function assertCounts(where: string, argument: string, counts: readonly number[]): void {
  const wrong = counts.find((count) => !Number.isSafeInteger(count) || count < 1);
  if (wrong === undefined && counts.length > 0) return;
  const received = wrong === undefined ? "none" : String(wrong);
  throw new InputError({ code: "E_OPTION", where, argument, expected: "integers ≥ 1", received });
}

/** The shares of recall at k for each k asked for. */
export function recallShares(
  queries: readonly Query[],
  recallAt: readonly number[],
  uncertainty: Uncertainty,
): ByParameter<ReturnType<Uncertainty["share"]>> {
  return Object.fromEntries(
    recallAt.map((k, at) => [
      String(k),
      uncertainty.share(Float64Array.from(queries, ({ expected }) => expected.hit[at]!)),
    ]),
  );
}
