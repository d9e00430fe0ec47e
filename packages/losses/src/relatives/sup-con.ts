// Supervised contrastive loss on tensors. Notation: P_i the other rows of the class of i, s̄_i the mean of s_ip over P_i.

import {
  div,
  equal,
  fromData,
  logicalAnd,
  logicalNot,
  logSumExp,
  reshape,
  scoreMatrix,
  where as select,
  sub,
  sum,
  type Tensor,
} from "@nce-geometry/tensor";
import { inScope } from "../in-scope.ts";
import type { TemperatureOptions } from "../info-nce-options.ts";
import { resolveCritic } from "../info-nce-options.ts";
import { checkPairs } from "../shape-checks.ts";
import { diagonalMask } from "../tensors/diagonal-mask.ts";
import { type Classes, type ClassLabelOptions, classesOf } from "./class-labels.ts";

export interface SupConOptions extends TemperatureOptions<number | Tensor>, ClassLabelOptions {}

/**
 * Supervised contrastive loss: each row picks the other rows of its class among all others, in the form that averages the
 * logarithms of their probabilities.
 *
 * Math:     L = mean_i −(1/|P_i|) Σ_{p∈P_i} log p_ip,  p_ij = e^{s_ij/τ}/Σ_{k≠i} e^{s_ik/τ}; the mean over rows with positives.
 * Shapes:   x [n, d], labels [n] → []. Unit: nats. Gradients flow to x and to a tensor temperature.
 * Domain:   n ≥ 2, τ > 0, every class of at least two rows unless `withoutPositives` is "skip". Rows are not normalised for
 *           you. NaN gives NaN.
 * Limits:   equal rows → log(n−1), whatever the classes;  C orthonormal classes of m equal rows each
 *           → log(m − 1 + (n−m)e^{−1/τ});  a simplex of classes → e^{−C/((C−1)τ)} in its place;  two rows per class → NT-Xent of
 *           the halves;  τ → ∞ → log(n−1);  renaming classes, permuting or rotating rows changes nothing.
 * Numerics: log Σ_{j≠i} e^{(s_ij − s̄_i)/τ}: relative error of about ε·|s|/τ, also near zero loss; nothing saturates. The loss of
 *           a class of m > 2 rows is at least log(m−1). Memory: O(n²).
 * Throws:   InputError E_SHAPE; E_OPTION, also for a row without a positive, which is named.
 * Source:   arXiv:2004.11362, the form with the sum over positives outside the logarithm.
 */
export function supCon(x: Tensor, options: SupConOptions): Tensor {
  return inScope([x, options.temperature], () => {
    const where = "supCon";
    const shape = { name: "x", shape: x.shape };
    checkPairs(where, shape, shape);
    const critic = resolveCritic(where, options);
    const classes = classesOf(where, x.shape[0]!, options);
    const n = x.shape[0]!;
    const scores = scoreMatrix(x, x, critic);
    const self = diagonalMask(scores);
    const means = meanPositiveScores(scores, self, classes);
    const logits = select(self, Number.NEGATIVE_INFINITY, div(sub(scores, means), options.temperature));
    const losses = logSumExp(logits, { axis: 1 });
    const counted = fromData(
      x.backend,
      classes.of.map((label) => (classes.sizes[label]! > 1 ? 1 : 0)),
      [n],
    );
    return div(sum(select(equal(counted, 1), losses, 0)), classes.anchors);
  });
}

/** s̄_i, [n, 1]; 0 for a row without positives. */
function meanPositiveScores(scores: Tensor, self: Tensor, { of, sizes }: Classes): Tensor {
  const { backend } = scores;
  const n = of.length;
  const labels = fromData(backend, of, [n]);
  const sameClass = equal(reshape(labels, [n, 1]), reshape(labels, [1, n]));
  const positives = select(logicalAnd(sameClass, logicalNot(self)), scores, 0);
  const counts = Float64Array.from(of, (label) => Math.max(1, sizes[label]! - 1));
  return div(sum(positives, { axis: 1, keepDims: true }), fromData(backend, counts, [n, 1]));
}
