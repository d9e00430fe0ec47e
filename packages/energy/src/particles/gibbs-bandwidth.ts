import { requirePositive } from "../checks.ts";

export interface GibbsBandwidthOptions {
  /** Temperature τ > 0. */
  readonly temperature: number;
  /** Curvature c > 0 of U at the bottom of its wells, per radian²: the Gibbs law there has the width √(τ/c). @defaultValue 1, that of −⟨z, m⟩ */
  readonly curvature?: number;
  /** Largest bandwidth in radians, for temperatures at which the law is nearly uniform. @defaultValue 0.2: 1.5 times the spacing of 768 particles all over S² */
  readonly widest?: number;
}

/**
 * A bandwidth tied to the temperature, with which the blob flow ends near the exact Gibbs law.
 *
 * Math:     h = min(widest, 0.35·√(τ/c));  among Gaussian laws in a quadratic well, v = τ/c, with a Gaussian kernel, the energy is least where the
 *           variance is w − h² with w² = v·w + v·h²: v(1 − a² + 2a³ − …), a = h²/v; a = 0.1225 makes it 1.2 % too small
 * Shapes:   → number. Unit: rad.
 * Limits:   τ ≥ c·(widest/0.35)², 0.33 by default → widest;  τ → 0 → 0 like √τ.
 * Domain:   τ, c, widest > 0. The particles must still resolve it: their spacing within a well, about √(2πτ/(c·n))·wells, well below h.
 * Throws:   InputError E_OPTION.
 * Source:   classical: bias of kernel estimates; J. A. Carrillo, K. Craig, F. S. Patacchini, Calc. Var. 58 (2019) for the flow.
 */
export function gibbsBandwidth(options: GibbsBandwidthOptions): number {
  const { temperature, curvature = 1, widest = 0.2 } = options;
  const where = "gibbsBandwidth";
  requirePositive(where, "temperature", temperature);
  requirePositive(where, "curvature", curvature);
  requirePositive(where, "widest", widest);
  return Math.min(widest, 0.35 * Math.sqrt(temperature / curvature));
}
