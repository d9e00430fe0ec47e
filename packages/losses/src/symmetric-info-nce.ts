// Symmetric InfoNCE on tensors, the loss of CLIP: both in-batch directions over one score matrix.
//
// Notation: s_ij = s(x_i, y_j) the critic, τ the temperature; forward: anchors x, candidates y; backward: the converse.

import {
  add,
  logSumExp,
  mean,
  mul,
  scoreMatrix,
  scorePerSample,
  softplus,
  sub,
  type Tensor,
} from "@nce-geometry/tensor";
import { inScope } from "./in-scope.ts";
import { type InfoNCEStatistics, statisticsOfLogits, statisticsWithoutNegatives } from "./info-nce-measures.ts";
import { type InfoNCEOptions, resolveCritic } from "./info-nce-options.ts";
import { relativeLogits } from "./relative-logits.ts";
import { checkPairs } from "./shape-checks.ts";

/** Statistics of the two directions; `loss` is half their sum. */
export interface SymmetricInfoNCEStatistics {
  readonly loss: Tensor;
  readonly forward: InfoNCEStatistics;
  readonly backward: InfoNCEStatistics;
}

/**
 * Mean symmetric InfoNCE loss of pairs (x_i, y_i).
 *
 * Math:     L = ½(L^{x→y} + L^{y→x}), the {@link infoNCE} of (x, y) and of (y, x).
 * Shapes:   x [n, d], y [n, d] → []. Unit: nats. Gradients flow to both and to a tensor temperature.
 * Domain:   n ≥ 1, τ > 0. Rows are not normalised for you: apply `normalizeRows` for the cosine. NaN gives NaN.
 * Limits:   those of {@link infoNCE}; unchanged when x and y are swapped.
 * Numerics: those of {@link infoNCEPerSample}; the scores are computed once. Memory: O(n²).
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   arXiv:2103.00020; arXiv:2601.19597.
 */
export function symmetricInfoNCE(x: Tensor, y: Tensor, options: InfoNCEOptions): Tensor {
  return inScope([x, y, options.temperature], () => mean(perSample("symmetricInfoNCE", x, y, options)));
}

/**
 * Symmetric InfoNCE loss of each pair.
 *
 * Math:     ½(ℓ_i^{x→y} + ℓ_i^{y→x}), the {@link infoNCEPerSample} of (x, y) and of (y, x).
 * Shapes:   x [n, d], y [n, d] → [n]. Unit: nats.
 * Domain:   as {@link symmetricInfoNCE}.
 * Limits:   those of {@link infoNCE}, for each pair.
 * Numerics: those of {@link infoNCEPerSample}; the scores are computed once.
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   arXiv:2103.00020; arXiv:2601.19597.
 */
export function symmetricInfoNCEPerSample(x: Tensor, y: Tensor, options: InfoNCEOptions): Tensor {
  return inScope([x, y, options.temperature], () => perSample("symmetricInfoNCEPerSample", x, y, options));
}

/**
 * Both directions with their masses of the positive, effective numbers of negatives and decoupled losses.
 *
 * Math:     `forward` is {@link infoNCEStatistics} of (x, y), `backward` that of (y, x); loss = ½(forward + backward).
 * Shapes:   x [n, d], y [n, d] → [] each, `perSample` [n] each.
 * Domain:   as {@link symmetricInfoNCE}.
 * Limits:   those of {@link infoNCEStatistics}.
 * Numerics: those of {@link infoNCEStatistics}; the scores are computed once.
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   arXiv:2103.00020; arXiv:2601.19597.
 */
export function symmetricInfoNCEStatistics(x: Tensor, y: Tensor, options: InfoNCEOptions): SymmetricInfoNCEStatistics {
  return inScope([x, y, options.temperature], () => {
    const { positive, logits } = symmetricLogits("symmetricInfoNCEStatistics", x, y, options);
    const forward = logits ? statisticsOfLogits(logits.forward, 1) : statisticsWithoutNegatives(positive);
    const backward = logits ? statisticsOfLogits(logits.backward, 0) : statisticsWithoutNegatives(positive);
    return { loss: average(forward.loss, backward.loss), forward, backward };
  });
}

function perSample(where: string, x: Tensor, y: Tensor, options: InfoNCEOptions): Tensor {
  const { positive, logits } = symmetricLogits(where, x, y, options);
  if (logits === undefined) return sub(positive, positive);
  const forward = softplus(logSumExp(logits.forward, { axis: 1 }));
  return average(forward, softplus(logSumExp(logits.backward, { axis: 0 })));
}

/** Scores of the pairs, and the logits relative to them with the anchors along either axis unless there are none. */
function symmetricLogits(
  where: string,
  x: Tensor,
  y: Tensor,
  options: InfoNCEOptions,
): { readonly positive: Tensor; readonly logits?: { readonly forward: Tensor; readonly backward: Tensor } } {
  checkPairs(where, { name: "x", shape: x.shape }, { name: "y", shape: y.shape });
  const critic = resolveCritic(where, options);
  const positive = scorePerSample(x, y, critic);
  if (x.shape[0] === 1) return { positive };
  const scores = scoreMatrix(x, y, critic);
  const { temperature } = options;
  const forward = relativeLogits(scores, positive, { temperature, anchorAxis: 0, inBatch: true });
  const backward = relativeLogits(scores, positive, { temperature, anchorAxis: 1, inBatch: true });
  return { positive, logits: { forward, backward } };
}

function average(a: Tensor, b: Tensor): Tensor {
  return mul(add(a, b), 0.5);
}
