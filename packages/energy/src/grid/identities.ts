// Identities of Gibbs laws, each side computed by itself.

import { requirePositive } from "../checks.ts";
import { lawOf } from "../gibbs/gibbs-law.ts";
import { type Comparison, comparison } from "./comparison.ts";
import { klDivergence } from "./entropy.ts";
import { freeEnergyUnimodal, type UnimodalOptions } from "./free-energy-unimodal.ts";
import { potentialOn } from "./grid-function.ts";
import type { GridMeasure } from "./grid-measure.ts";

/**
 * The excess of the free energy over its least value, against the divergence from the Gibbs law.
 *
 * Math:     F(ρ) − F(ρ*) = D_KL(ρ‖ρ*)
 * Shapes:   measure [n], logDensity [n], potential [n] → {left, right, slack}. Unit: nats.
 * Domain:   as freeEnergyUnimodal.
 * Limits:   ρ = ρ* → 0;  exact on every grid, resolved or not: slack 0 up to rounding of the terms of F.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN.
 * Source:   arXiv:2601.19597.
 */
export function freeEnergyExcess(measure: GridMeasure, logDensity: Float64Array, options: UnimodalOptions): Comparison {
  const where = "freeEnergyExcess";
  requirePositive(where, "temperature", options.temperature);
  const potential = potentialOn(measure, options.potential, { where });
  const { value } = freeEnergyUnimodal(measure, logDensity, { ...options, potential });
  const law = lawOf(where, measure, potential, options.temperature);
  return comparison(value - law.freeEnergy, klDivergence(measure, logDensity, law.logDensity));
}

/** The three identities of {@link thermodynamicIdentities}. */
export interface ThermodynamicIdentities {
  /** ⟨U⟩ = τ² d(log Z)/dτ. */
  readonly meanPotential: Comparison;
  /** d⟨U⟩/dτ = Var U/τ². */
  readonly heatCapacity: Comparison;
  /** H(ρ*) = log Z + ⟨U⟩/τ. */
  readonly entropy: Comparison;
}

/**
 * The thermodynamic identities of the Gibbs law, derivatives by differences in the logarithm of the temperature.
 *
 * Math:     ⟨U⟩ = τ² d(log Z)/dτ;  d⟨U⟩/dτ = Var U/τ²;  H(ρ*) = log Z + ⟨U⟩/τ
 * Shapes:   measure [n], potential [n] → three times {left, right, slack}.
 * Domain:   as gibbsLaw. Exact on every grid, since they hold for sums as for integrals.
 * Limits:   U constant → ⟨U⟩ = U, heat capacity 0.
 * Numerics: central differences of step 0.01 in log τ, extrapolated twice: slack about 1e-10 of the sides, potentials taken from their minimum.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN.
 * Source:   arXiv:2601.19597; classical.
 */
export function thermodynamicIdentities(measure: GridMeasure, options: UnimodalOptions): ThermodynamicIdentities {
  const where = "thermodynamicIdentities";
  const { temperature } = options;
  requirePositive(where, "temperature", temperature);
  const potential = potentialOn(measure, options.potential, { where });
  const law = lawOf(where, measure, potential, temperature);
  const { minPotential, potentialVariance, meanPotential, meanExcess, logDensity } = law;
  const excess = potential.map((u) => u - minPotential);
  const at = (logTemperature: number): ReturnType<typeof lawOf> =>
    lawOf(where, measure, excess, Math.exp(logTemperature));
  // τ² d/dτ = τ d/d(log τ).
  const slope = derivative((t) => at(t).logPartition, Math.log(temperature));
  const heating = derivative((t) => at(t).meanPotential, Math.log(temperature)) / temperature;
  const { entropy } = freeEnergyUnimodal(measure, logDensity, { potential: excess, temperature });
  return {
    meanPotential: comparison(meanPotential, minPotential + temperature * slope),
    heatCapacity: comparison(heating, potentialVariance / temperature ** 2),
    entropy: comparison(entropy, law.logPartition + minPotential / temperature + meanExcess / temperature),
  };
}

const STEP = 0.01;

/** Richardson's extrapolation of central differences of steps 4h, 2h, h: error O(h⁶). */
function derivative(f: (x: number) => number, x: number): number {
  const [wide, middle, narrow] = [4 * STEP, 2 * STEP, STEP].map((h) => (f(x + h) - f(x - h)) / (2 * h));
  const coarse = (4 * middle! - wide!) / 3;
  const fine = (4 * narrow! - middle!) / 3;
  return (16 * fine - coarse) / 15;
}
