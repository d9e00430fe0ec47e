// The free energy of one cloud of particles, on rows: value, terms and gradient by fused sums over all pairs.

import { meanOfArray, type RowMatrix } from "@nce-geometry/tensor";
import { requirePositive } from "../checks.ts";
import { selfKernelSums } from "./kernel-sums.ts";
import {
  logDensities,
  ownGradient,
  type ParticleDensityOptions,
  type PreparedKernel,
  prepareKernel,
  requireParticles,
  seen,
} from "./particle-options.ts";
import { evaluatePotential, type Potential } from "./potential.ts";

export interface ParticleFreeEnergyOptions extends ParticleDensityOptions {
  /** Temperature τ > 0. */
  readonly temperature: number;
  /** U. */
  readonly potential: Potential;
}

/** The terms of the energy, in nats but for the mean potential. */
export interface ParticleFreeEnergy {
  /** potentialTerm − crossEntropyTerm. */
  readonly value: number;
  /** (1/τ) mean_i U(z_i). */
  readonly potentialTerm: number;
  /** −mean_i log ρ̂_h(z_i). */
  readonly crossEntropyTerm: number;
  /** mean_i U(z_i), in the unit of U. */
  readonly meanPotential: number;
  readonly particles: number;
}

/** An energy with its derivative by the particles. */
export interface ParticleFreeEnergyGradient {
  readonly energy: ParticleFreeEnergy;
  /** In ambient coordinates, [n, d], row-major; only its tangential part matters. */
  readonly gradient: Float64Array;
}

/**
 * Free energy of particles on the unit sphere, their density estimated by a kernel: what the blob flow descends.
 *
 * Math:     J = (1/τ) mean_i U(z_i) + mean_i log ρ̂_h(z_i),  ρ̂_h(z_i) = (1/n) Σ_j k_h(z_i, z_j)/∫k_h dμ;  `leaveOneOut`: over j ≠ i with n − 1
 * Shapes:   z [n, d] → record. Unit: nats.
 * Domain:   d ≥ 2; n ≥ 1, with `leaveOneOut` n ≥ 2; unit rows within 1e-6; τ > 0, h > 0.
 * Limits:   h → ∞ → ⟨U⟩/τ − log|S^{d−1}|;  all particles in one place, `all` → U/τ − log ∫k_h dμ;  the von Mises–Fisher kernel with h² = τ: J_τ
 *           with the cloud as its own population.
 * Numerics: kernels from a table to a few ε, never through the arc cosine of a clamped cosine; sums that underflow are redone in log space. The same
 *           numbers as {@link particleFreeEnergyOnTensors}. O(n²d) time, O(nd) memory. NaN propagates.
 * Throws:   InputError E_SHAPE, E_OPTION, E_DOMAIN.
 * Source:   arXiv:2601.19597; the kernel form of the entropy: J. A. Carrillo, K. Craig, F. S. Patacchini, A blob method for diffusion, Calc. Var. 58 (2019).
 */
export function particleFreeEnergy(z: RowMatrix, options: ParticleFreeEnergyOptions): ParticleFreeEnergy {
  const problem = prepareFreeEnergy("particleFreeEnergy", z, options);
  return evaluateFreeEnergy(z, problem, false).energy;
}

/**
 * The free energy of particles with its gradient.
 *
 * Math:     ∂J/∂z_i of {@link particleFreeEnergy}, z_i varied in the ambient space
 * Shapes:   z [n, d] → record with gradient [n, d].
 * Domain:   as particleFreeEnergy.
 * Limits:   as particleFreeEnergy;  the pull of a particle at the antipode → 0, up to rounding;  a clamped pair → 0.
 * Numerics: closed form; a second sweep over the pairs.
 * Throws:   as particleFreeEnergy.
 * Source:   as particleFreeEnergy.
 */
export function particleFreeEnergyGradient(
  z: RowMatrix,
  options: ParticleFreeEnergyOptions,
): ParticleFreeEnergyGradient {
  const problem = prepareFreeEnergy("particleFreeEnergyGradient", z, options);
  return evaluateFreeEnergy(z, problem, true) as ParticleFreeEnergyGradient;
}

/** Options checked against particles, and the kernel tabulated. */
export interface FreeEnergyProblem {
  readonly where: string;
  readonly temperature: number;
  readonly potential: Potential;
  readonly kernel: PreparedKernel;
}

/** Checks particles and options. */
export function prepareFreeEnergy(where: string, z: RowMatrix, options: ParticleFreeEnergyOptions): FreeEnergyProblem {
  const { temperature, potential } = options;
  requirePositive(where, "temperature", temperature);
  requireParticles(where, "z", z, options.form === "leaveOneOut" ? 2 : 1);
  const kernel = prepareKernel(where, options, z.dim);
  return { where, temperature, potential, kernel };
}

/** The energy, and its gradient if wanted; unchecked. */
export function evaluateFreeEnergy(
  z: RowMatrix,
  { where, temperature, potential, kernel }: FreeEnergyProblem,
  wantGradient: boolean,
): { readonly energy: ParticleFreeEnergy; readonly gradient?: Float64Array } {
  const n = z.rows;
  const count = seen(n, kernel.form);
  const sums = selfKernelSums(z, kernel, kernel.form);
  const { values, gradient: force } = evaluatePotential(where, "potential", potential, z);
  const meanPotential = meanOfArray(values);
  const potentialTerm = meanPotential / temperature;
  const crossEntropyTerm = -meanOfArray(logDensities(sums.rows, count, kernel));
  const value = potentialTerm - crossEntropyTerm;
  const energy = { value, potentialTerm, crossEntropyTerm, meanPotential, particles: n };
  if (!wantGradient) return { energy };
  const gradient = ownGradient(sums, new Float64Array(n).fill(1 / n), count, kernel);
  for (let k = 0; k < gradient.length; k++) gradient[k]! += force[k]! / (temperature * n);
  return { energy, gradient };
}
