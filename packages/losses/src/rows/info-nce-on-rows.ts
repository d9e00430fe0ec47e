// In-batch InfoNCE of rows of any number, in O(n) memory beyond the rows. Notation as in ../info-nce.ts.

import type { Rows } from "@nce-geometry/tensor";
import type { InfoNCEOnRowsOptions } from "../info-nce-options.ts";
import { measuresOnRows } from "./contrast-on-rows.ts";
import { type InfoNCEPerSample, type InfoNCESummary, summarizeInfoNCE } from "./info-nce-summary.ts";

/**
 * In-batch InfoNCE of matched rows with its positive mass, effective number of negatives and decoupled loss.
 *
 * Math:     means over i of the measures of {@link infoNCEPerSampleOnRows}.
 * Shapes:   anchors n × d, positives n × d → numbers with standard errors. Unit of losses: nats.
 * Domain:   n ≥ 1, τ > 0. Rows are not normalised for you. NaN gives NaN.
 * Limits:   those of `infoNCE` and `infoNCEStatistics` on tensors.
 * Numerics: see {@link infoNCEPerSampleOnRows}. Cost: one sweep, O(n²d).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:1807.03748; arXiv:2601.19597.
 */
export async function infoNCEOnRows(
  anchors: Rows,
  positives: Rows,
  options: InfoNCEOnRowsOptions,
): Promise<InfoNCESummary> {
  const measures = await measuresOnRows({ where: "infoNCEOnRows", x: anchors, y: positives, options, ...request });
  const { perSample, weights } = measures("x");
  return summarizeInfoNCE(perSample, { weights });
}

/**
 * In-batch InfoNCE measures of each anchor; `summarizeInfoNCE` turns them into means (weights of the options are its business).
 *
 * Math:     with u_i = log Σ_{j≠i} e^{(s_ij − s_ii)/τ}: loss ℓ_i = softplus(u_i); decoupledLoss u_i; positiveMass p_ii = e^{−ℓ_i};
 *           effectiveNegatives 1/Σ_{j≠i} p_ij²; conditionalEffectiveNegatives (1 − p_ii)²/Σ_{j≠i} p_ij².
 * Shapes:   anchors n × d, positives n × d → arrays [n].
 * Domain:   as {@link infoNCEOnRows}.
 * Limits:   those of `infoNCEStatistics` on tensors, for each anchor.
 * Numerics: relative error of about ε·|s|/τ, also near zero loss, ε that of the engine's scores. Cost: one sweep, O(n²d).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:1807.03748; arXiv:2601.19597.
 */
export async function infoNCEPerSampleOnRows(
  anchors: Rows,
  positives: Rows,
  options: InfoNCEOnRowsOptions,
): Promise<InfoNCEPerSample> {
  const where = "infoNCEPerSampleOnRows";
  return (await measuresOnRows({ where, x: anchors, y: positives, options, ...request }))("x").perSample;
}

const request = { names: { x: "anchors", y: "positives" }, anchors: ["x"] } as const;
