// In-batch InfoNCE of rows of any number, in O(n) memory beyond the rows. Notation as in ../info-nce.ts.

import { referenceEngine } from "@nce-geometry/pairwise";
import type { Rows } from "@nce-geometry/tensor";
import { type InfoNCEOnRowsOptions, resolveCritic } from "../info-nce-options.ts";
import { checkPairs, shapeOfRows } from "../shape-checks.ts";
import { type InfoNCEPerSample, type InfoNCESummary, summarizeInfoNCE } from "./info-nce-summary.ts";
import { measuresOf, sumOverNegatives } from "./log-odds.ts";
import { positiveScores } from "./positive-pairs.ts";

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
  return summarizeInfoNCE(await perSample("infoNCEOnRows", anchors, positives, options));
}

/**
 * In-batch InfoNCE measures of each anchor; `summarizeInfoNCE` turns them into means.
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
export function infoNCEPerSampleOnRows(
  anchors: Rows,
  positives: Rows,
  options: InfoNCEOnRowsOptions,
): Promise<InfoNCEPerSample> {
  return perSample("infoNCEPerSampleOnRows", anchors, positives, options);
}

async function perSample(
  where: string,
  anchors: Rows,
  positives: Rows,
  options: InfoNCEOnRowsOptions,
): Promise<InfoNCEPerSample> {
  checkPairs(where, shapeOfRows(where, "anchors", anchors), shapeOfRows(where, "positives", positives));
  const critic = resolveCritic(where, options);
  const { temperature, engine = referenceEngine(), signal } = options;
  const positive = await positiveScores({ x: anchors, y: positives, critic }, signal);
  const sweep = { engine, critic, temperature, inBatch: true };
  const negatives = await sumOverNegatives(anchors, positives, sweep, options);
  return { ...measuresOf(negatives.rows, positive, temperature), negatives: anchors.rows - 1 };
}
