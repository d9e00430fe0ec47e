import { diagonal, div, logSumExp, matMul, mean, sub, type Tensor } from "@nce-geometry/tensor";

export const temperature = 0.5;

/** (1/n) Σ_i [logSumExp_j(s_ij/τ) − s_ii/τ], s = x·yᵀ. */
export function infoNCE(x: Tensor, y: Tensor): Tensor {
  const logits = div(matMul(x, y, { transposeB: true }), temperature);
  return mean(sub(logSumExp(logits, { axis: 1 }), diagonal(logits)));
}

export const anchors: readonly (readonly number[])[] = [
  [1, 0.25, -0.5],
  [-0.75, 1, 0.125],
  [0.5, -1, 0.75],
  [0.25, 0.5, 1],
];

export const positives: readonly (readonly number[])[] = [
  [0.75, 0.5, -0.25],
  [-1, 0.5, 0.25],
  [0.25, -0.75, 1],
  [0.5, 0.25, 0.5],
];

/**
 * Allowance for the loss and its gradients here, in ulps: products of 3 and 4 terms forward and back, an exponential, a
 * logarithm, a division and two means, each rounded once or twice.
 */
export const lossUlps = 32;
