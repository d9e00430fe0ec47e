// Kullback–Leibler divergences from the distances to nearest neighbours. Notation: ρ_i, ν_i log areas of the caps around x_i that
// reach its k-th neighbour among the other rows of X and among the rows of Y.

import { type PairwiseEngine, referenceEngine } from "@nce-geometry/pairwise";
import { meanOfArray, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import type { Estimate } from "../estimate.ts";
import { createPhases } from "../rows/phases.ts";
import { copyRows } from "../rows/row-blocks.ts";
import { assertSphereDimension } from "../rows/unit-rows.ts";
import { standardErrorOfMean } from "../uncertainty/uncertainty.ts";
import { duplicateNote, refuseDuplicates } from "./duplicates.ts";
import { entropyNotes } from "./entropy-bound.ts";
import { combine, scaled, trendNotes, twoSampleEstimate, type WithInfluence } from "./influence.ts";
import {
  entropyOfCaps,
  growthWithout,
  kthCaps,
  leaveOneOutEffects,
  type NearestNeighbourOptions,
} from "./knn-entropy.ts";
import { assertNeighbours, nearestCaps } from "./nearest-neighbours.ts";
import { assertSamples, type SamplingOptions } from "./two-sample-options.ts";

export interface NearestNeighbourDivergenceOptions extends NearestNeighbourOptions, SamplingOptions {}

/**
 * Kullback–Leibler divergence of two laws on the sphere from nearest neighbours, with exact areas of geodesic caps.
 *
 * Math:     D_KL(p‖q) = mean_i( log area(ν_k(x_i)) − log area(ρ_k(x_i)) ) + log( m/(n − 1) ).
 * Shapes:   x [n, d] from p, y [m, d] from q, unit rows → estimate. Unit: nats.
 * Domain:   n, m ≥ 2; 1 ≤ k ≤ min(n − 1, m).
 * Limits:   both uniform → 0 up to a bias of 1/(2n) − 1/(2m) + O(n⁻²);  a rotation of all rows changes nothing;
 *           k equal rows in X → +∞, k rows of Y equal to one of X → −∞, both → NaN, with their numbers in notes.
 * Numerics: the standard error is that of the jackknife over both samples, 1 to 1.7 times the true one. Biased towards 0 where
 *           p has mass in the tails of q, and in high dimension; a note says so where 4k neighbours give another value, but tails that no
 *           row of Y reaches leave no trace. O(n(n + m)d).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; E_DOMAIN for duplicates when they are refused.
 * Source:   Q. Wang, S. R. Kulkarni, S. Verdú, IEEE Trans. Inf. Theory 55 (2009); caps in place of balls.
 */
export async function knnDivergence(
  x: Rows,
  y: Rows,
  options: NearestNeighbourDivergenceOptions = {},
): Promise<Estimate> {
  const prepared = await prepare("knnDivergence", x, y, options);
  const phase = createPhases(options, 2);
  const estimated = await oneWay(prepared, prepared.x, prepared.y, "x", phase);
  return twoSampleEstimate(estimated, prepared);
}

/**
 * The symmetric divergence D_S = ½(D_KL(p‖q) + D_KL(q‖p)) from nearest neighbours; half the Jeffreys divergence.
 *
 * Math:     the mean of {@link knnDivergence} in both directions.
 * Shapes:   x [n, d], y [m, d] of unit rows → estimate. Unit: nats.
 * Domain:   n, m ≥ 2; 1 ≤ k ≤ min(n, m) − 1.
 * Limits:   swapping x and y changes nothing;  equal laws → 0 up to a bias of O(n⁻²).
 * Numerics: as {@link knnDivergence}; the standard error follows both directions together.
 * Throws:   as {@link knnDivergence}.
 * Source:   Q. Wang, S. R. Kulkarni, S. Verdú, IEEE Trans. Inf. Theory 55 (2009); arXiv:2601.19597 for D_S.
 */
export async function knnSymmetricKL(
  x: Rows,
  y: Rows,
  options: NearestNeighbourDivergenceOptions = {},
): Promise<Estimate> {
  const prepared = await prepare("knnSymmetricKL", x, y, options);
  const phase = createPhases(options, 4);
  const forth = await oneWay(prepared, prepared.x, prepared.y, "x", phase);
  const back = await oneWay(prepared, prepared.y, prepared.x, "y", phase);
  return twoSampleEstimate(scaled(combine(forth, { ...back, ofX: back.ofY, ofY: back.ofX }), 0.5), prepared);
}

interface Prepared {
  readonly where: string;
  readonly method: string;
  readonly x: RowMatrix;
  readonly y: RowMatrix;
  readonly k: number;
  readonly engine: PairwiseEngine;
  readonly duplicates: "report" | "refuse";
  readonly sampling: "independent" | "paired";
}

async function prepare(where: string, x: Rows, y: Rows, options: NearestNeighbourDivergenceOptions): Promise<Prepared> {
  const { k = 3, engine = referenceEngine(), duplicates = "report", sampling = "independent", signal } = options;
  await assertSamples(where, x, y, { sampling, signal });
  assertSphereDimension(where, x);
  const bothWays = where === "knnSymmetricKL";
  assertNeighbours(where, k, Math.min(x.rows - 1, bothWays ? y.rows - 1 : y.rows));
  const [a, b] = [await copyRows(x, { signal }), await copyRows(y, { signal })];
  return { where, method: `knn-caps k=${k}`, x: a, y: b, k, engine, duplicates, sampling };
}

async function oneWay(
  { where, k, engine, duplicates }: Prepared,
  x: RowMatrix,
  y: RowMatrix,
  name: "x" | "y",
  phase: (label: string) => RunControl,
): Promise<WithInfluence> {
  const own = await nearestCaps(
    engine,
    x,
    x,
    { k, diagonal: "exclude", wide: true },
    phase("neighbours in the same sample"),
  );
  const other = await nearestCaps(
    engine,
    x,
    y,
    { k, diagonal: "include", wide: true },
    phase("neighbours in the other sample"),
  );
  const [rho, nu] = [kthCaps(own, x.rows, k), kthCaps(other, x.rows, k)];
  for (const logCap of [rho, nu]) refuseDuplicates(where, name, logCap, { k, duplicates });
  const value = meanOfArray(nu) - meanOfArray(rho) + Math.log(y.rows / (x.rows - 1));
  const notes = [duplicateNote(name, rho, k), duplicateNote(`${name} in the other sample`, nu, k)].filter(isPresent);
  if (notes.length > 0) return { value, notes };
  const ownEffects = leaveOneOutEffects(own, rho, k);
  const centre = meanOfArray(nu);
  const lost = growthWithout(other, nu, k, y.rows);
  // Means over n queries become means over the m rows of Y.
  const share = y.rows / x.rows;
  const lostMean = meanOfArray(lost);
  const entropy = entropyOfCaps(rho, k);
  const statistic = {
    value,
    ofX: nu.map((v, i) => v - centre - ownEffects[i]!),
    ofY: lost.map((v) => share * (lostMean - v)),
  };
  const wide = own.wideMean !== undefined && other.wideMean !== undefined && other.wideMean - own.wideMean;
  return {
    ...statistic,
    notes: [
      ...entropyNotes(x, entropy, standardErrorOfMean(ownEffects, 0)),
      ...(wide === false
        ? []
        : trendNotes(statistic, wide + Math.log(y.rows / (x.rows - 1)), `With ${4 * k} neighbours`, name)),
    ],
  };
}

function isPresent(note: string | undefined): note is string {
  return note !== undefined;
}
