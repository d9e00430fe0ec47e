import { requirePositive } from "../checks.ts";

export interface ConsistencyOptions {
  /** L, a loss of the InfoNCE family, in nats. */
  readonly loss: number;
  /** J_τ, the energy that it is compared with: of the population, or an estimate that does not come from the same terms. */
  readonly energy: number;
  /** N: terms in the denominator of the loss. */
  readonly terms: number;
  /** log V_κ(τ). */
  readonly logKernelVolume: number;
}

/**
 * How far a loss is from its large-batch limit.
 *
 * Math:     L − J_τ − log(N V_κ(τ)), which tends to 0 as N → ∞.
 * Domain:   N > 0.
 * Limits:   exactly 0, up to rounding, for the standard estimate of J from the loss's own terms.
 * Throws:   InputError E_OPTION.
 * Source:   arXiv:2601.19597.
 */
export function consistencyResidual({ loss, energy, terms, logKernelVolume }: ConsistencyOptions): number {
  requirePositive("consistencyResidual", "terms", terms);
  return loss - energy - Math.log(terms) - logKernelVolume;
}
