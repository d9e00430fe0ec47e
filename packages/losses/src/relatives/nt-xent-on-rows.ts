import { meanOfArray, type Rows } from "@nce-geometry/tensor";
import type { InfoNCEPerSample } from "../rows/info-nce-summary.ts";
import {
  summarizeTwoViews,
  type TwoViewGradient,
  type TwoViewOnRowsOptions,
  type TwoViewSummary,
  twoViewGradient,
  twoViewMeasures,
} from "./two-views-on-rows.ts";

/** NT-Xent and how much of its denominators the positives hold. */
export interface NTXentSummary extends TwoViewSummary {
  /** Mean over all 2n anchors of e^{−loss}, the share of the positive in the partition function. */
  readonly positiveMass: number;
}

/**
 * NT-Xent of two views as rows of any number.
 *
 * Math:     that of {@link ntXent}; positiveMass = mean e^{−ℓ} over the anchors.
 * Shapes:   x n × d, y n × d → numbers. Unit: nats.
 * Domain:   as {@link ntXent}.
 * Limits:   those of {@link ntXent}; equal rows → positiveMass 1/(2n−1).
 * Numerics: relative error of about ε·|s|/τ, also near zero loss. Cost: three sweeps, O(n²d); memory O(n).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2002.05709.
 */
export async function ntXentOnRows(x: Rows, y: Rows, options: TwoViewOnRowsOptions): Promise<NTXentSummary> {
  const measures = await twoViewMeasures("ntXent", x, y, options);
  const mass = ({ positiveMass }: InfoNCEPerSample): number => meanOfArray(positiveMass);
  return { ...summarizeTwoViews(measures), positiveMass: 0.5 * (mass(measures.x) + mass(measures.y)) };
}

/**
 * NT-Xent of two views with its gradients to both and to the temperature.
 *
 * Math:     ∂L/∂s_ab = (p_ab − [b = a⁺])/(2nτ) over anchors a, carried to the rows by the critic;  ∂L/∂τ = −(1/τ) Σ s ∂L/∂s.
 * Shapes:   x n × d, y n × d → value, gradients [n, d] each and a number. Unit of the value: nats.
 * Domain:   as {@link ntXent}; gradients are those of the ambient space.
 * Limits:   n = 1 → all 0;  equal rows → ∂L/∂τ = 0;  a positive at −1 and negatives at +1 → pulled with full weight 1/(nτ).
 * Numerics: as `infoNCEGradientOnRows`. Cost: six sweeps, O(n²d); memory O(n·d).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2002.05709.
 */
export function ntXentGradientOnRows(x: Rows, y: Rows, options: TwoViewOnRowsOptions): Promise<TwoViewGradient> {
  return twoViewGradient("ntXent", x, y, options);
}
