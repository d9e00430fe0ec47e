import type { Estimate } from "@nce-geometry/energy";
import { InputError } from "@nce-geometry/tensor";
import { requireInteger } from "../law-tests/option-checks.ts";
import { jackknifeEstimate } from "../similarity/jackknife.ts";

export interface OccurrenceOptions {
  /** Length of the lists. */
  readonly k: number;
  /** How many candidates there are. */
  readonly candidates: number;
  /** Confidence level of intervals, in (0, 1). @defaultValue 0.95 */
  readonly level?: number;
}

/** How often candidates are in lists of neighbours. */
export interface OccurrenceStatistics {
  readonly k: number;
  readonly queries: number;
  readonly candidates: number;
  /** nk/m. */
  readonly expected: number;
  /** E(N − N̄)³/σ³, 0 where all are equal. */
  readonly skewness: Estimate;
  /** ½Σ|N − N̄|/ΣN: share of occurrences to be moved until all are equal. */
  readonly robinHood: Estimate;
  /** Σ_{j<l}|N_j − N_l|/(m ΣN). */
  readonly gini: Estimate;
  /** Share of N = 0. */
  readonly antihubShare: Estimate;
  /** Share of N ≥ 2N̄. */
  readonly hubShare: Estimate;
  readonly largestCount: number;
}

/** Groups of queries that are left out in turn. */
const groups = 20;

/**
 * Hubness of lists of neighbours: inequality of the occurrences N_j of the candidates.
 *
 * Math:     skewness, Robin Hood index ½Σ|N − N̄|/ΣN, Gini coefficient Σ_{j<l}|N_j − N_l|/(mΣN), shares of N = 0 and N ≥ 2N̄.
 * Shapes:   indices [n, k] of candidates 0 … m − 1 → record.
 * Domain:   n ≥ 2, 1 ≤ k ≤ m.
 * Limits:   all equally often → 0;  one of m in all lists, k = 1 → Robin Hood and Gini 1 − 1/m, skewness (m − 2)/√(m − 1).
 * Numerics: standard errors by leaving out 20 groups of queries in turn, candidates fixed.
 * Throws:   InputError E_OPTION, E_SHAPE.
 * Source:   M. Radovanović, A. Nanopoulos, M. Ivanović, JMLR 11 (2010); R. Feldbauer et al., 2018, for Robin Hood.
 */
export function occurrenceStatistics(indices: Int32Array, options: OccurrenceOptions): OccurrenceStatistics {
  const where = "occurrenceStatistics";
  const { k, candidates, level } = options;
  requireInteger(where, "k", k, 1);
  requireInteger(where, "candidates", candidates, k);
  const queries = indices.length / k;
  assertLists(where, indices, queries, candidates);
  const all = countOccurrences(indices, candidates, () => true, k);
  const groupCount = Math.min(groups, queries);
  const without = Array.from({ length: groupCount }, (_, group) =>
    countOccurrences(indices, candidates, (query) => query % groupCount !== group, k),
  );
  const estimate = (of: (counts: Float64Array) => number): Estimate =>
    jackknifeEstimate(where, of(all), Float64Array.from(without, of), { samples: queries, level });
  return {
    k,
    queries,
    candidates,
    expected: (queries * k) / candidates,
    skewness: estimate(skewness),
    robinHood: estimate(
      (counts) => meanOf(counts, (count, mean) => Math.abs(count - mean)) / (2 * meanOf(counts, (count) => count)),
    ),
    gini: estimate(gini),
    antihubShare: estimate((counts) => meanOf(counts, (count) => (count === 0 ? 1 : 0))),
    hubShare: estimate((counts) => meanOf(counts, (count, mean) => (count >= 2 * mean ? 1 : 0))),
    largestCount: all.reduce((largest, count) => Math.max(largest, count), 0),
  };
}

function countOccurrences(
  indices: Int32Array,
  candidates: number,
  counts: (query: number) => boolean,
  k: number,
): Float64Array {
  const occurrences = new Float64Array(candidates);
  for (let at = 0; at < indices.length; at++) if (counts(Math.floor(at / k))) occurrences[indices[at]!]!++;
  return occurrences;
}

function skewness(counts: Float64Array): number {
  const variance = meanOf(counts, (count, mean) => (count - mean) ** 2);
  return variance === 0 ? 0 : meanOf(counts, (count, mean) => (count - mean) ** 3) / variance ** 1.5;
}

function gini(counts: Float64Array): number {
  const m = counts.length;
  const sum = counts.reduce((total, count) => total + count, 0);
  return counts.toSorted().reduce((total, count, rank) => total + (2 * rank + 1 - m) * count, 0) / (m * sum);
}

function meanOf(counts: Float64Array, f: (count: number, mean: number) => number): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + f(count, mean), 0) / counts.length;
}

function assertLists(where: string, indices: Int32Array, queries: number, candidates: number): void {
  if (!Number.isInteger(queries) || queries < 2) {
    const expected = "lists of k of at least 2 queries";
    throw new InputError({
      code: "E_SHAPE",
      where,
      argument: "indices",
      expected,
      received: `${indices.length} numbers`,
    });
  }
  const wrong = indices.findIndex((index) => index < 0 || index >= candidates);
  if (wrong < 0) return;
  const expected = `candidates 0 … ${candidates - 1}`;
  throw new InputError({
    code: "E_SHAPE",
    where,
    argument: "indices",
    expected,
    received: `${indices[wrong]} at ${wrong}`,
  });
}
