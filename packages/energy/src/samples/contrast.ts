// What one direction of a contrastive loss is made of, anchor by anchor.
// Notation: a = s(z, v)/τ of the positive, r = log Σ e^{s/τ} over the other terms, R = log(e^a + e^r).

import { logAddExp, meanOfArray, softplusOf } from "@nce-geometry/tensor";
import type { Estimate } from "../estimate.ts";
import { combine, estimateOf, meanStatistic, type Statistic, shift } from "./statistic.ts";

/** One estimator of J by its terms. Unit: nats. */
export interface EnergyEstimate {
  /** J = potentialTerm − crossEntropyTerm. */
  readonly value: Estimate;
  /** (1/τ)E U. */
  readonly potentialTerm: Estimate;
  /** H×(q, ρ̃) = −E log ρ̃. */
  readonly crossEntropyTerm: Estimate;
  /** N: terms in the mean that stands for the partition field. */
  readonly terms: number;
  /**
   * How far the value is expected to lie above J because N is finite, −mean CV²/(2N) to first order: value − bias is closer. Absent for the
   * standard form, whose positive is no draw.
   */
  readonly bias?: number;
}

/** How much of the denominator the positive is, and over how many negatives the rest is spread. Standard errors over anchors. */
export interface DenominatorShares {
  /** mean p_ii, p the softmax. */
  readonly positiveMass: Estimate;
  /** mean 1/Σ_{j≠i} p_ij². Infinite where the positive takes all. */
  readonly effectiveNegatives: Estimate;
  /** mean (1 − p_ii)²/Σ_{j≠i} p_ij²: negatives among themselves. */
  readonly conditionalEffectiveNegatives: Estimate;
}

export interface Contrast {
  readonly positive: Float64Array;
  readonly others: Float64Array;
  /** log Σ e^{2s/τ} over the others. */
  readonly squares: Float64Array;
}

/** R of every anchor. */
export function withPositive({ positive, others }: Contrast): Float64Array {
  return others.map((r, i) => logAddExp(r, positive[i]!));
}

export interface FieldMean {
  readonly logSums: Float64Array;
  readonly terms: number;
  readonly logKernelVolume: number;
  /** Influence of pairs as members of the population, mean 1. */
  readonly asPopulation?: Float64Array | undefined;
  readonly pool?: Float64Array | undefined;
}

/** E log ρ̃ from the log-sum-exps of the anchors. */
export function logDensityStatistic({ logSums, terms, logKernelVolume, asPopulation, pool }: FieldMean): Statistic {
  return shift(meanStatistic(logSums, asPopulation, pool), -Math.log(terms) - logKernelVolume);
}

export function energyEstimate(
  potential: Statistic,
  logDensity: Statistic,
  { terms, method, bias }: { readonly terms: number; readonly method: string; readonly bias?: number | undefined },
): EnergyEstimate {
  const nats = (statistic: Statistic) => estimateOf(statistic, "nats", method);
  return {
    value: nats(energyStatistic(potential, logDensity)),
    potentialTerm: nats(potential),
    crossEntropyTerm: nats(combine([[-1, logDensity]])),
    terms,
    ...(bias !== undefined && { bias }),
  };
}

/** Mean bias of log (1/N) Σ e^{s/τ} over the anchors, −½ of its variance. */
export function finiteSampleBias({ others, squares }: Contrast, terms: number): number {
  const logN = Math.log(terms);
  return -meanOfArray(others.map((r, i) => Math.expm1(logN + squares[i]! - 2 * r))) / (2 * (terms - 1));
}

export function energyStatistic(potential: Statistic, logDensity: Statistic): Statistic {
  return combine([
    [1, potential],
    [1, logDensity],
  ]);
}

/** (1/τ)E U from the positives. */
export function potentialStatistic({ positive }: Pick<Contrast, "positive">): Statistic {
  return meanStatistic(positive.map((a) => -a));
}

export function denominatorShares(contrast: Contrast): DenominatorShares {
  const { positive, others, squares } = contrast;
  const total = withPositive(contrast);
  const over = (values: Float64Array, unit: "1" | "count") =>
    estimateOf(meanStatistic(values), unit, "mean over anchors");
  return {
    positiveMass: over(
      others.map((r, i) => Math.exp(-softplusOf(r - positive[i]!))),
      "1",
    ),
    effectiveNegatives: over(
      total.map((R, i) => Math.exp(2 * R - squares[i]!)),
      "count",
    ),
    conditionalEffectiveNegatives: over(
      others.map((r, i) => Math.exp(2 * r - squares[i]!)),
      "count",
    ),
  };
}
