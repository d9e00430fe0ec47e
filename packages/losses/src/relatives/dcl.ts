import type { Tensor } from "@nce-geometry/tensor";
import type { TemperatureOptions } from "../info-nce-options.ts";
import { twoViewLoss } from "./two-views.ts";

/**
 * Mean decoupled contrastive loss (DCL) of two views: NT-Xent without the positive in the denominator. It may be negative,
 * and it is wherever a positive outweighs all negatives together.
 *
 * Math:     L = (1/2n) Σ_a u_a,  u_a = log Σ_{b≠a,a⁺} e^{(s_ab − s_aa⁺)/τ}, a and b rows of x or y, a⁺ the partner.
 * Shapes:   x [n, d], y [n, d] → []. Unit: nats. Gradients flow to both and to a tensor temperature.
 * Domain:   n ≥ 2, τ > 0. Rows are not normalised for you: apply `normalizeRows` for the cosine. NaN gives NaN.
 * Limits:   equal rows → log(2(n−1));  x = y orthonormal → log(2(n−1)) − 1/τ;  x = y a simplex
 *           → log(2(n−1)) − n/((n−1)τ);  x = y uniform → log(2(n−1)) + E, E that of `uniformInfoNCELimit`;  τ → ∞
 *           → log(2(n−1));  τ → 0: τL → mean of max_b s_ab − s_aa⁺;  swapping x and y changes nothing.
 * Numerics: absolute error of about ε·|s|/τ. The positive always pulls with weight 1/τ, however near its anchor: unlike NT-Xent
 *           the gradient does not vanish when the loss is well minimised. Memory: O(n²).
 * Throws:   InputError E_SHAPE, also for n = 1, where there are no negatives; E_OPTION.
 * Source:   arXiv:2110.06848.
 */
export function dcl(x: Tensor, y: Tensor, options: TemperatureOptions<number | Tensor>): Tensor {
  return twoViewLoss("dcl", x, y, options);
}
