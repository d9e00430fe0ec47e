// Bounds that the theory states, with both sides: what was measured on the grid and what bounds it.

import { besselRatioComplement } from "@nce-geometry/manifold";
import type { RunControl } from "@nce-geometry/tensor";
import { refuseOption, requireNonNegative, requirePositive } from "../checks.ts";
import { lawOf } from "../gibbs/gibbs-law.ts";
import { type Comparison, comparison } from "./comparison.ts";
import { meanUnder } from "./entropy.ts";
import type { UnimodalOptions } from "./free-energy-unimodal.ts";
import { potentialOn } from "./grid-function.ts";
import type { GridKernel } from "./grid-kernel.ts";
import { assertProbability, type GridMeasure, logIntegralOn, massesOf } from "./grid-measure.ts";

export interface KernelErrorBoundOnGrid extends Comparison {
  /** ε = max |ρ̃ − ρ| over the points. */
  readonly uniformError: number;
  /** ρ_min, the least density over the points. */
  readonly minDensity: number;
}

/**
 * How far smoothing by the kernel takes the parametric energy from the free energy, whatever the potential.
 *
 * Math:     |J_τ − F_{τ,U}(ρ)| = |∫ρ log(ρ̃/ρ) dμ| ≤ 2ε/ρ_min, ε = ‖ρ̃_τ − ρ‖_∞
 * Shapes:   logDensity [n] → {left, right, slack, uniformError, minDensity}. Unit: nats.
 * Domain:   a probability density on the kernel's grid; ρ_min = 0 bounds nothing (right = ∞).
 * Limits:   ρ uniform → 0 ≤ 0, up to the kernel's error on the grid.
 * Numerics: ε is the maximum over the points, not between them.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_DOMAIN; rejects with `signal.reason` when aborted.
 * Source:   arXiv:2601.19597.
 */
export async function kernelErrorBoundOnGrid(
  kernel: GridKernel,
  logDensity: Float64Array,
  control: RunControl = {},
): Promise<KernelErrorBoundOnGrid> {
  const { measure } = kernel;
  assertProbability(measure, logDensity, { where: "kernelErrorBoundOnGrid" });
  const logSmoothed = await kernel.logSmooth(logDensity, control);
  const uniformError = maximumError(logDensity, logSmoothed);
  const minDensity = Math.exp(logDensity.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY));
  const ratio = logSmoothed.map((value, i) => value - logDensity[i]!);
  const left = Math.abs(meanUnder(massesOf(measure, logDensity), ratio));
  const right = minDensity === 0 ? Number.POSITIVE_INFINITY : (2 * uniformError) / minDensity;
  return { ...comparison(left, right), uniformError, minDensity };
}

/**
 * How far the smoothed density is from the density, for a density with a Lipschitz constant.
 *
 * Math:     ‖ρ̃_τ − ρ‖_∞ ≤ L·√(2(1 − A_d(κ))), |ρ(z) − ρ(w)| ≤ L‖z − w‖; κ = 1/τ for the cosine critic, 2·scale/τ for rbf; A_d the mean resultant length
 * Shapes:   logDensity [n] → {left, right, slack}. Unit: of densities.
 * Domain:   a probability density on the kernel's grid; L ≥ 0 with respect to the chord; cosine and rbf critics.
 * Limits:   τ → 0: right → L·√((d−1)τ);  ρ uniform, L = 0 → 0 = 0, up to the kernel's error on the grid.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN; rejects with `signal.reason` when aborted.
 * Source:   Jensen's inequality on the chord; arXiv:2601.19597 for its use.
 */
export async function smoothingErrorBoundOnGrid(
  kernel: GridKernel,
  logDensity: Float64Array,
  options: RunControl & { readonly lipschitz: number },
): Promise<Comparison> {
  const where = "smoothingErrorBoundOnGrid";
  const { measure, critic, dimension, temperature } = kernel;
  requireNonNegative(where, "lipschitz", options.lipschitz);
  if (critic.kind === "geodesic") {
    refuseOption(where, "kernel.critic", 'of kind "cosine" or "rbf"', 'one of kind "geodesic"');
  }
  assertProbability(measure, logDensity, { where });
  const concentration = critic.kind === "rbf" ? (2 * critic.scale) / temperature : 1 / temperature;
  const meanSquaredChord = 2 * besselRatioComplement(dimension / 2 - 1, concentration);
  const logSmoothed = await kernel.logSmooth(logDensity, options);
  return comparison(maximumError(logDensity, logSmoothed), options.lipschitz * Math.sqrt(meanSquaredChord));
}

export interface LowTemperatureOptions extends UnimodalOptions {
  /** δ: the bound is for the mass outside {U ≤ min U + δ}. */
  readonly excess: number;
  /** δ', 0 < δ' < δ. @defaultValue δ/2 */
  readonly innerExcess?: number;
}

/**
 * Mass of the Gibbs law away from the ground state, against the bound that vanishes with the temperature.
 *
 * Math:     ρ*{U > min U + δ} ≤ e^{−(δ−δ')/τ}·|Z|/μ{U ≤ min U + δ'}, 0 < δ' < δ
 * Shapes:   measure [n], potential [n] → {left, right, slack}. Unit: 1.
 * Domain:   as gibbsLaw; min U over the points.
 * Limits:   τ → 0 → 0 ≤ 0;  holds on every grid, since it holds for sums as for integrals.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN.
 * Source:   arXiv:2601.19597.
 */
export function lowTemperatureBound(measure: GridMeasure, options: LowTemperatureOptions): Comparison {
  const where = "lowTemperatureBound";
  const { temperature, excess, innerExcess = excess / 2 } = options;
  requirePositive(where, "temperature", temperature);
  requirePositive(where, "excess", excess);
  if (!(innerExcess > 0 && innerExcess < excess)) {
    refuseOption(where, "innerExcess", `> 0 and < excess = ${excess}`, String(innerExcess));
  }
  const potential = potentialOn(measure, options.potential, { where });
  const law = lawOf(where, measure, potential, temperature);
  const outside = potential.map((u) => (u > law.minPotential + excess ? 0 : Number.NEGATIVE_INFINITY));
  const left = Math.exp(
    logIntegralOn(
      measure,
      outside.map((value, i) => value + law.logDensity[i]!),
    ),
  );
  const inner = potential.map((u) => (u <= law.minPotential + innerExcess ? 0 : Number.NEGATIVE_INFINITY));
  const logShare = logIntegralOn(measure, new Float64Array(potential.length)) - logIntegralOn(measure, inner);
  return comparison(left, Math.exp(logShare - (excess - innerExcess) / temperature));
}

function maximumError(logDensity: Float64Array, logSmoothed: Float64Array): number {
  return logDensity.reduce(
    (worst, value, i) => Math.max(worst, Math.abs(Math.exp(logSmoothed[i]!) - Math.exp(value))),
    0,
  );
}
