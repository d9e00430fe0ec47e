// Search in the union of both modalities: does a query find its own kind first, whatever it shows or says?

import type { TopKReductionResult } from "@nce-geometry/pairwise";
import type { Rows } from "@nce-geometry/tensor";
import { measurePairs, type PairStatisticOptions } from "./measure-pairs.ts";
import type { MixedSearch } from "./pair-analysis.ts";
import { assertCounts } from "./retrieval.ts";
import type { Queries, Search } from "./search.ts";

export interface MixedSearchOptions extends PairStatisticOptions {
  /** Lengths of the result lists, integers ≥ 1, at least one. @defaultValue [1, 5, 10] */
  readonly mixedSearchAt?: readonly number[];
}

export const defaultMixedSearchAt: readonly number[] = [1, 5, 10];

/**
 * Share of the query's own modality among the k nearest rows of X ∪ Y, the query itself left out.
 *
 * Math:     mean_i #{own modality among the first k}/k; without preference (n − 1)/(n + m − 1), (m − 1)/(n + m − 1).
 * Shapes:   x [n, d], y [m, d] of unit rows → record; `x`: queries of X; n = m without `map`.
 * Domain:   n ≥ 2; k > n + m − 1 counts as n + m − 1.
 * Limits:   separated modalities, k < n → 1;  k ≥ n + m − 1 → the reference;  x = y of orthogonal rows, k = 1 → 0 (the match itself).
 * Numerics: candidates that tie for the last places share them in proportion to how many of each modality tie, counted among
 *           as many of each as the longest list asked for. Wilson intervals over queries, the gallery held fixed.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   the bias is discussed in Li et al., Closing the Modality Gap for Mixed Modality Search, 2025.
 */
export async function mixedSearch(x: Rows, y: Rows, options: MixedSearchOptions = {}): Promise<MixedSearch> {
  const at = options.mixedSearchAt ?? defaultMixedSearchAt;
  assertCounts("mixedSearch", "mixedSearchAt", at);
  return measurePairs("mixedSearch", x, y, options, ({ search }) =>
    planMixedSearch(search, { at, listLength: Math.max(...at) }),
  );
}

/** Requests lists of `listLength` neighbours of either kind. */
export function planMixedSearch(
  { nearest, nearestOwn, queries, pairing: { n, m } }: Search,
  { at, listLength: k }: { readonly at: readonly number[]; readonly listLength: number },
): () => MixedSearch {
  const lists = {
    x: [nearestOwn.x(k), nearest.xToY(k)],
    y: [nearestOwn.y(k), nearest.yToX(k)],
  } as const;
  const shares = ([own, other]: (typeof lists)["x" | "y"], { rows, uncertainty }: Queries) => {
    const [ownLists, otherLists] = [own(), other()];
    const share = (length: number) =>
      Float64Array.from({ length: rows.length }, (_, i) => ownShare(ownLists, otherLists, i, length));
    return Object.fromEntries(at.map((length) => [String(length), uncertainty.share(share(length))]));
  };
  return () => ({
    x: shares(lists.x, queries.x),
    y: shares(lists.y, queries.y),
    reference: { x: (n - 1) / (n + m - 1), y: (m - 1) / (n + m - 1) },
  });
}

/** The share of own rows among the first `length` of two descending lists merged. */
function ownShare(own: TopKReductionResult, other: TopKReductionResult, query: number, length: number): number {
  const ownScores = own.values.subarray(query * own.k, (query + 1) * own.k);
  const otherScores = other.values.subarray(query * other.k, (query + 1) * other.k);
  const places = Math.min(length, own.k + other.k);
  const last = scoreAtPlace(ownScores, otherScores, places);
  const ahead = countWhere(ownScores, (score) => score > last);
  const tied = countWhere(ownScores, (score) => score === last);
  const otherAhead = countWhere(otherScores, (score) => score > last);
  const otherTied = countWhere(otherScores, (score) => score === last);
  return (ahead + ((places - ahead - otherAhead) * tied) / (tied + otherTied)) / places;
}

/** The score of the candidate in the given place, counted from 1, of two descending lists merged. */
function scoreAtPlace(a: Float64Array, b: Float64Array, place: number): number {
  let [i, j] = [0, 0];
  let score = Number.NaN;
  while (i + j < place) {
    const first = a[i] ?? Number.NEGATIVE_INFINITY;
    const second = b[j] ?? Number.NEGATIVE_INFINITY;
    if (first >= second) i++;
    else j++;
    score = Math.max(first, second);
  }
  return score;
}

function countWhere(values: Float64Array, condition: (value: number) => boolean): number {
  return values.reduce((count, value) => count + (condition(value) ? 1 : 0), 0);
}
