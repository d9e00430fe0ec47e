// Kernel contrastive loss on tensors. Notation: k kernel of the distance, γ weight of the energies.

import {
  add,
  mean,
  mul,
  where as select,
  square,
  squaredDistanceMatrix,
  sub,
  sum,
  type Tensor,
} from "@nce-geometry/tensor";
import { inScope } from "../in-scope.ts";
import { checkPositive } from "../option-checks.ts";
import { checkPairs, checkSeveral } from "../shape-checks.ts";
import { diagonalMask } from "../tensors/diagonal-mask.ts";
import { type KCLKernel, type KernelForm, kernelForm, valueOfSquares } from "./kcl-kernel.ts";

export interface KCLOptions {
  /** The kernel k. */
  readonly kernel: KCLKernel;
  /** The weight γ > 0 of the two energies; the public code of the paper has 16. */
  readonly energyWeight: number;
  /**
   * The kernel between positives, where it differs; a Gaussian beside Riesz energies keeps perfect pairs finite.
   * @defaultValue `kernel`
   */
  readonly alignmentKernel?: KCLKernel;
}

/**
 * Kernel contrastive loss (KCL) of two views: positives attract by a kernel, the rows of each view repel by it. A mean over
 * pairs without any logarithm, so that its expectation does not depend on the size of the batch.
 *
 * Math:     L = −2 mean_i k(x_i, y_i) + γ( mean_{i≠j} k(x_i, x_j) + mean_{i≠j} k(y_i, y_j) ).
 * Shapes:   x [n, d], y [n, d] → []. Gradients flow to both.
 * Domain:   n ≥ 2, γ > 0. Any rows; kernels are usually of unit rows. NaN gives NaN.
 * Limits:   equal rows → 2(γ − 1)k(0);  orthonormal x = y → −2k(0) + 2γk(√2);  simplex → k(√(2n/(n−1))) in its place;  x = y
 *           uniform → −2k(0) + 2γ E k, for the Gaussian E k = e^{uniformity}, for Riesz `uniformChordMoment`;  rotating or
 *           shifting both views, or swapping them, changes nothing.  Riesz with power > 0: a perfect pair → −∞, equal rows within
 *           a view → +∞, both → NaN.
 * Numerics: relative error of about (d + 2)ε of the kernels' exponents, distances of near-duplicates from differences as
 *           `squaredDistanceMatrix` says. Rows that coincide do not pull at one another, also where the kernel has no slope.
 *           Memory: O(n²).
 * Throws:   InputError E_SHAPE, also for n = 1; E_OPTION.
 * Source:   arXiv:2405.18045.
 */
export function kcl(x: Tensor, y: Tensor, options: KCLOptions): Tensor {
  return inScope([x, y], () => {
    const where = "kcl";
    checkPairs(where, { name: "x", shape: x.shape }, { name: "y", shape: y.shape });
    checkSeveral(where, { name: "x", shape: x.shape });
    const { energy, alignment, energyWeight } = checkKCL(where, options);
    const positives = mean(valueOfSquares(sum(square(sub(x, y)), { axis: 1 }), alignment));
    const energies = mul(add(offDiagonalMean(x, energy), offDiagonalMean(y, energy)), energyWeight * energy.factor);
    return add(mul(positives, -2 * alignment.positiveFactor), energies);
  });
}

/** Checks the options; gives the two kernels as engines take them. */
export function checkKCL(
  where: string,
  options: KCLOptions,
): { readonly energy: KernelForm; readonly alignment: KernelForm; readonly energyWeight: number } {
  const { kernel, alignmentKernel, energyWeight } = options;
  checkPositive(where, "energyWeight", energyWeight);
  const energy = kernelForm(where, "kernel", kernel);
  const alignment = alignmentKernel === undefined ? energy : kernelForm(where, "alignmentKernel", alignmentKernel);
  return { energy, alignment, energyWeight };
}

/** Mean of v over the pairs of different rows. */
function offDiagonalMean(x: Tensor, form: KernelForm): Tensor {
  const n = x.shape[0]!;
  const values = valueOfSquares(squaredDistanceMatrix(x, x), form);
  return mul(sum(select(diagonalMask(values), 0, values)), 1 / (n * (n - 1)));
}
