// Hubness: whether a few rows of one modality crowd the nearest neighbours of the other's.

import type { Uncertainty } from "@nce-geometry/energy";
import type { TopKReductionResult } from "@nce-geometry/pairwise";
import type { Rows } from "@nce-geometry/tensor";
import { measurePairs, type PairStatisticOptions, type Plan } from "./measure-pairs.ts";
import type { Directed, DirectedHubness } from "./pair-analysis.ts";
import { assertCounts } from "./retrieval.ts";

export interface HubnessOptions extends PairStatisticOptions {
  /** Length of the neighbour lists, an integer ≥ 1. @defaultValue 10 */
  readonly hubnessAt?: number;
}

export const defaultHubnessAt = 10;

/**
 * Statistics of the k-occurrence N_j, the number of queries that have row j among their k nearest.
 *
 * Math:     skewness E(N − k)³/σ³;  Robin Hood index ½ Σ|N_j − k|/(nk);  shares of N_j = 0 and of N_j ≥ 2k.
 * Shapes:   x, y [n, d] of unit rows → record per direction; `xToY`: how often rows of Y appear in lists of X.
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
  return measurePairs("hubness", x, y, options, (plan) => planHubness(plan, { k, listLength: k }));
}

/** Requests lists of `listLength` ≥ k neighbours, whose first k are used. */
export function planHubness(
  { sweeps, uncertainty }: Plan,
  { k, listLength }: { readonly k: number; readonly listLength: number },
): () => Directed<DirectedHubness> {
  const xToY = sweeps.request("xy", { kind: "topK", k: listLength });
  const yToX = sweeps.request("yx", { kind: "topK", k: listLength });
  return () => ({ xToY: hubnessOf(xToY(), k, uncertainty), yToX: hubnessOf(yToX(), k, uncertainty) });
}

function hubnessOf(lists: TopKReductionResult, atMost: number, uncertainty: Uncertainty): DirectedHubness {
  const n = uncertainty.samples;
  const k = Math.min(atMost, lists.k);
  const counts = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let place = 0; place < k; place++) counts[lists.indices[i * lists.k + place]!]!++;
  const average = (f: (count: number) => number) => counts.reduce((sum, count) => sum + f(count), 0) / n;
  const variance = average((count) => (count - k) ** 2);
  const third = average((count) => (count - k) ** 3);
  return {
    k,
    skewness: uncertainty.exact(variance === 0 ? 0 : third / variance ** 1.5, "1"),
    robinHood: uncertainty.exact(average((count) => Math.abs(count - k)) / (2 * k), "1"),
    antihubShare: uncertainty.exact(
      average((count) => (count === 0 ? 1 : 0)),
      "1",
    ),
    hubShare: uncertainty.exact(
      average((count) => (count >= 2 * k ? 1 : 0)),
      "1",
    ),
    largestCount: counts.reduce((largest, count) => Math.max(largest, count), 0),
  };
}
