// The symmetric Kullback–Leibler divergence of two clouds of rows of any number, and its gradients. Notation and formula as in
// ../symmetric-kl.ts; r, t the log-sum-exps of rows over the others of their own cloud, a, b over the other cloud.

import { type PairwiseEngine, referenceEngine } from "@nce-geometry/pairwise";
import { type Critic, meanOfArray, type Rows, type RunControl } from "@nce-geometry/tensor";
import { resolveCritic } from "../../info-nce-options.ts";
import { addInto } from "../../rows/add-rows.ts";
import { controlOfPhase } from "../../rows/control-phase.ts";
import { shapeOfRows } from "../../shape-checks.ts";
import { checkKLClouds } from "../symmetric-kl.ts";
import { type GapEstimate, type GapGradient, type GapOnRowsOptions, standardErrorOfInfluence } from "./gap-results.ts";
import { sumsOfKernelShares } from "./kernel-shares.ts";

export interface SymmetricKLOnRowsOptions extends GapOnRowsOptions {
  /** Temperature τ > 0 of the kernel e^{s/τ}, in the unit of the score. */
  readonly temperature: number;
  /**
   * The exponent s of the kernel.
   * @defaultValue { kind: "cosine" }: a von Mises–Fisher kernel on unit rows
   */
  readonly critic?: Critic;
}

/** D_S and what it is made of, in nats. */
export interface SymmetricKLEstimate extends GapEstimate {
  /** D_KL(p‖q) + D_KL(q‖p): twice `value`. */
  readonly jeffreys: number;
  /** D_KL(p‖q), p the law of x. */
  readonly forward: number;
  /** D_KL(q‖p). */
  readonly backward: number;
}

/**
 * Symmetric Kullback–Leibler divergence D_S of the laws of two clouds of rows, with a standard error.
 *
 * Math:     as `symmetricKL` on tensors; value = ½(forward + backward);  SE² = Var_i ψ_i/n + Var_j ψ_j/m, ψ the derivative of the
 *           value by the mass at a row: ½[ log p̂_{−k}(x_k) − log q̂(x_k) + Σ_{i≠k} e^{s_ik/τ − r_i} − (n/m) Σ_j e^{s_kj/τ − b_j} ].
 * Shapes:   x n × d, y m × d → numbers. Unit: nats.
 * Domain:   n, m ≥ 2, τ > 0; unit rows for `cosine`. NaN gives NaN.
 * Limits:   those of `symmetricKL` on tensors;  equal laws → ψ constant, where the standard error is too small.
 * Numerics: in log space, error of about ε·max|s|/τ. The standard error covers the density estimates, not the kernel's smoothing
 *           bias. Cost: seven sweeps, O((n + m)²d), four of them for the standard error; memory O(n + m).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2601.19597; kernel density estimates: classical.
 */
export async function symmetricKLOnRows(
  x: Rows,
  y: Rows,
  options: SymmetricKLOnRowsOptions,
): Promise<SymmetricKLEstimate> {
  const kernel = resolveKernel("symmetricKLOnRows", x, y, options);
  const sums = await kernelSums(x, y, kernel, (phase) => controlOfPhase(options, phase, 7));
  const ratios = logRatios(sums, x.rows, y.rows);
  const [forward, backward] = [meanOfArray(ratios.x), meanOfArray(ratios.y)];
  const value = 0.5 * (forward + backward);
  const standardError = await standardErrorOf(x, y, { kernel, sums, ratios }, options);
  return { value, jeffreys: 2 * value, forward, backward, standardError, samples: { x: x.rows, y: y.rows } };
}

/**
 * Symmetric Kullback–Leibler divergence D_S of the laws of two clouds of rows with its gradients.
 *
 * Math:     ∂/∂s(x_i, x_k) = (e^{s/τ − r_i} + e^{s/τ − r_k})/(2nτ), ∂/∂s(x_i, y_j) = −e^{s/τ − a_i}/(2nτ) − e^{s/τ − b_j}/(2mτ), carried to
 *           the rows by the critic.
 * Shapes:   x n × d, y m × d → value, gradients [n, d] and [m, d].
 * Domain:   as {@link symmetricKLOnRows}. Gradients are those of the ambient space.
 * Limits:   all x_i = a, all y_j = b → ∂/∂x_i = (a − b)/(nτ), for `rbf` 2·scale·(a − b)/(nτ).
 * Numerics: as {@link symmetricKLOnRows}. Cost: three sweeps and three gradients; memory O((n + m)d).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2601.19597.
 */
export async function symmetricKLGradientOnRows(
  x: Rows,
  y: Rows,
  options: SymmetricKLOnRowsOptions,
): Promise<GapGradient> {
  const kernel = resolveKernel("symmetricKLGradientOnRows", x, y, options);
  const sums = await kernelSums(x, y, kernel, (phase) => controlOfPhase(options, phase, 6));
  const { critic, temperature, engine } = kernel;
  const [n, m] = [x.rows, y.rows];
  const weights = (logNormalizer: Float64Array, total: number) => {
    const coefficient = new Float64Array(logNormalizer.length).fill(total / (2 * logNormalizer.length * temperature));
    return { coefficient, logNormalizer };
  };
  const score = { critic, temperature } as const;
  const across = await engine.gradient(
    x,
    y,
    { ...score, rowWeights: weights(sums.across.x, -1), columnWeights: weights(sums.across.y, -1) },
    controlOfPhase(options, 3, 6),
  );
  const gradients = { x: across.x, y: across.y };
  for (const [phase, side, rows] of [
    [4, "x", x],
    [5, "y", y],
  ] as const) {
    const request = { ...score, rowWeights: weights(sums.within[side], 1), diagonal: "exclude" } as const;
    const within = await engine.gradient(rows, rows, request, controlOfPhase(options, phase, 6));
    addInto(gradients[side], within.x);
    addInto(gradients[side], within.y);
  }
  const ratios = logRatios(sums, n, m);
  return { value: 0.5 * (meanOfArray(ratios.x) + meanOfArray(ratios.y)), samples: { x: n, y: m }, gradients };
}

interface Kernel {
  readonly critic: Critic;
  readonly temperature: number;
  readonly engine: PairwiseEngine;
}

interface PerCloud {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Log-sum-exps of s/τ at every row, over the others of its cloud and over the other cloud. */
interface KernelSums {
  readonly within: PerCloud;
  readonly across: PerCloud;
}

function resolveKernel(where: string, x: Rows, y: Rows, options: SymmetricKLOnRowsOptions): Kernel {
  checkKLClouds(where, shapeOfRows(where, "x", x), shapeOfRows(where, "y", y));
  const { temperature, engine = referenceEngine() } = options;
  return { critic: resolveCritic(where, options), temperature, engine };
}

async function kernelSums(
  x: Rows,
  y: Rows,
  { critic, temperature, engine }: Kernel,
  controlOf: (phase: number) => RunControl,
): Promise<KernelSums> {
  const all = { kind: "logSumExp", critic, temperature } as const;
  const others = { ...all, diagonal: "exclude" } as const;
  const [ofX] = await engine.reduce(x, x, [others], controlOf(0));
  const [ofY] = await engine.reduce(y, y, [others], controlOf(1));
  const [across] = await engine.reduce(x, y, [all], controlOf(2));
  return { within: { x: ofX.rows, y: ofY.rows }, across: { x: across.rows, y: across.columns } };
}

/** log p̂_{−i}(x_i) − log q̂(x_i), and the converse at the rows of y. */
function logRatios({ within, across }: KernelSums, n: number, m: number): PerCloud {
  return {
    x: within.x.map((own, i) => own - across.x[i]! + Math.log(m / (n - 1))),
    y: within.y.map((own, j) => own - across.y[j]! + Math.log(n / (m - 1))),
  };
}

async function standardErrorOf(
  x: Rows,
  y: Rows,
  { kernel, sums, ratios }: { readonly kernel: Kernel; readonly sums: KernelSums; readonly ratios: PerCloud },
  control: RunControl,
): Promise<number> {
  const rows = { x, y };
  const shares = (from: "x" | "y", to: "x" | "y", phase: number) => {
    const logNormalizer = (from === to ? sums.within : sums.across)[from];
    const diagonal = from === to ? "exclude" : "include";
    const request = { ...kernel, logNormalizer, diagonal } as const;
    return sumsOfKernelShares(rows[from], rows[to], request, controlOfPhase(control, phase, 7));
  };
  const influence = async (own: "x" | "y", other: "x" | "y", phase: number): Promise<Float64Array> => {
    const within = await shares(own, own, phase);
    const across = await shares(other, own, phase + 1);
    const size = rows[own].rows / rows[other].rows;
    return ratios[own].map((ratio, k) => 0.5 * (ratio + within[k]! - size * across[k]!));
  };
  return standardErrorOfInfluence(await influence("x", "y", 3), await influence("y", "x", 5));
}
