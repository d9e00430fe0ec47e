// InfoNCE of rows against a pool with its gradients: one sweep for the log-sum-exps, one for the gradient.

import type { Rows } from "@nce-geometry/tensor";
import type { Population } from "../contrast/contrast-options.ts";
import type { PoolInfoNCEOnRowsOptions } from "../info-nce-options.ts";
import { gradientOnRows } from "./contrast-on-rows.ts";
import { poolRequest } from "./pool-info-nce-on-rows.ts";

/** Mean loss of `samples` anchors and its gradients; those of rows are [rows, d], row-major. */
export interface PoolInfoNCEGradient {
  readonly samples: number;
  readonly loss: number;
  readonly gradients: {
    readonly anchors: Float64Array;
    readonly positives: Float64Array;
    readonly negatives: Float64Array;
    readonly temperature: number;
  };
}

/**
 * InfoNCE of pairs against shared negatives with its gradients to all rows and to the temperature.
 *
 * Math:     with p_ij the softmax weights of the negatives and p_i that of the positive: ∂L/∂s(z_i, w_j) = p_ij/(nτ),
 *           ∂L/∂s(z_i, v_i) = −(1 − p_i)/(nτ), carried to the rows by the critic;
 *           ∂L/∂τ = −(1/τ²) mean_i(Σ_j p_ij s(z_i, w_j) − (1 − p_i) s(z_i, v_i)).
 * Shapes:   anchors n × d, positives n × d, negatives m × d → value, gradients of the same shapes and a number. Unit of the
 *           value: nats.
 * Domain:   n ≥ 1, m ≥ 1, τ > 0. Rows are not normalised for you, and gradients are those of the ambient space. NaN gives NaN.
 * Limits:   equal rows → ∂L/∂τ = 0;  `cosine` → ∂L/∂w_j = (1/(nτ)) Σ_i p_ij z_i.
 * Numerics: 1 − p_i is the logistic function of the log-odds, so gradients keep their relative accuracy near zero loss and do
 *           not saturate far from it. Cost: two sweeps, O(n·m·d); memory O((n+m)·d).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:1807.03748; arXiv:2601.19597.
 */
export async function poolInfoNCEGradientOnRows(
  anchors: Rows,
  positives: Rows,
  negatives: Population<Rows>,
  options: PoolInfoNCEOnRowsOptions,
): Promise<PoolInfoNCEGradient> {
  const request = poolRequest("poolInfoNCEGradientOnRows", anchors, positives, negatives, options);
  const { loss, gradients, temperature } = await gradientOnRows(request, [{ side: "x", weight: 1 }]);
  return {
    samples: anchors.rows,
    loss,
    gradients: {
      anchors: gradients.get("x")!.gradient,
      positives: gradients.get("y")!.gradient,
      negatives: gradients.get("reference")!.gradient,
      temperature,
    },
  };
}
