// Representational similarity analysis: the rank correlation of two models' cosines.

import { createRandom, type Rows, type RunControl } from "@nce-geometry/tensor";
import { requireInteger } from "../law-tests/option-checks.ts";
import { jackknifeEstimate } from "./jackknife.ts";
import type { SimilarityTest } from "./kernel-alignment.ts";
import { directions, matchedModels, requirePairsInMemory } from "./matched-models.ts";
import { innerProducts, placeOf } from "./pair-table.ts";
import { type PermutationOptions, permutationNull } from "./permutation.ts";
import { averageRanks, correlation, spearman } from "./spearman.ts";

export interface RepresentationalSimilarityOptions extends PermutationOptions, RunControl {
  /** Pairs of items that are compared, drawn where there are more; an integer ≥ 3. @defaultValue 50000 */
  readonly pairs?: number;
  /** Groups of items that the jackknife leaves out in turn, an integer ≥ 2; at most n. @defaultValue 20 */
  readonly groups?: number;
  /** Confidence level of the interval, in (0, 1). @defaultValue 0.95 */
  readonly level?: number;
}

export interface RepresentationalSimilarity extends SimilarityTest {
  /** Pairs compared, of all pairs. */
  readonly pairs: number;
  readonly of: number;
}

/**
 * Representational similarity: Spearman's correlation of the cosines of the same pairs of items in two models.
 *
 * Math:     Pearson's correlation of the ranks (average ranks of ties) of ⟨â_i, â_j⟩ and ⟨b̂_i, b̂_j⟩ over pairs i < j.
 * Shapes:   a [n, d], b [n, e] → record.
 * Domain:   finite non-zero rows, 4 ≤ n ≤ 4096.
 * Limits:   b = c·a·Q, c > 0, or any increasing function of the cosines → 1;  independent models → 0 on average;  all rows of a model
 *           equal → null.
 * Numerics: standard error by leaving out groups of items in turn; p-values by permuting items (Mantel), with the ranks of all pairs held fixed.
 *           Cost: O(n²(d + e + log n)).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 * Source:   N. Kriegeskorte, M. Mur, P. Bandettini, Front. Syst. Neurosci. 2 (2008); N. Mantel, Cancer Res. 27 (1967).
 */
export async function representationalSimilarity(
  a: Rows,
  b: Rows,
  options: RepresentationalSimilarityOptions = {},
): Promise<RepresentationalSimilarity> {
  const where = "representationalSimilarity";
  const { pairs = 50_000, groups = 20, seed = 0, level } = options;
  requireInteger(where, "pairs", pairs, 3);
  requireInteger(where, "groups", groups, 2);
  requirePairsInMemory(where, a);
  const models = directions(where, await matchedModels(where, a, b, options));
  const [K, L] = [(await innerProducts(models.a, options)).values, (await innerProducts(models.b, options)).values];
  const n = a.rows;
  const { first, second } = drawPairs(n, pairs, seed);
  const count = first.length;
  const at = first.map((i, p) => placeOf(i, second[p]!));
  const [x, y] = [Float64Array.from(at, (place) => K[place]!), Float64Array.from(at, (place) => L[place]!)];
  const value = spearman(x, y);
  const facts = { pairs: count, of: K.length };
  if (value === null) return { ...facts, similarity: null, permuted: null };
  const groupCount = Math.min(groups, n);
  const groupOf = createRandom(seed)
    .split("groups")
    .permutation(n)
    .map((place) => place % groupCount);
  const without = new Float64Array(groupCount).map((_, group) => {
    const kept = (_value: number, p: number) => groupOf[first[p]!] !== group && groupOf[second[p]!] !== group;
    return spearman(x.filter(kept), y.filter(kept)) ?? Number.NaN;
  });
  const [rankX, rankL] = [averageRanks(x), averageRanks(L)];
  const moved = new Float64Array(count);
  const permutedValue = (order: ArrayLike<number>) => {
    for (let p = 0; p < count; p++) moved[p] = rankL[placeOf(order[first[p]!]!, order[second[p]!]!)]!;
    return correlation(rankX, moved) ?? 0;
  };
  const observed = permutedValue(Int32Array.from({ length: n }, (_, i) => i));
  return {
    ...facts,
    similarity: jackknifeEstimate(where, value, without, { samples: n, level, method: "Spearman" }),
    permuted: await permutationNull(where, n, observed, options, permutedValue),
  };
}

/** All pairs i > j where they are few enough, else as many drawn with replacement. */
export function drawPairs(
  n: number,
  pairs: number,
  seed: number,
): { readonly first: Int32Array; readonly second: Int32Array } {
  const all = (n * (n - 1)) / 2;
  if (all > pairs) {
    const random = createRandom(seed).split("pairs");
    const first = random.integers(pairs, { high: n });
    const others = random.integers(pairs, { high: n - 1 });
    return { first, second: others.map((j, p) => (j < first[p]! ? j : j + 1)) };
  }
  const [first, second] = [new Int32Array(all), new Int32Array(all)];
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < i; j++) [first[at], second[at++]] = [i, j];
  }
  return { first, second };
}
