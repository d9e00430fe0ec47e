// In-batch InfoNCE on tensors: the negatives of an anchor are the positives of the others.
//
// Notation: s_ij = s(a_i, p_j) the critic, τ the temperature, ℓ_i the loss of anchor i, p_ij its softmax weights.

import type { Tensor } from "@nce-geometry/tensor";
import type { InfoNCEStatistics } from "./info-nce-measures.ts";
import type { InfoNCEOptions } from "./info-nce-options.ts";
import { type Contrast, contrast } from "./tensors/contrast-on-tensors.ts";

/**
 * Mean InfoNCE loss of matched rows: how badly each anchor picks its own positive among all n.
 *
 * Math:     L = (1/n) Σ_i ℓ_i,  ℓ_i = −s_ii/τ + log Σ_j e^{s_ij/τ}. The options exchange the population in the sum, take the
 *           positive out of it, admit several positives, smooth the target and weigh the anchors.
 * Shapes:   anchors [n, d], positives [n, d] (with groups or a mask [m, d]) → []. Unit: nats. Gradients flow to both, to a
 *           tensor temperature, and to a reference and a bank that are differentiated.
 * Domain:   n ≥ 1, τ > 0. Rows are not normalised for you: apply `normalizeRows` for the cosine. NaN gives NaN.
 * Limits:   n = 1 → exactly 0;  equal rows → log n;  orthonormal pairs → log1p((n−1)·e^{−1/τ});  simplex
 *           → log1p((n−1)·e^{−n/((n−1)τ)});  τ → ∞ → log n. Equal rows with `pooled` → log(2n−1), with m reference rows
 *           → log(m+1), without the positive log of one less.
 * Numerics: see {@link infoNCEPerSample}. Memory: O(n²).
 * Throws:   InputError E_SHAPE, E_OPTION, E_DOMAIN (a group without a positive).
 * Source:   arXiv:1807.03748; arXiv:2601.19597.
 */
export function infoNCE(anchors: Tensor, positives: Tensor, options: InfoNCEOptions): Tensor {
  return contrast({ where: "infoNCE", x: anchors, y: positives, options, ...request }, "losses", ({ mean }) =>
    mean("x"),
  );
}

/**
 * InfoNCE loss of each anchor.
 *
 * Math:     ℓ_i = softplus(u_i),  u_i = log Σ_{j≠i} e^{(s_ij − s_ii)/τ}; without the positive u_i itself.
 * Shapes:   anchors [n, d], positives [n, d] → [n]. Unit: nats.
 * Domain:   as {@link infoNCE}.
 * Limits:   as {@link infoNCE}, for each anchor.
 * Numerics: the scores carry an error of about ε·|s|, hence ℓ_i a relative one of about ε·|s|/τ, also where ℓ_i is near zero
 *           (it would be lost in log Σ_j e^{s_ij/τ} − s_ii/τ). Nothing saturates: where a negative beats the positive by
 *           hundreds of nats, ℓ_i is that difference and its gradient stays exact.
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   arXiv:1807.03748; arXiv:2601.19597.
 */
export function infoNCEPerSample(anchors: Tensor, positives: Tensor, options: InfoNCEOptions): Tensor {
  const where = "infoNCEPerSample";
  return contrast({ where, x: anchors, y: positives, options, ...request }, "losses", ({ losses }) => losses("x"));
}

/**
 * The loss with what is needed to judge it: mass of the positive, effective number of negatives, decoupled loss.
 *
 * Math:     positiveMass p_ii = e^{−ℓ_i};  effectiveNegatives 1/Σ_{j≠i} p_ij²;  conditionalEffectiveNegatives
 *           (1 − p_ii)²/Σ_{j≠i} p_ij²;  decoupledLoss u_i. The fields are means over i; `perSample` holds the terms.
 * Shapes:   anchors [n, d], positives [n, d] → [] each, `perSample` [n] each.
 * Domain:   as {@link infoNCE}.
 * Limits:   equal rows → p_ii = 1/n, effectiveNegatives n²/(n−1), conditional n−1, decoupled log(n−1);  n = 1 → p_ii = 1, no
 *           negatives (0) and decoupledLoss −∞.
 * Numerics: in log space; effectiveNegatives is ∞ where it exceeds the range of the float type.
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   arXiv:2601.19597; decoupled loss: arXiv:2110.06848.
 */
export function infoNCEStatistics(anchors: Tensor, positives: Tensor, options: InfoNCEOptions): InfoNCEStatistics {
  const where = "infoNCEStatistics";
  const statistics = (of: Contrast) => of.statistics("x");
  return contrast({ where, x: anchors, y: positives, options, ...request }, "statistics", statistics);
}

const request = { names: { x: "anchors", y: "positives" }, anchors: ["x"] } as const;
