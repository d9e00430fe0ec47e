import type { Tensor } from "@nce-geometry/tensor";
import type { TemperatureOptions } from "../info-nce-options.ts";
import { twoViewLoss } from "./two-views.ts";

/**
 * Mean decoupled hyperspherical energy loss (DHEL) of two views: a positive against the rows of the anchor's own view alone,
 * so that the two views meet in the positives only. It may be negative.
 *
 * Math:     L = ½(L_x + L_y),  L_x = (1/n) Σ_i [ log Σ_{j≠i} e^{s(x_i,x_j)/τ} − s(x_i, y_i)/τ ], L_y likewise.
 * Shapes:   x [n, d], y [n, d] → []. Unit: nats. Gradients flow to both and to a tensor temperature.
 * Domain:   n ≥ 2, τ > 0. Rows are not normalised for you: apply `normalizeRows` for the cosine. NaN gives NaN.
 * Limits:   equal rows → log(n−1);  x = y orthonormal → log(n−1) − 1/τ;  x = y a simplex → log(n−1) − n/((n−1)τ);  x = y
 *           uniform → log(n−1) + E, E that of `uniformInfoNCELimit`;  τ → ∞ → log(n−1);  τ → 0: τL → mean of
 *           max_{j≠i} s − s⁺;  swapping x and y changes nothing.
 * Numerics: absolute error of about ε·|s|/τ. The positive always pulls with weight 1/τ. Memory: O(n²).
 * Throws:   InputError E_SHAPE, also for n = 1, where there are no negatives; E_OPTION.
 * Source:   arXiv:2405.18045, whose public code adds the two logarithms to one positive: L_x + L_y + mean s⁺/τ.
 */
export function dhel(x: Tensor, y: Tensor, options: TemperatureOptions<number | Tensor>): Tensor {
  return twoViewLoss("dhel", x, y, options);
}
