// SigLIP on tensors. Notation: u_ij = t·s(x_i, y_j) + b the logit that i and j belong together.

import {
  add,
  type Critic,
  div,
  mul,
  neg,
  scoreMatrix,
  where as select,
  softplus,
  sum,
  type Tensor,
} from "@nce-geometry/tensor";
import { inScope } from "../in-scope.ts";
import { resolveCritic } from "../info-nce-options.ts";
import { checkScalar } from "../option-checks.ts";
import { checkPairs } from "../shape-checks.ts";
import { diagonalMask } from "../tensors/diagonal-mask.ts";

export interface SigLIPOptions {
  /**
   * The factor t > 0 of the scores. A scalar tensor makes it learnable. Its authors begin at 10 and learn log t; checkpoints
   * store t or log t under names like `logit_scale`.
   */
  readonly logitScale: number | Tensor;
  /** The bias b, any number; a scalar tensor makes it learnable. Its authors begin at −10. */
  readonly logitBias: number | Tensor;
  /**
   * The similarity s.
   * @defaultValue { kind: "cosine" }, the inner product: the cosine of unit rows
   */
  readonly critic?: Critic;
}

/**
 * SigLIP loss of matched rows: every pair is asked for itself whether it belongs together. The sum over all n² pairs is
 * divided by n, as in the paper; divided by n² it would be the mean over pairs, n times smaller.
 *
 * Math:     L = (1/n) Σ_ij softplus(−y_ij(t·s_ij + b)),  y_ij = 1 for i = j, −1 otherwise.
 * Shapes:   x [n, d], y [n, d] → []. Unit: nats. Gradients flow to both, and to t and b where they are tensors.
 * Domain:   n ≥ 1, t > 0. Rows are not normalised for you: apply `normalizeRows` for the cosine. NaN gives NaN.
 * Limits:   n = 1 → softplus(−t·s − b);  all s_ij = s → softplus(−ts − b) + (n−1) softplus(ts + b);  orthonormal pairs
 *           → softplus(−t − b) + (n−1) softplus(b);  simplex → softplus(−t − b) + (n−1) softplus(b − t/(n−1));  t → 0
 *           → softplus(−b) + (n−1) softplus(b);  x, y uniform and independent → that of E softplus;  swapping x and y changes
 *           nothing.
 * Numerics: both signs through one softplus of the signed logit, which keeps its relative accuracy where a pair is decided;
 *           relative error of about ε·(t·|s| + |b|). A wrong pair is pulled with weight up to t/n. Memory: O(n²).
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   arXiv:2303.15343.
 */
export function sigLIP(x: Tensor, y: Tensor, options: SigLIPOptions): Tensor {
  const { logitScale, logitBias } = options;
  return inScope([x, y, logitScale, logitBias], () => {
    const where = "sigLIP";
    const critic = checkSigLIP(where, options);
    checkPairs(where, { name: "x", shape: x.shape }, { name: "y", shape: y.shape });
    const n = x.shape[0]!;
    const logits = add(mul(scoreMatrix(x, y, critic), logitScale), logitBias);
    const signed = select(diagonalMask(logits), neg(logits), logits);
    return div(sum(softplus(signed)), n);
  });
}

/** Checks t and b; gives the critic. */
export function checkSigLIP(where: string, options: SigLIPOptions): Critic {
  const { logitScale, logitBias, critic } = options;
  checkScalar(where, "logitScale", logitScale, { positive: true });
  checkScalar(where, "logitBias", logitBias, { positive: false });
  return resolveCritic(where, critic === undefined ? { temperature: 1 } : { temperature: 1, critic });
}
