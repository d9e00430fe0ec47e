// In-batch InfoNCE on tensors: the negatives of an anchor are the positives of the others.
//
// Notation: s_ij = s(a_i, p_j) the critic, τ the temperature, ℓ_i the loss of anchor i, p_ij its softmax weights.

import { logSumExp, mean, scoreMatrix, scorePerSample, softplus, sub, type Tensor } from "@nce-geometry/tensor";
import { inScope } from "./in-scope.ts";
import { type InfoNCEStatistics, statisticsOfLogits, statisticsWithoutNegatives } from "./info-nce-measures.ts";
import { type InfoNCEOptions, resolveCritic } from "./info-nce-options.ts";
import { relativeLogits } from "./relative-logits.ts";
import { checkPairs } from "./shape-checks.ts";

/**
 * Mean InfoNCE loss of matched rows: how badly each anchor picks its own positive among all n.
 *
 * Math:     L = (1/n) Σ_i ℓ_i,  ℓ_i = −s_ii/τ + log Σ_j e^{s_ij/τ}.
 * Shapes:   anchors [n, d], positives [n, d] → []. Unit: nats. Gradients flow to both and to a tensor temperature.
 * Domain:   n ≥ 1, τ > 0. Rows are not normalised for you: apply `normalizeRows` for the cosine. NaN gives NaN.
 * Limits:   n = 1 → exactly 0;  equal rows → log n;  orthonormal pairs → log1p((n−1)·e^{−1/τ});  simplex
 *           → log1p((n−1)·e^{−n/((n−1)τ)});  τ → ∞ → log n.
 * Numerics: see {@link infoNCEPerSample}. Memory: O(n²).
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   arXiv:1807.03748; arXiv:2601.19597.
 */
export function infoNCE(anchors: Tensor, positives: Tensor, options: InfoNCEOptions): Tensor {
  return inScope([anchors, positives, options.temperature], () =>
    mean(perSample("infoNCE", anchors, positives, options)),
  );
}

/**
 * InfoNCE loss of each anchor.
 *
 * Math:     ℓ_i = softplus(u_i),  u_i = log Σ_{j≠i} e^{(s_ij − s_ii)/τ}.
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
  return inScope([anchors, positives, options.temperature], () =>
    perSample("infoNCEPerSample", anchors, positives, options),
  );
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
  return inScope([anchors, positives, options.temperature], () => {
    const { positive, logits } = inBatchLogits("infoNCEStatistics", anchors, positives, options);
    return logits === undefined ? statisticsWithoutNegatives(positive) : statisticsOfLogits(logits, 1);
  });
}

function perSample(where: string, anchors: Tensor, positives: Tensor, options: InfoNCEOptions): Tensor {
  const { positive, logits } = inBatchLogits(where, anchors, positives, options);
  return logits === undefined ? sub(positive, positive) : softplus(logSumExp(logits, { axis: 1 }));
}

/** Scores of the positives, and the logits of the negatives relative to them unless there are none. */
function inBatchLogits(
  where: string,
  anchors: Tensor,
  positives: Tensor,
  options: InfoNCEOptions,
): { readonly positive: Tensor; readonly logits: Tensor | undefined } {
  checkPairs(where, { name: "anchors", shape: anchors.shape }, { name: "positives", shape: positives.shape });
  const critic = resolveCritic(where, options);
  const positive = scorePerSample(anchors, positives, critic);
  if (anchors.shape[0] === 1) return { positive, logits: undefined };
  const scores = scoreMatrix(anchors, positives, critic);
  const { temperature } = options;
  return { positive, logits: relativeLogits(scores, positive, { temperature, anchorAxis: 0, inBatch: true }) };
}
