import type { Tensor } from "@nce-geometry/tensor";
import type { TemperatureOptions } from "../info-nce-options.ts";
import { twoViewLoss } from "./two-views.ts";

/**
 * Mean NT-Xent loss of two views, that of SimCLR: each of the 2n rows picks its partner among the 2n − 1 others.
 *
 * Math:     L = (1/2n) Σ_a softplus(u_a),  u_a = log Σ_{b≠a,a⁺} e^{(s_ab − s_aa⁺)/τ}, a and b rows of x or y, a⁺ the partner.
 * Shapes:   x [n, d], y [n, d] → []. Unit: nats. Gradients flow to both and to a tensor temperature.
 * Domain:   n ≥ 1, τ > 0. Rows are not normalised for you: apply `normalizeRows` for the cosine. NaN gives NaN.
 * Limits:   n = 1 → exactly 0;  equal rows → log(2n − 1);  x = y orthonormal → log1p(2(n−1)e^{−1/τ});  x = y a simplex
 *           → log1p(2(n−1)e^{−n/((n−1)τ)});  x = y uniform → log(2n) + E, E that of `uniformInfoNCELimit`, as the share of the
 *           positive vanishes;  τ → ∞ → log(2n − 1);  τ → 0: τL → mean of max(0, max_b s_ab − s_aa⁺);  swapping x and y
 *           changes nothing.
 * Numerics: relative error of about ε·|s|/τ, also near zero loss; nothing saturates where a negative leads by hundreds of nats.
 *           Memory: O(n²).
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   arXiv:2002.05709.
 */
export function ntXent(x: Tensor, y: Tensor, options: TemperatureOptions<number | Tensor>): Tensor {
  return twoViewLoss("ntXent", x, y, options);
}
