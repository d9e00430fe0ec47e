// The symmetric Kullback–Leibler divergence D_S of two clouds by kernel density estimates, as a differentiable penalty.
//
// Notation: s the critic, τ the temperature, p̂ and q̂ the kernel density estimates of x and y with the kernel e^{s/τ}/V_κ, whose
// normaliser V_κ is common to both and cancels; p̂_{−i} is the estimate without row i.

import {
  add,
  type Critic,
  div,
  logSumExp,
  mean,
  mul,
  scoreMatrix,
  stopGradient,
  sub,
  type Tensor,
  where,
} from "@nce-geometry/tensor";
import { inScope } from "../in-scope.ts";
import { resolveCritic } from "../info-nce-options.ts";
import type { NamedShape } from "../shape-checks.ts";
import { diagonalMask } from "../tensors/diagonal-mask.ts";
import { checkClouds } from "./clouds.ts";

export interface SymmetricKLOptions {
  /**
   * Temperature τ > 0 of the kernel e^{s/τ}, in the unit of the score: concentration 1/τ of a von Mises–Fisher kernel. A scalar
   * tensor is read as a constant: a gap that vanished because τ grew would be none of the clouds' doing.
   */
  readonly temperature: number | Tensor;
  /**
   * The exponent s of the kernel. On unit rows `rbf` with scale ½ has the value of `cosine`, and keeps its digits where τ is small.
   * @defaultValue { kind: "cosine" }: a von Mises–Fisher kernel on unit rows
   */
  readonly critic?: Critic;
}

/**
 * Symmetric Kullback–Leibler divergence D_S = ½(D_KL(p‖q) + D_KL(q‖p)) of the laws of two clouds, from leave-one-out kernel
 * density estimates. The Jeffreys divergence is twice this number.
 *
 * Math:     ½ mean_i[ log p̂_{−i}(x_i) − log q̂(x_i) ] + ½ mean_j[ log q̂_{−j}(y_j) − log p̂(y_j) ],
 *           p̂_{−i}(z) ∝ (1/(n−1)) Σ_{k≠i} e^{s(z, x_k)/τ},  q̂(z) ∝ (1/m) Σ_j e^{s(z, y_j)/τ}.
 * Shapes:   x [n, d], y [m, d] → []. Unit: nats. Gradients flow to both, not to the temperature.
 * Domain:   n, m ≥ 2, τ > 0; unit rows for `cosine` (the kernel's normaliser would else not cancel; not checked), any for `rbf`.
 *           NaN gives NaN.
 * Limits:   all x_i = a, all y_j = b → (1 − ⟨a, b⟩)/τ, for `rbf` scale·‖a − b‖²/τ;  τ → ∞ → 0;  equal laws, n = m → expectation
 *           0 up to O(1/n²).
 * Numerics: an estimate of ½∫(p − q) log(p̃_τ/q̃_τ) dμ, the densities in the logarithm smoothed by the kernel: as a rule below D_S,
 *           and of size gap/τ where the clouds are further apart than the kernel is wide. Its bias at finite n, where
 *           that is small, is ¼ of CV²_{pq}/m + CV²_{qp}/n − CV²_{pp}/(n−1) − CV²_{qq}/(m−1), CV²_{pq} the mean over p of the
 *           squared coefficient of variation of the kernel under q. May be negative. All in log space: the kernel is positive
 *           everywhere, so that no density underflows to 0, the value is never infinite for finite rows, and no gradient
 *           vanishes however far the clouds are apart. Error of about ε·max|s|/τ. Memory: O((n + m)²).
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   arXiv:2601.19597; kernel density estimates: classical.
 */
export function symmetricKL(x: Tensor, y: Tensor, options: SymmetricKLOptions): Tensor {
  checkKLClouds("symmetricKL", { name: "x", shape: x.shape }, { name: "y", shape: y.shape });
  const critic = resolveCritic("symmetricKL", options);
  return inScope([x, y, options.temperature], () => {
    const { temperature } = options;
    const tau = typeof temperature === "number" ? temperature : stopGradient(temperature);
    const exponents = (a: Tensor, b: Tensor) => div(scoreMatrix(a, b, critic), tau);
    const across = exponents(x, y);
    const towardsY = mean(sub(sumOverOthers(exponents(x, x)), logSumExp(across, { axis: 1 })));
    const towardsX = mean(sub(sumOverOthers(exponents(y, y)), logSumExp(across, { axis: 0 })));
    return mul(add(add(towardsY, towardsX), logCounts(x.shape[0]!, y.shape[0]!)), 0.5);
  });
}

/** Requires two rows in each cloud. */
export function checkKLClouds(where: string, x: NamedShape, y: NamedShape): void {
  const hint = "The density at a row is estimated from the other rows of its cloud.";
  checkClouds(where, x, y, { least: 2, hint });
}

/** What turns sums of kernels into means: log(m/(n−1)) + log(n/(m−1)). */
function logCounts(n: number, m: number): number {
  return Math.log(m / (n - 1)) + Math.log(n / (m - 1));
}

/** log Σ_{j≠i} e^{t_ij}. */
function sumOverOthers(exponents: Tensor): Tensor {
  return logSumExp(where(diagonalMask(exponents), Number.NEGATIVE_INFINITY, exponents), { axis: 1 });
}
