// What is known about an InfoNCE value besides the value: how much of the partition function the positive holds, and how
// many negatives share the rest.
//
// Notation (relative-logits.ts): d_ij logits relative to the positive, u_i = log Σ_{j≠i} e^{d_ij} and
// c_i = log Σ_{j≠i} e^{2 d_ij} over the negatives, ℓ_i = softplus(u_i), p_ij = e^{d_ij − ℓ_i}.

import { exp, log, logSumExp, mean, mul, neg, softplus, sub, type Tensor } from "@nce-geometry/tensor";

/**
 * One value of each kind: a number or scalar for means over anchors, an array for the anchors themselves. p_ij is the
 * softmax weight of candidate j for anchor i, the positive among the candidates; Σ_j p_ij = 1 with the positive counted.
 */
export interface InfoNCEMeasures<T> {
  /** −log p_ii, in nats. */
  readonly loss: T;
  /** The loss with the positive left out of the denominator: log Σ_{j≠i} e^{(s_ij − s_ii)/τ}, in nats; may be negative. */
  readonly decoupledLoss: T;
  /** p_ii, the share of the positive in the partition function. */
  readonly positiveMass: T;
  /**
   * 1/Σ_{j≠i} p_ij², with the weights as they stand (not renormalised over the negatives). Grows without bound as the
   * positive takes all mass, and overflows to ∞ where p_ij² underflows.
   */
  readonly effectiveNegatives: T;
  /**
   * (Σ_{j≠i} p_ij)²/Σ_{j≠i} p_ij²: the same of the weights renormalised over the negatives. From 1, where one negative holds
   * all their mass, to their number, where they share it equally.
   */
  readonly conditionalEffectiveNegatives: T;
}

/** Tensors: means over the anchors (shape []), and the anchors' own values (shape [n]). */
export interface InfoNCEStatistics extends InfoNCEMeasures<Tensor> {
  readonly perSample: InfoNCEMeasures<Tensor>;
}

/** From relative logits [n, m], with the negatives of an anchor along `axis`. */
export function statisticsOfLogits(logits: Tensor, axis: 0 | 1): InfoNCEStatistics {
  const logOdds = logSumExp(logits, { axis });
  const collision = logSumExp(mul(logits, 2), { axis });
  const loss = softplus(logOdds);
  return withMeans({
    loss,
    decoupledLoss: logOdds,
    positiveMass: exp(neg(loss)),
    effectiveNegatives: exp(sub(mul(loss, 2), collision)),
    conditionalEffectiveNegatives: exp(sub(mul(logOdds, 2), collision)),
  });
}

/** Where there are no negatives. `positive` [n] only lends its shape, its backend and its NaN. */
export function statisticsWithoutNegatives(positive: Tensor): InfoNCEStatistics {
  const zero = sub(positive, positive);
  return withMeans({
    loss: zero,
    decoupledLoss: log(zero),
    positiveMass: exp(zero),
    effectiveNegatives: zero,
    conditionalEffectiveNegatives: zero,
  });
}

function withMeans(perSample: InfoNCEMeasures<Tensor>): InfoNCEStatistics {
  return {
    loss: mean(perSample.loss),
    decoupledLoss: mean(perSample.decoupledLoss),
    positiveMass: mean(perSample.positiveMass),
    effectiveNegatives: mean(perSample.effectiveNegatives),
    conditionalEffectiveNegatives: mean(perSample.conditionalEffectiveNegatives),
    perSample,
  };
}
