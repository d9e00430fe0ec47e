// Entropy from the distances to nearest neighbours. Notation: ξ_i log area of the cap around x_i that reaches its k-th
// neighbour, H₀ the entropy of the von Mises–Fisher law with the same mean, the largest that the mean allows.

import { digamma } from "@nce-geometry/manifold";
import { referenceEngine } from "@nce-geometry/pairwise";
import { meanOfArray, type Rows, type RunControl, sumOfArray } from "@nce-geometry/tensor";
import type { Estimate } from "../estimate.ts";
import { copyRows } from "../rows/row-blocks.ts";
import { assertSphereDimension, assertUnitSample } from "../rows/unit-rows.ts";
import { type DuplicateOptions, duplicateNote, refuseDuplicates } from "./duplicates.ts";
import { entropyNotes } from "./entropy-bound.ts";
import { assertNeighbours, type NeighbourCaps, nearestCaps } from "./nearest-neighbours.ts";
import type { EngineOptions } from "./two-sample-options.ts";

export interface NearestNeighbourOptions extends EngineOptions, DuplicateOptions, RunControl {
  /** Which neighbour, an integer ≥ 1: a larger k varies less and smooths more. @defaultValue 3 */
  readonly k?: number;
}

/**
 * Kozachenko–Leonenko entropy of a law on the sphere, with exact areas of geodesic caps.
 *
 * Math:     H = ψ(n) − ψ(k) + mean_i log area(cap(x_i, θ_k(x_i))), θ_k the angle to the k-th neighbour.
 * Shapes:   x [n, d] of unit rows → estimate. Unit: nats, with respect to the area of the sphere.
 * Domain:   n ≥ 2, d ≥ 2, 1 ≤ k ≤ n − 1.
 * Limits:   uniform law → unbiased in every d and at every n;  k + 1 equal rows → −∞, with their number in a note;
 *           a rotation of all rows changes nothing.
 * Numerics: the standard error is that of the jackknife, each row left out with its effect on its neighbours' caps: 1 to 1.7
 *           times the true one (the variance of ξ alone would be too small by a factor up to 3). Concentrated laws in high dimension are
 *           biased up; where the estimate exceeds H₀, which no law with this mean can, a note says so. O(n²d).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; E_DOMAIN for duplicates when they are refused.
 * Source:   L. F. Kozachenko and N. N. Leonenko, Probl. Inf. Transm. 23 (1987); caps in place of balls.
 */
export async function knnEntropy(x: Rows, options: NearestNeighbourOptions = {}): Promise<Estimate> {
  const { k = 3, engine = referenceEngine(), duplicates = "report", signal, onProgress } = options;
  const where = "knnEntropy";
  await assertUnitSample(where, "x", x, { signal });
  assertSphereDimension(where, x);
  assertNeighbours(where, k, x.rows - 1);
  const matrix = await copyRows(x, { signal });
  const caps = await nearestCaps(engine, matrix, matrix, { k, diagonal: "exclude" }, { signal, onProgress });
  const logCap = kthCaps(caps, matrix.rows, k);
  refuseDuplicates(where, "x", logCap, { k, duplicates });
  const value = entropyOfCaps(logCap, k);
  const unit = { samples: matrix.rows, unit: "nats", method: `knn-caps k=${k}` } as const;
  const note = duplicateNote("x", logCap, k);
  if (note !== undefined) return { value, ...unit, notes: [note] };
  const influence = leaveOneOutEffects(caps, logCap, k);
  const standardError = Math.sqrt(sumOfArray(influence.map((v) => v * v)) / (matrix.rows * (matrix.rows - 1)));
  const notes = entropyNotes(matrix, value, standardError);
  return { value, standardError, ...unit, ...(notes.length > 0 && { notes }) };
}

/** ψ(n) − ψ(k) + mean ξ. */
export function entropyOfCaps(logCap: Float64Array, k: number): number {
  return digamma(logCap.length) - digamma(k) + meanOfArray(logCap);
}

/** log area of the cap through the k-th neighbour of each row. */
export function kthCaps({ logCap, places }: NeighbourCaps, n: number, k: number): Float64Array {
  return new Float64Array(n).map((_, i) => logCap[i * places + k - 1]!);
}

/**
 * The effect of each row of one sample on Σξ, centred: its own ξ, less what the caps of its neighbours would grow by without it.
 * Without a (k+1)-th neighbour (n = k + 1) a cap can only grow to the whole sphere.
 */
export function leaveOneOutEffects(caps: NeighbourCaps, logCap: Float64Array, k: number): Float64Array {
  const lost = growthWithout(caps, logCap, k, logCap.length);
  const effects = logCap.map((own, j) => own - lost[j]!);
  const mean = meanOfArray(effects);
  return effects.map((effect) => effect - mean);
}

/** For each candidate, by how much the ξ of the queries that have it among their k nearest would grow without it; sums to Σ_i k·growth_i. */
export function growthWithout(
  { logCap, indices, places }: NeighbourCaps,
  kth: Float64Array,
  k: number,
  candidates: number,
): Float64Array {
  const lost = new Float64Array(candidates);
  const last = Math.min(k, places - 1);
  for (let i = 0; i < kth.length; i++) {
    const growth = logCap[i * places + last]! - kth[i]!;
    for (let p = 0; p < k; p++) lost[indices[i * places + p]!]! += growth;
  }
  return lost;
}
