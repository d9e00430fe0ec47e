// In-batch InfoNCE on rows with its gradients: one sweep for the log-sum-exps, one for the gradient.

import type { Rows } from "@nce-geometry/tensor";
import type { InfoNCEOnRowsOptions } from "../info-nce-options.ts";
import { gradientOnRows } from "./contrast-on-rows.ts";

/** Mean loss of `samples` anchors and its gradients; those of rows are [n, d], row-major. */
export interface InfoNCEGradient {
  readonly samples: number;
  readonly loss: number;
  readonly gradients: {
    readonly anchors: Float64Array;
    readonly positives: Float64Array;
    readonly temperature: number;
  };
}

/**
 * In-batch InfoNCE of matched rows with its gradients to both sides and to the temperature.
 *
 * Math:     ∂L/∂s_ij = (p_ij − δ_ij)/(nτ), carried to the rows by the critic;  ∂L/∂τ = −(1/τ²) mean_i(Σ_j p_ij s_ij − s_ii).
 *           With other options p runs over the candidates of their denominators, and δ over their targets.
 * Shapes:   anchors n × d, positives n × d → value, gradients [n, d] each and a number. Unit of the value: nats.
 * Domain:   n ≥ 1, τ > 0. Rows are not normalised for you, and gradients are those of the ambient space. NaN gives NaN.
 * Limits:   n = 1 → all 0;  equal rows, n ≥ 1 → ∂L/∂τ = 0;  `cosine` → ∂L/∂a_i = (1/(nτ))(Σ_j p_ij v_j − v_i).
 * Numerics: 1 − p_ii is the logistic function of the log-odds, so gradients keep their relative accuracy near zero loss and do
 *           not saturate far from it. Cost: two sweeps, O(n²d); memory O(n·d).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:1807.03748; arXiv:2601.19597.
 */
export async function infoNCEGradientOnRows(
  anchors: Rows,
  positives: Rows,
  options: InfoNCEOnRowsOptions,
): Promise<InfoNCEGradient> {
  const where = "infoNCEGradientOnRows";
  const request = { where, x: anchors, y: positives, names: { x: "anchors", y: "positives" }, options } as const;
  const { loss, gradients, temperature } = await gradientOnRows({ ...request, anchors: ["x"] }, [
    { side: "x", weight: 1 },
  ]);
  return {
    samples: anchors.rows,
    loss,
    gradients: {
      anchors: gradients.get("x")!.gradient,
      positives: gradients.get("y")!.gradient,
      temperature,
    },
  };
}
