// What is known about an InfoNCE value besides the value: how much of the partition function the positive holds, and how
// many negatives share the rest.

import type { Tensor } from "@nce-geometry/tensor";
import { weightedMean } from "./weighted-mean.ts";

/**
 * One value of each kind: a number or scalar for means over anchors, an array for the anchors themselves. p_ij is the
 * softmax weight of candidate j for anchor i, the positive among the candidates; Σ_j p_ij = 1 with the positive counted, also
 * where the loss leaves it out. Of several positives p_ii is the sum; of a mixture of denominators everything is the mixture.
 */
export interface InfoNCEMeasures<T> {
  /** −log p_ii, in nats, or what the options make of it. */
  readonly loss: T;
  /** The loss with the positive left out of the denominator: log Σ_{j≠i} e^{(s_ij − s_ii)/τ}, in nats; may be negative. */
  readonly decoupledLoss: T;
  /** p_ii, the share of the positive in the partition function. */
  readonly positiveMass: T;
  /**
   * 1/Σ_{j≠i} p_ij², with the weights as they stand (not renormalised over the negatives). Grows without bound as the
   * positive takes all mass, and overflows to ∞ where p_ij² underflows.
   */
  readonly effectiveNegatives: T;
  /**
   * (Σ_{j≠i} p_ij)²/Σ_{j≠i} p_ij²: the same of the weights renormalised over the negatives. From 1, where one negative holds
   * all their mass, to their number, where they share it equally.
   */
  readonly conditionalEffectiveNegatives: T;
}

/** Tensors: means over the anchors (shape []), and the anchors' own values (shape [n]). */
export interface InfoNCEStatistics extends InfoNCEMeasures<Tensor> {
  readonly perSample: InfoNCEMeasures<Tensor>;
}

/** Applies `f` to each measure. */
export function mapMeasures<T, U>(measures: InfoNCEMeasures<T>, f: (measure: T) => U): InfoNCEMeasures<U> {
  return combineMeasures(measures, measures, f);
}

/** Applies `f` to each measure of `a` and the same of `b`. */
export function combineMeasures<T, U>(
  a: InfoNCEMeasures<T>,
  b: InfoNCEMeasures<T>,
  f: (a: T, b: T) => U,
): InfoNCEMeasures<U> {
  return {
    loss: f(a.loss, b.loss),
    decoupledLoss: f(a.decoupledLoss, b.decoupledLoss),
    positiveMass: f(a.positiveMass, b.positiveMass),
    effectiveNegatives: f(a.effectiveNegatives, b.effectiveNegatives),
    conditionalEffectiveNegatives: f(a.conditionalEffectiveNegatives, b.conditionalEffectiveNegatives),
  };
}

/** The anchors' own values with their means. */
export function statisticsOf(perSample: InfoNCEMeasures<Tensor>, weights: Float64Array | undefined): InfoNCEStatistics {
  return { ...mapMeasures(perSample, (values) => weightedMean(values, weights)), perSample };
}
