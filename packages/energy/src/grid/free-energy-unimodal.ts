// The functional of one modality, F(ρ) = (1/τ)∫Uρ dμ − H(ρ), on a grid.

import { sumOfArray } from "@nce-geometry/tensor";
import { requireLength, requirePositive } from "../checks.ts";
import { requireDirection } from "./direction.ts";
import { entropy, meanUnder } from "./entropy.ts";
import { type GridFunction, potentialOn } from "./grid-function.ts";
import { assertProbability, type GridMeasure, logWeightsOf, massesOf } from "./grid-measure.ts";

export interface UnimodalOptions {
  /** U, at the points or as a function of a point; +∞ forbids a point. */
  readonly potential: GridFunction;
  /** τ > 0. */
  readonly temperature: number;
}

/** The terms of F; in nats but for the mean potential. */
export interface UnimodalFreeEnergy {
  /** potentialTerm − entropy. */
  readonly value: number;
  /** ⟨U⟩/τ. */
  readonly potentialTerm: number;
  /** H(ρ). */
  readonly entropy: number;
  /** ⟨U⟩, in the unit of U. */
  readonly meanPotential: number;
}

/**
 * Free energy of a density in a potential: the limit of the contrastive loss of one modality.
 *
 * Math:     F_{τ,U}(ρ) = (1/τ)∫Uρ dμ − H(ρ)
 * Shapes:   measure [n], logDensity [n], potential [n] → a record.
 * Domain:   a probability density; τ > 0; U is not NaN.
 * Limits:   U = 0 → −H(ρ);  U + c → value + c/τ;  ρ the Gibbs law → −log Z, the least;  mass where U = +∞ → ∞.
 * Numerics: compensated sums.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN.
 * Source:   arXiv:2601.19597.
 */
export function freeEnergyUnimodal(
  measure: GridMeasure,
  logDensity: Float64Array,
  options: UnimodalOptions,
): UnimodalFreeEnergy {
  const where = "freeEnergyUnimodal";
  const { temperature } = options;
  requirePositive(where, "temperature", temperature);
  const potential = potentialOn(measure, options.potential, { where });
  assertProbability(measure, logDensity, { where });
  const meanPotential = meanUnder(massesOf(measure, logDensity), potential);
  const potentialTerm = meanPotential / temperature;
  const h = entropy(measure, logDensity);
  return { value: potentialTerm - h, potentialTerm, entropy: h, meanPotential };
}

/**
 * First variation of F: the field along which it falls steepest, and which is constant at the Gibbs law.
 *
 * Math:     δF/δρ = U/τ + log ρ + 1
 * Shapes:   measure [n], logDensity [n], potential [n] → [n]. Only differences between points matter.
 * Domain:   as {@link freeEnergyUnimodal}; −∞ where ρ = 0, and NaN where also U = +∞.
 * Limits:   Gibbs law → 1 − log Z everywhere;  dF(ρ + εh)/dε = ∫ h δF/δρ dμ.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN.
 * Source:   arXiv:2601.19597.
 */
export function firstVariationUnimodal(
  measure: GridMeasure,
  logDensity: Float64Array,
  options: UnimodalOptions,
): Float64Array {
  const where = "firstVariationUnimodal";
  requirePositive(where, "temperature", options.temperature);
  const potential = potentialOn(measure, options.potential, { where });
  assertProbability(measure, logDensity, { where });
  return logDensity.map((value, i) => potential[i]! / options.temperature + value + 1);
}

/**
 * Second variation of F in a direction, whatever the potential and the temperature: F is strictly convex.
 *
 * Math:     d²F(ρ + εh)/dε² = ∫ h²/ρ dμ
 * Shapes:   measure [n], logDensity [n], direction [n] → number ≥ 0.
 * Domain:   ∫ h dμ = 0, up to rounding.
 * Limits:   h = 0 → 0;  h ≠ 0 where ρ = 0 → ∞;  ρ uniform → |Z|·∫h² dμ.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_DOMAIN.
 * Source:   arXiv:2601.19597.
 */
export function secondVariationUnimodal(
  measure: GridMeasure,
  logDensity: Float64Array,
  { direction }: { readonly direction: Float64Array },
): number {
  const where = "secondVariationUnimodal";
  assertProbability(measure, logDensity, { where });
  requireLength(where, "direction", measure, direction);
  requireDirection(where, "direction", measure, direction);
  const logWeights = logWeightsOf(measure);
  return sumOfArray(
    direction.map((h, i) => (h === 0 ? 0 : Math.exp(logWeights[i]! + 2 * Math.log(Math.abs(h)) - logDensity[i]!))),
  );
}
