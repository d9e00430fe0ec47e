// Means over anchors with their standard errors.

import { meanOfArray, sumOfArray } from "@nce-geometry/tensor";
import type { InfoNCEMeasures } from "../info-nce-measures.ts";

/** The measures of every anchor, [n] each. */
export interface InfoNCEPerSample extends InfoNCEMeasures<Float64Array> {
  /** Negatives of each anchor. */
  readonly negatives: number;
}

/** Means over the anchors; a plain record. */
export interface InfoNCESummary extends InfoNCEMeasures<number> {
  /** Anchors averaged over. */
  readonly samples: number;
  /** Negatives of each anchor. */
  readonly negatives: number;
  /**
   * Of each mean: the sample standard deviation over the anchors divided by √samples, NaN for a single one. It is the
   * uncertainty from the choice of anchors with their negatives held fixed; anchors of a batch are one another's negatives, so
   * it leaves out what they share, the fluctuation and the finite-sample bias of the partition function.
   */
  readonly standardError: InfoNCEMeasures<number>;
}

/**
 * Means of the measures of every anchor, with standard errors.
 *
 * Math:     mean_i v_i;  standard error √( Σ_i (v_i − mean)²/(n(n−1)) ).
 * Shapes:   arrays [n] → numbers.
 * Domain:   n ≥ 1.
 * Limits:   equal values → standard error 0;  n = 1 → NaN.
 * Numerics: compensated sums, deviations from the mean.
 * Source:   classical.
 */
export function summarizeInfoNCE(perSample: InfoNCEPerSample): InfoNCESummary {
  const means = mapMeasures(perSample, meanOfArray);
  return {
    samples: perSample.loss.length,
    negatives: perSample.negatives,
    ...means,
    standardError: mapMeasures(perSample, standardErrorOf),
  };
}

/** Applies `f` to each measure. */
export function mapMeasures<T, U>(measures: InfoNCEMeasures<T>, f: (measure: T) => U): InfoNCEMeasures<U> {
  return {
    loss: f(measures.loss),
    decoupledLoss: f(measures.decoupledLoss),
    positiveMass: f(measures.positiveMass),
    effectiveNegatives: f(measures.effectiveNegatives),
    conditionalEffectiveNegatives: f(measures.conditionalEffectiveNegatives),
  };
}

function standardErrorOf(values: Float64Array): number {
  const mean = meanOfArray(values);
  const n = values.length;
  return Math.sqrt(sumOfArray(values.map((value) => (value - mean) ** 2)) / (n * (n - 1)));
}
