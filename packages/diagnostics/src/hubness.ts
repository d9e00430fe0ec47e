// Hubness: whether a few rows of one modality crowd the nearest neighbours of the other's.

import type { Estimate } from "@nce-geometry/energy";
import type { TopKReductionResult } from "@nce-geometry/pairwise";
import type { Rows } from "@nce-geometry/tensor";
import { measurePairs, type PairStatisticOptions } from "./measure-pairs.ts";
import type { Directed, DirectedHubness } from "./pair-analysis.ts";
import { assertCounts } from "./retrieval.ts";
import type { Search } from "./search.ts";

export interface HubnessOptions extends PairStatisticOptions {
  /** Length of the neighbour lists, an integer ≥ 1. @defaultValue 10 */
  readonly hubnessAt?: number;
}

export const defaultHubnessAt = 10;

/**
 * Statistics of the k-occurrence N_j, the number of queries that have row j among their k nearest.
 *
 * Math:     with μ = qk/c the mean of N over c rows and q queries (k where there are as many of each): skewness E(N − μ)³/σ³;
 *           Robin Hood index ½ Σ|N_j − μ|/(qk);  shares of N_j = 0, by chance (1 − k/c)^q, and of N_j ≥ 2μ.
 * Shapes:   x [n, d], y [m, d] of unit rows → record per direction; n = m without `map`; `xToY`: how often rows of Y appear in lists of X.
 * Domain:   n ≥ 2; k > n counts as n.
 * Limits:   k ≥ n or each row in equally many lists → skewness 0, Robin Hood 0;
 *           one row in all lists, k = 1 → Robin Hood 1 − 1/n, skewness (n − 2)/√(n − 1).
 * Numerics: equal scores go to the lower row number, so that tied rows look like hubs.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   Radovanović et al., Hubs in space, JMLR 11 (2010).
 */
export async function hubness(x: Rows, y: Rows, options: HubnessOptions = {}): Promise<Directed<DirectedHubness>> {
  const k = options.hubnessAt ?? defaultHubnessAt;
  assertCounts("hubness", "hubnessAt", [k]);
  return measurePairs("hubness", x, y, options, ({ search }) => planHubness(search, { k, listLength: k }));
}

/** Requests lists of `listLength` ≥ k neighbours, whose first k are used. */
export function planHubness(
  { nearest, pairing: { n, m } }: Search,
  { k, listLength }: { readonly k: number; readonly listLength: number },
): () => Directed<DirectedHubness> {
  const xToY = nearest.xToY(listLength);
  const yToX = nearest.yToX(listLength);
  return () => ({ xToY: hubnessOf(xToY(), k, m), yToX: hubnessOf(yToX(), k, n) });
}

function hubnessOf(lists: TopKReductionResult, atMost: number, rows: number): DirectedHubness {
  const queries = lists.indices.length / lists.k;
  const k = Math.min(atMost, lists.k);
  const counts = new Float64Array(rows);
  for (let i = 0; i < queries; i++)
    for (let place = 0; place < k; place++) counts[lists.indices[i * lists.k + place]!]!++;
  const mean = (queries * k) / rows;
  const average = (f: (count: number) => number) => counts.reduce((sum, count) => sum + f(count), 0) / rows;
  const variance = average((count) => (count - mean) ** 2);
  const third = average((count) => (count - mean) ** 3);
  const exact = (value: number): Estimate => ({ value, samples: queries, unit: "1" });
  return {
    k,
    queries,
    expectedCount: mean,
    chanceAntihubShare: (1 - k / rows) ** queries,
    skewness: exact(variance === 0 ? 0 : third / variance ** 1.5),
    robinHood: exact(average((count) => Math.abs(count - mean)) / (2 * mean)),
    antihubShare: exact(average((count) => (count === 0 ? 1 : 0))),
    hubShare: exact(average((count) => (count >= 2 * mean ? 1 : 0))),
    largestCount: counts.reduce((largest, count) => Math.max(largest, count), 0),
  };
}
