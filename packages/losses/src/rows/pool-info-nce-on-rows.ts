// InfoNCE of rows against a shared pool of negatives, in O(n + m) memory beyond the rows. Notation as in ../pool-info-nce.ts.

import type { Rows } from "@nce-geometry/tensor";
import type { Population } from "../contrast/contrast-options.ts";
import type { PoolInfoNCEOnRowsOptions } from "../info-nce-options.ts";
import { measuresOnRows, type RowsRequest } from "./contrast-on-rows.ts";
import { type InfoNCEPerSample, type InfoNCESummary, summarizeInfoNCE } from "./info-nce-summary.ts";

/**
 * InfoNCE of pairs against shared negatives with its positive mass, effective number of negatives and decoupled loss.
 *
 * Math:     means over i of the measures of {@link poolInfoNCEPerSampleOnRows}.
 * Shapes:   anchors n × d, positives n × d, negatives m × d → numbers with standard errors. Unit of losses: nats.
 * Domain:   n ≥ 1, m ≥ 1, τ > 0. Rows are not normalised for you. NaN gives NaN.
 * Limits:   those of `poolInfoNCE` and `poolInfoNCEStatistics` on tensors.
 * Numerics: see {@link poolInfoNCEPerSampleOnRows}. Cost: one sweep, O(n·m·d).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:1807.03748; arXiv:2601.19597.
 */
export async function poolInfoNCEOnRows(
  anchors: Rows,
  positives: Rows,
  negatives: Population<Rows>,
  options: PoolInfoNCEOnRowsOptions,
): Promise<InfoNCESummary> {
  const measures = await measuresOnRows(poolRequest("poolInfoNCEOnRows", anchors, positives, negatives, options));
  const { perSample, weights } = measures("x");
  return summarizeInfoNCE(perSample, { weights });
}

/**
 * InfoNCE measures of each pair against shared negatives; `summarizeInfoNCE` turns them into means.
 *
 * Math:     with u_i = log Σ_j e^{(s(z_i, w_j) − s(z_i, v_i))/τ}: loss ℓ_i = softplus(u_i); decoupledLoss u_i; positiveMass
 *           p_i = e^{−ℓ_i}; effectiveNegatives 1/Σ_j p_ij²; conditionalEffectiveNegatives (1 − p_i)²/Σ_j p_ij².
 * Shapes:   anchors n × d, positives n × d, negatives m × d → arrays [n].
 * Domain:   as {@link poolInfoNCEOnRows}.
 * Limits:   those of `poolInfoNCEStatistics` on tensors, for each anchor.
 * Numerics: relative error of about ε·|s|/τ, also near zero loss, ε that of the engine's scores. Cost: one sweep, O(n·m·d).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:1807.03748; arXiv:2601.19597.
 */
export async function poolInfoNCEPerSampleOnRows(
  anchors: Rows,
  positives: Rows,
  negatives: Population<Rows>,
  options: PoolInfoNCEOnRowsOptions,
): Promise<InfoNCEPerSample> {
  const request = poolRequest("poolInfoNCEPerSampleOnRows", anchors, positives, negatives, options);
  return (await measuresOnRows(request))("x").perSample;
}

/** A pool is the reference of its anchors. */
export function poolRequest(
  where: string,
  anchors: Rows,
  positives: Rows,
  negatives: Population<Rows>,
  options: PoolInfoNCEOnRowsOptions,
): RowsRequest {
  return {
    where,
    x: anchors,
    y: positives,
    names: { x: "anchors", y: "positives", reference: "negatives" },
    anchors: ["x"],
    options: { ...options, denominator: "reference", reference: negatives },
  };
}
