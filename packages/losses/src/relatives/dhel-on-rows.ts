import type { Rows } from "@nce-geometry/tensor";
import {
  summarizeTwoViews,
  type TwoViewGradient,
  type TwoViewOnRowsOptions,
  type TwoViewSummary,
  twoViewGradient,
  twoViewMeasures,
} from "./two-views-on-rows.ts";

/**
 * Decoupled hyperspherical energy loss of two views as rows of any number. It may be negative.
 *
 * Math:     that of {@link dhel}.
 * Shapes:   x n × d, y n × d → numbers. Unit: nats.
 * Domain:   as {@link dhel}.
 * Limits:   those of {@link dhel}.
 * Numerics: absolute error of about ε·|s|/τ. Cost: two sweeps, O(n²d); memory O(n).
 * Throws:   InputError E_SHAPE, also for n = 1; E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2405.18045.
 */
export async function dhelOnRows(x: Rows, y: Rows, options: TwoViewOnRowsOptions): Promise<TwoViewSummary> {
  return summarizeTwoViews(await twoViewMeasures("dhel", x, y, options));
}

/**
 * Decoupled hyperspherical energy loss of two views with its gradients to both and to the temperature.
 *
 * Math:     ∂L/∂s(x_i, x_j) = q_ij/(2nτ), q the softmax over j ≠ i, and likewise in y;  ∂L/∂s(x_i, y_i) = −1/(nτ);  carried to
 *           the rows by the critic;  ∂L/∂τ = −(1/τ) Σ s ∂L/∂s.
 * Shapes:   x n × d, y n × d → value, gradients [n, d] each and a number. Unit of the value: nats.
 * Domain:   as {@link dhel}; gradients are those of the ambient space.
 * Limits:   equal rows → ∂L/∂τ = 0;  x = y orthonormal → ∂L/∂τ = 1/τ².
 * Numerics: weights carry a relative error of about ε·|s|/τ. Cost: four sweeps, O(n²d); memory O(n·d).
 * Throws:   InputError E_SHAPE, also for n = 1; E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2405.18045.
 */
export function dhelGradientOnRows(x: Rows, y: Rows, options: TwoViewOnRowsOptions): Promise<TwoViewGradient> {
  return twoViewGradient("dhel", x, y, options);
}
