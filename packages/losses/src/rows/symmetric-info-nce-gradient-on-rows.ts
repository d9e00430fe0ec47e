// Symmetric InfoNCE on rows with its gradients: one sweep for the log-sum-exps, one for the gradient.

import type { Rows } from "@nce-geometry/tensor";
import { directionWeights } from "../contrast/directions.ts";
import type { SymmetricInfoNCEOnRowsOptions } from "../info-nce-options.ts";
import { gradientOnRows } from "./contrast-on-rows.ts";

/** Mean loss of `samples` pairs, its two directions and its gradients; those of rows are [n, d], row-major. */
export interface SymmetricInfoNCEGradient {
  /** Rows of x. */
  readonly samples: number;
  /** ½(forward + backward), or what `forwardWeight` makes of them. */
  readonly loss: number;
  /** Loss of the direction x → y. */
  readonly forward: number;
  /** Loss of the direction y → x. */
  readonly backward: number;
  readonly gradients: { readonly x: Float64Array; readonly y: Float64Array; readonly temperature: number };
}

/**
 * Symmetric InfoNCE of matched rows with its gradients to both sides and to the temperature.
 *
 * Math:     with p the softmax weights over y of each x_i and q those over x of each y_j: ∂L/∂s_ij = (p_ij + q_ij − 2δ_ij)/(2nτ),
 *           carried to the rows by the critic;  ∂L/∂τ = −(1/τ) Σ_ij s_ij ∂L/∂s_ij.
 *           With other options p and q run over the candidates of their denominators, and δ over their targets.
 * Shapes:   x n × d, y n × d → values, gradients [n, d] each and a number. Unit of the values: nats.
 * Domain:   n ≥ 1, τ > 0. Rows are not normalised for you, and gradients are those of the ambient space. NaN gives NaN.
 * Limits:   n = 1 → all 0;  equal rows → ∂L/∂τ = 0;  swapping x and y swaps their gradients.
 * Numerics: 1 − p_ii is the logistic function of the log-odds, so gradients keep their relative accuracy near zero loss and do
 *           not saturate far from it. Cost: two sweeps for both directions, O(n²d); memory O(n·d).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2103.00020; arXiv:2601.19597.
 */
export async function symmetricInfoNCEGradientOnRows(
  x: Rows,
  y: Rows,
  options: SymmetricInfoNCEOnRowsOptions,
): Promise<SymmetricInfoNCEGradient> {
  const where = "symmetricInfoNCEGradientOnRows";
  const directions = directionWeights(where, options);
  const request = { where, x, y, names: { x: "x", y: "y" }, anchors: ["x", "y"], options } as const;
  const { loss, losses, gradients, temperature } = await gradientOnRows(request, directions);
  return {
    samples: x.rows,
    loss,
    forward: losses.x,
    backward: losses.y,
    gradients: { x: gradients.get("x")!.gradient, y: gradients.get("y")!.gradient, temperature },
  };
}
