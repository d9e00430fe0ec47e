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
 * Decoupled contrastive loss of two views as rows of any number. It may be negative.
 *
 * Math:     that of {@link dcl}.
 * Shapes:   x n × d, y n × d → numbers. Unit: nats.
 * Domain:   as {@link dcl}.
 * Limits:   those of {@link dcl}.
 * Numerics: absolute error of about ε·|s|/τ. Cost: three sweeps, O(n²d); memory O(n).
 * Throws:   InputError E_SHAPE, also for n = 1; E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2110.06848.
 */
export async function dclOnRows(x: Rows, y: Rows, options: TwoViewOnRowsOptions): Promise<TwoViewSummary> {
  return summarizeTwoViews(await twoViewMeasures("dcl", x, y, options));
}

/**
 * Decoupled contrastive loss of two views with its gradients to both and to the temperature.
 *
 * Math:     ∂L/∂s_ab = (q_ab − [b = a⁺])/(2nτ) over anchors a, q the softmax over the negatives alone, carried to the rows by
 *           the critic;  ∂L/∂τ = −(1/τ) Σ s ∂L/∂s.
 * Shapes:   x n × d, y n × d → value, gradients [n, d] each and a number. Unit of the value: nats.
 * Domain:   as {@link dcl}; gradients are those of the ambient space.
 * Limits:   equal rows → ∂L/∂τ = 0;  x = y orthonormal → ∂L/∂τ = 1/τ².
 * Numerics: weights carry a relative error of about ε·|s|/τ. Cost: six sweeps, O(n²d); memory O(n·d).
 * Throws:   InputError E_SHAPE, also for n = 1; E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2110.06848.
 */
export function dclGradientOnRows(x: Rows, y: Rows, options: TwoViewOnRowsOptions): Promise<TwoViewGradient> {
  return twoViewGradient("dcl", x, y, options);
}
