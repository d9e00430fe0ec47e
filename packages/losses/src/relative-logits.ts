// The one quantity that every loss of the family is made of: the logits of the negatives relative to that of the positive.
//
// Notation: s_ij scores, s_i⁺ score of the positive of anchor i, d_ij = (s_ij − s_i⁺)/τ, u_i = log Σ_j e^{d_ij} over the
// negatives j: the log-odds against the positive. With p_i the softmax weight of the positive, u = log((1 − p)/p), so
// −log p = softplus(u), p = e^{−softplus(u)}, and the decoupled loss is u itself. Differences of scores are taken before
// anything is divided or exponentiated: that keeps the relative accuracy of a loss near zero, and is safe at any τ.

import { arange, div, equal, reshape, sub, type Tensor, where } from "@nce-geometry/tensor";

export interface RelativeLogitsOptions {
  readonly temperature: number | Tensor;
  /** The axis of `scores` along which the anchors lie. */
  readonly anchorAxis: 0 | 1;
  /** Whether scores (i, i) are the positives themselves, to be left out. */
  readonly inBatch: boolean;
}

/** d_ij of scores [n, m] against the positives of the anchors; −∞ where a pair is left out. */
export function relativeLogits(scores: Tensor, positive: Tensor, options: RelativeLogitsOptions): Tensor {
  const { temperature, anchorAxis, inBatch } = options;
  const anchors = positive.shape[0]!;
  const reference = reshape(positive, anchorAxis === 0 ? [anchors, 1] : [1, anchors]);
  const logits = div(sub(scores, reference), temperature);
  return inBatch ? where(isPositive(positive), Number.NEGATIVE_INFINITY, logits) : logits;
}

/** The n × n mask of the pairs (i, i). */
function isPositive(positive: Tensor): Tensor {
  const n = positive.shape[0]!;
  const index = arange(positive.backend, n);
  return equal(reshape(index, [n, 1]), reshape(index, [1, n]));
}
