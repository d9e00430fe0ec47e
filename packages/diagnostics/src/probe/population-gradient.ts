// What a reference pool says about the gradient of the population, and the alignment with it that N negatives can be expected to reach.

import { meanOfArray, type Rows, type RunControl } from "@nce-geometry/tensor";
import { negativesGradient, squaredRowNorms } from "./negatives-gradient.ts";
import { anchorsAt, type ProbeOptions, probeParts } from "./probe-parts.ts";

/** `standard`: the positive is in the denominator, as in InfoNCE. `decoupled`: it is not, as in DCL. */
export type ProbeDenominator = "standard" | "decoupled";

/** Where a handful of rows hold all the weight, the spread that they show is far below that of other pools. */
export const fewestEffective = 20;

/** The population's gradient with respect to each anchor, in squares; the factor 1/(nτ) is left out. */
export interface PopulationGradient {
  readonly temperature: number;
  /** Rows of the reference pool. */
  readonly reference: number;
  /** ‖G_i‖² without the part that the pool's own noise adds; single ones may be negative. */
  readonly squaredNorm: readonly number[];
  /** V_i: the squared error of row i with N negatives is V_i/N. */
  readonly variance: readonly number[];
  /** Mean of 1/Σ_j q_ij² over the reference: below {@link fewestEffective} its variances cannot be trusted. */
  readonly effectiveNegatives: number;
  /** a_i = e^{s_i/τ}/Γ_i: with N negatives the positive holds the mass a_i/(a_i + N). */
  readonly positiveOdds: readonly number[];
}

export interface PopulationGradientOptions extends ProbeOptions, RunControl {
  /** τ > 0. */
  readonly temperature: number;
}

/**
 * The gradient of the large-batch limit with respect to the anchors, as a reference pool of other items shows it.
 *
 * Math:     G_i = E_q̃[w] − y_i, q̃ ∝ q·e^{⟨z_i, w⟩/τ};  V_i = E q̃²‖w − E_q̃ w‖² of the self-normalised mean;  a_i = e^{s_i/τ}/Γ_τ(z_i).
 * Shapes:   x [n, d], y [m, d] of unit rows, map [m] → record of one number per anchor.
 * Domain:   τ > 0; items that are no anchors for both pools.
 * Limits:   τ → ∞ → a_i = 1, G_i = mean w − y_i;  all negatives equal → V_i = 0.
 * Numerics: first-order (delta method) variances; their own relative error is that of Σq², large where few negatives count.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 * Source:   arXiv:2601.19597 for the limit.
 */
export async function populationGradient(
  x: Rows,
  y: Rows,
  options: PopulationGradientOptions,
): Promise<PopulationGradient> {
  const where = "populationGradient";
  const parts = await probeParts(where, x, y, options);
  const { temperature } = options;
  const anchors = anchorsAt(where, parts, temperature);
  return summarizePopulation(
    temperature,
    parts.reference.length,
    negativesGradient(anchors, parts.pool, parts.reference, { withError: true }),
  );
}

export function summarizePopulation(
  temperature: number,
  reference: number,
  { decoupled, logOdds, squaredError, effective }: ReturnType<typeof negativesGradient>,
): PopulationGradient {
  const norms = squaredRowNorms(decoupled, logOdds.length);
  return {
    temperature,
    reference,
    squaredNorm: Array.from(norms, (norm, i) => norm - squaredError![i]!),
    variance: Array.from(squaredError!, (error) => error * reference),
    effectiveNegatives: meanOfArray(effective),
    positiveOdds: Array.from(logOdds, (odds) => Math.exp(Math.log(reference) - odds)),
  };
}

/**
 * The cosine between the gradient from N negatives and the population's that is to be expected, over all anchors together.
 *
 * Math:     Σ u_i G_i²/√(Σ G_i²·Σ u_i²(G_i² + V_i/N)), u_i = N/(N + a_i) with the positive in the denominator, else 1.
 * Domain:   N > 0.
 * Limits:   N → ∞ → 1;  decoupled → (1 + v/N)^{−1/2}, v = ΣV/ΣG²;  NaN where the reference pool shows no gradient beyond its noise, or counts
 *           fewer than {@link fewestEffective} effective negatives.
 * Numerics: a ratio of expectations for the expectation of a ratio; first order in 1/N.
 */
export function expectedAlignment(
  { squaredNorm, variance, positiveOdds, effectiveNegatives }: Omit<PopulationGradient, "temperature" | "reference">,
  negatives: number,
  denominator: ProbeDenominator,
): number {
  if (effectiveNegatives < fewestEffective) return Number.NaN;
  let [shared, whole, noisy] = [0, 0, 0];
  for (const [i, norm] of squaredNorm.entries()) {
    const share = denominator === "standard" ? negatives / (negatives + positiveOdds[i]!) : 1;
    shared += share * norm;
    whole += norm;
    noisy += share ** 2 * (norm + variance[i]! / negatives);
  }
  return whole > 0 && noisy > 0 ? shared / Math.sqrt(whole * noisy) : Number.NaN;
}
