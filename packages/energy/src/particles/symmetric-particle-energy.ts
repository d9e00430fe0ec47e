// The smoothed symmetric energy of two clouds of particles, on rows: value, terms and gradients by fused sums over all pairs.

import { type DenominatorKind, meanOfArray, type RowMatrix } from "@nce-geometry/tensor";
import { evaluateDenominator } from "./denominator-term.ts";
import type { ParticleDensityOptions } from "./particle-options.ts";
import { evaluatePotential, type Potential } from "./potential.ts";
import { type Clouds, prepareSymmetricEnergy, type SymmetricProblem } from "./symmetric-problem.ts";

/**
 * Where the potentials come from. `pairs`: particle i of one cloud is the partner of particle i of the other, U = −⟨x_i, y_i⟩, as in the loss itself.
 * `fields`: two functions of a point, U_{1→2} for the first cloud and U_{2→1} for the second.
 */
export type CloudPotentials =
  | { readonly kind: "pairs" }
  | { readonly kind: "fields"; readonly first: Potential; readonly second: Potential };

export interface SymmetricParticleEnergyOptions extends ParticleDensityOptions {
  /** Temperature τ > 0. */
  readonly temperature: number;
  readonly potentials: CloudPotentials;
  /** Which population stands in the denominator. @defaultValue "cross", as in CLIP */
  readonly denominator?: DenominatorKind;
  /** λ ≥ 0, the weight of `own` mixed into the denominator, which keeps 1 − λ; with `cross` this adds λ·D_S. @defaultValue 0 */
  readonly ownWeight?: number;
  /** Particles of the reference population, [m, d]; for `denominator: "reference"`. */
  readonly reference?: RowMatrix;
}

/** The terms of the energy, in nats but for the mean potentials. */
export interface SymmetricParticleEnergy {
  /** potentialTerm + denominatorTerm. */
  readonly value: number;
  /** ½(⟨U_{1→2}⟩ + ⟨U_{2→1}⟩)/τ. */
  readonly potentialTerm: number;
  /** (1 − λ)·½Σ E_{q_i} log f̂_i + λ·½Σ E_{q_i} log ρ̂_i. */
  readonly denominatorTerm: number;
  /** [⟨U_{1→2}⟩, ⟨U_{2→1}⟩], in their unit. */
  readonly meanPotentials: readonly [number, number];
  /** Particles of each cloud. */
  readonly particles: readonly [number, number];
}

export interface SymmetricParticleEnergyGradient {
  readonly energy: SymmetricParticleEnergy;
  /** In ambient coordinates, [n, d] and [m, d]; only the tangential parts matter. */
  readonly gradients: readonly [Float64Array, Float64Array];
}

/**
 * Smoothed symmetric energy J^Sym of two clouds of particles on the unit sphere, with the denominator as an option.
 *
 * Math:     J = ½Σ_i ⟨U_i⟩/τ + ½Σ_i E_{q_i} log f̂_i,  f̂: cross the other cloud's kernel density, own the cloud's own, pooled ½ρ̂₁ + ½ρ̂₂, reference
 *           that of fixed particles;  λ: (1 − λ) of that and λ of own
 * Shapes:   x [n, d], y [m, d] → record. Unit: nats.
 * Domain:   d ≥ 2; unit rows within 1e-6; τ > 0, h > 0, λ ≥ 0; pairs: n = m; own particles are looked at: with `leaveOneOut` n, m ≥ 2.
 * Limits:   pairs, cross, von Mises–Fisher with h² = τ → symmetric InfoNCE − log n − log V_κ(τ);  λ = 1 → own;  x = y, `all`: cross = own = pooled;
 *           swapping clouds and potentials changes nothing.
 * Numerics: as particleFreeEnergy. The same numbers as {@link symmetricParticleEnergyOnTensors}.
 * Throws:   InputError E_SHAPE, E_OPTION, E_DOMAIN.
 * Source:   arXiv:2601.19597.
 */
export function symmetricParticleEnergy(
  x: RowMatrix,
  y: RowMatrix,
  options: SymmetricParticleEnergyOptions,
): SymmetricParticleEnergy {
  const problem = prepareSymmetricEnergy("symmetricParticleEnergy", [x, y], options);
  return evaluateSymmetricEnergy([x, y], problem, false).energy;
}

/**
 * The smoothed symmetric energy with its gradients.
 *
 * Math:     ∂J/∂x_i, ∂J/∂y_j of {@link symmetricParticleEnergy}, varied in the ambient space
 * Shapes:   x [n, d], y [m, d] → record with gradients [n, d], [m, d].
 * Domain:   as symmetricParticleEnergy; reference particles do not move.
 * Limits:   as symmetricParticleEnergy.
 * Numerics: closed form; a second sweep over the pairs.
 * Throws:   as symmetricParticleEnergy.
 * Source:   as symmetricParticleEnergy.
 */
export function symmetricParticleEnergyGradient(
  x: RowMatrix,
  y: RowMatrix,
  options: SymmetricParticleEnergyOptions,
): SymmetricParticleEnergyGradient {
  const problem = prepareSymmetricEnergy("symmetricParticleEnergyGradient", [x, y], options);
  return evaluateSymmetricEnergy([x, y], problem, true) as SymmetricParticleEnergyGradient;
}

/** The energy, and its gradients if wanted; unchecked. */
export function evaluateSymmetricEnergy(
  clouds: Clouds,
  problem: SymmetricProblem,
  wantGradient: boolean,
): { readonly energy: SymmetricParticleEnergy; readonly gradients?: readonly [Float64Array, Float64Array] } {
  const { means: meanPotentials, gradients: forces } = evaluatePotentials(clouds, problem);
  const potentialTerm = (meanPotentials[0] + meanPotentials[1]) / (2 * problem.temperature);
  const term = evaluateDenominator(clouds, problem);
  const particles = [clouds[0].rows, clouds[1].rows] as const;
  const value = potentialTerm + term.value;
  const energy = { value, potentialTerm, denominatorTerm: term.value, meanPotentials, particles };
  if (!wantGradient) return { energy };
  const gradients = term.gradients();
  for (const a of [0, 1] as const) {
    const scale = 1 / (2 * problem.temperature * clouds[a].rows);
    for (let k = 0; k < gradients[a].length; k++) gradients[a][k]! += scale * forces[a][k]!;
  }
  return { energy, gradients };
}

/** Mean potentials, and n_i times the gradient of each cloud's share of their sum. */
function evaluatePotentials(
  [x, y]: Clouds,
  { where, potentials }: SymmetricProblem,
): { readonly means: readonly [number, number]; readonly gradients: readonly [Float64Array, Float64Array] } {
  if (potentials.kind === "fields") {
    const first = evaluatePotential(where, "potentials.first", potentials.first, x);
    const second = evaluatePotential(where, "potentials.second", potentials.second, y);
    const means = [meanOfArray(first.values), meanOfArray(second.values)] as const;
    return { means, gradients: [first.gradient, second.gradient] };
  }
  const negated = new Float64Array(x.rows);
  for (let k = 0; k < x.data.length; k++) negated[Math.floor(k / x.dim)]! -= x.data[k]! * y.data[k]!;
  const mean = meanOfArray(negated);
  // Both means are this one, so that each particle feels its partner twice.
  const pull = ({ data }: RowMatrix): Float64Array => Float64Array.from(data, (value) => -2 * value);
  return { means: [mean, mean], gradients: [pull(y), pull(x)] };
}
