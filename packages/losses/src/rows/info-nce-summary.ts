// Means over anchors with their standard errors.

import { meanOfArray, sumOfArray } from "@nce-geometry/tensor";
import { type InfoNCEMeasures, mapMeasures } from "../info-nce-measures.ts";
import { standardErrorOf } from "../standard-error.ts";

/** The measures of every anchor, [n] each. */
export interface InfoNCEPerSample extends InfoNCEMeasures<Float64Array> {
  /** Negatives of each anchor; their mean where anchors differ. */
  readonly negatives: number;
}

/** Means over the anchors; a plain record. */
export interface InfoNCESummary extends InfoNCEMeasures<number> {
  /** Anchors averaged over. */
  readonly samples: number;
  /** Negatives of each anchor; their mean where anchors differ. */
  readonly negatives: number;
  /**
   * Of each mean: the sample standard deviation over the anchors divided by √samples, NaN for a single one. It is the
   * uncertainty from the choice of anchors with their negatives held fixed; anchors of a batch are one another's negatives, so
   * it leaves out what they share, the fluctuation and the finite-sample bias of the partition function.
   */
  readonly standardError: InfoNCEMeasures<number>;
}

export interface SummarizeOptions {
  /** How much each anchor counts, [n], of sum 1. @defaultValue 1/n each */
  readonly weights?: Float64Array | undefined;
}

/**
 * Means of the measures of every anchor, with standard errors.
 *
 * Math:     Σ_i w_i v_i;  standard error √( n/(n−1) Σ_i w_i² (v_i − mean)² ), with equal weights √( Σ_i (v_i − mean)²/(n(n−1)) ).
 * Shapes:   arrays [n] → numbers.
 * Domain:   n ≥ 1.
 * Limits:   equal values → standard error 0;  n = 1 → NaN.
 * Numerics: compensated sums, deviations from the mean.
 * Source:   classical.
 */
export function summarizeInfoNCE(perSample: InfoNCEPerSample, options: SummarizeOptions = {}): InfoNCESummary {
  const { weights } = options;
  return {
    samples: perSample.loss.length,
    negatives: perSample.negatives,
    ...mapMeasures(perSample, (values) => meanOf(values, weights)),
    standardError: mapMeasures(perSample, (values) => weightedStandardErrorOf(values, weights)),
  };
}

/** Anchors of weight 0 do not matter, whatever their values. */
function meanOf(values: Float64Array, weights: Float64Array | undefined): number {
  if (weights === undefined) return meanOfArray(values);
  return sumOfArray(values.map((value, i) => (weights[i] === 0 ? 0 : weights[i]! * value)));
}

function weightedStandardErrorOf(values: Float64Array, weights: Float64Array | undefined): number {
  if (weights === undefined) return standardErrorOf(values);
  const mean = meanOf(values, weights);
  const n = values.length;
  const squares = values.map((value, i) => (weights[i] === 0 ? 0 : weights[i]! ** 2 * (value - mean) ** 2));
  return Math.sqrt((sumOfArray(squares) * n) / (n - 1));
}
