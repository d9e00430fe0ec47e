// InfoNCE on tensors against a pool of negatives that all anchors share.
//
// Notation: s the critic, z_i anchors, v_i their positives, w_j negatives, τ the temperature, ℓ_i the loss of anchor i.

import type { Tensor } from "@nce-geometry/tensor";
import type { Population } from "./contrast/contrast-options.ts";
import type { InfoNCEStatistics } from "./info-nce-measures.ts";
import type { PoolInfoNCEOptions } from "./info-nce-options.ts";
import { type Contrast, type ContrastRequest, contrast } from "./tensors/contrast-on-tensors.ts";

/**
 * Mean InfoNCE loss of pairs against shared negatives, which may stand for a population: `infoNCE` with `denominator: "reference"`.
 *
 * Math:     L = (1/n) Σ_i ℓ_i,  ℓ_i = −s(z_i, v_i)/τ + log( e^{s(z_i, v_i)/τ} + Σ_j e^{s(z_i, w_j)/τ} ).
 * Shapes:   anchors [n, d], positives [n, d], negatives [m, d] → []. Unit: nats. Gradients flow to all three and to a tensor
 *           temperature.
 * Domain:   n ≥ 1, m ≥ 1, τ > 0. Rows are not normalised for you: apply `normalizeRows` for the cosine. NaN gives NaN.
 * Limits:   equal rows → log(m+1);  negatives orthogonal to unit pairs → log1p(m·e^{−1/τ});  τ → ∞ → log(m+1).
 * Numerics: see {@link poolInfoNCEPerSample}. Memory: O(n·m).
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   arXiv:1807.03748; arXiv:2601.19597.
 */
export function poolInfoNCE(
  anchors: Tensor,
  positives: Tensor,
  negatives: Population<Tensor>,
  options: PoolInfoNCEOptions,
): Tensor {
  return contrast(request("poolInfoNCE", anchors, positives, negatives, options), "losses", ({ mean }) => mean("x"));
}

/**
 * InfoNCE loss of each pair against shared negatives.
 *
 * Math:     ℓ_i = softplus(u_i),  u_i = log Σ_j e^{(s(z_i, w_j) − s(z_i, v_i))/τ}.
 * Shapes:   anchors [n, d], positives [n, d], negatives [m, d] → [n]. Unit: nats.
 * Domain:   as {@link poolInfoNCE}.
 * Limits:   as {@link poolInfoNCE}, for each anchor.
 * Numerics: relative error of about ε·|s|/τ, also near zero loss; no saturation, however far a negative leads.
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   arXiv:1807.03748; arXiv:2601.19597.
 */
export function poolInfoNCEPerSample(
  anchors: Tensor,
  positives: Tensor,
  negatives: Population<Tensor>,
  options: PoolInfoNCEOptions,
): Tensor {
  const where = "poolInfoNCEPerSample";
  return contrast(request(where, anchors, positives, negatives, options), "losses", ({ losses }) => losses("x"));
}

/**
 * The loss against a pool with the mass of the positive, the effective number of negatives and the decoupled loss.
 *
 * Math:     with p_i the softmax weight of the positive and p_ij those of the negatives: positiveMass p_i = e^{−ℓ_i};
 *           effectiveNegatives 1/Σ_j p_ij²;  conditionalEffectiveNegatives (1 − p_i)²/Σ_j p_ij²;  decoupledLoss u_i. The fields
 *           are means over i; `perSample` holds the terms.
 * Shapes:   anchors [n, d], positives [n, d], negatives [m, d] → [] each, `perSample` [n] each.
 * Domain:   as {@link poolInfoNCE}.
 * Limits:   equal rows → p_i = 1/(m+1), effectiveNegatives (m+1)²/m, conditional m, decoupled log m.
 * Numerics: in log space; effectiveNegatives is ∞ where it exceeds the range of the float type.
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   arXiv:2601.19597; decoupled loss: arXiv:2110.06848.
 */
export function poolInfoNCEStatistics(
  anchors: Tensor,
  positives: Tensor,
  negatives: Population<Tensor>,
  options: PoolInfoNCEOptions,
): InfoNCEStatistics {
  const where = "poolInfoNCEStatistics";
  const statistics = (of: Contrast) => of.statistics("x");
  return contrast(request(where, anchors, positives, negatives, options), "statistics", statistics);
}

function request(
  where: string,
  anchors: Tensor,
  positives: Tensor,
  negatives: Population<Tensor>,
  options: PoolInfoNCEOptions,
): ContrastRequest {
  return {
    where,
    x: anchors,
    y: positives,
    names: { x: "anchors", y: "positives", reference: "negatives" },
    anchors: ["x"],
    options: { ...options, denominator: "reference", reference: negatives },
  };
}
