// Log-sum-exps and softmax averages of a kernel over a weighted population, by the two primitives of an all-pairs engine.
// Notation: logits s(z_i, w_j)/τ + ω_j, ω the logarithms of the weights.

import type { Diagonal, PairwiseEngine } from "@nce-geometry/pairwise";
import type { Critic, Rows, RunControl } from "@nce-geometry/tensor";
import { appendColumns } from "../rows/append-columns.ts";
import { forEachBlock } from "../rows/row-blocks.ts";

export interface KernelPass extends RunControl {
  readonly critic: Critic;
  readonly temperature: number;
  readonly diagonal: Diagonal;
  readonly engine: PairwiseEngine;
  /** ω [m]; −∞ is a row without weight. */
  readonly logWeights?: Float64Array | undefined;
}

export interface KernelLogSums {
  /** log Σ_j e^{s_ij/τ + ω_j}, [n]. */
  readonly sums: Float64Array;
  /** log Σ_j e^{2(s_ij/τ + ω_j)}, [n]. */
  readonly squares: Float64Array;
}

/** Both log-sum-exps, in one sweep. */
export async function kernelLogSums(points: Rows, population: Rows, pass: KernelPass): Promise<KernelLogSums> {
  const { x, y, critic, temperature, offset } = await lift(points, population, pass);
  const { diagonal, engine } = pass;
  const [first, second] = await engine.reduce(
    x,
    y,
    [
      { kind: "logSumExp", critic, temperature, diagonal },
      { kind: "logSumExp", critic, temperature: temperature / 2, diagonal },
    ],
    pass,
  );
  return {
    sums: first.rows.map((value, i) => value + offset(i)),
    squares: second.rows.map((value, i) => value + 2 * offset(i)),
  };
}

/** log Σ_j e^{s_ij/τ + ω_j} alone, [n]. */
export async function kernelLogSum(points: Rows, population: Rows, pass: KernelPass): Promise<Float64Array> {
  const { x, y, critic, temperature, offset } = await lift(points, population, pass);
  const { diagonal, engine } = pass;
  const [result] = await engine.reduce(x, y, [{ kind: "logSumExp", critic, temperature, diagonal }], pass);
  return result.rows.map((value, i) => value + offset(i));
}

/** The gradient of log Σ_j e^{s_ij/τ + ω_j} in z_i times τ: Σ_j p_ij ∂s_ij/∂z_i with p the softmax, [n, d]. */
export async function kernelScoreGradient(points: Rows, population: Rows, pass: KernelPass): Promise<Float64Array> {
  const { x, y, critic, temperature, factor } = await lift(points, population, pass);
  const { diagonal, engine } = pass;
  const [sums] = await engine.reduce(x, y, [{ kind: "logSumExp", critic, temperature, diagonal }], pass);
  const rowWeights = { coefficient: new Float64Array(points.rows).fill(1), logNormalizer: sums.rows };
  const gradient = await engine.gradient(x, y, { critic, temperature, rowWeights, diagonal }, pass);
  const out = new Float64Array(points.rows * points.dim);
  for (let i = 0; i < points.rows; i++) {
    for (let k = 0; k < points.dim; k++) out[i * points.dim + k] = factor * gradient.x[i * x.dim + k]!;
  }
  return out;
}

interface Lifted {
  readonly x: Rows;
  readonly y: Rows;
  readonly critic: Critic;
  readonly temperature: number;
  /** What is missing from the logits of row i. */
  offset(row: number): number;
  /** ∂s/∂x of the critic over that of the lifted one, along the sphere. */
  readonly factor: number;
}

/** Rows whose plain logits are the weighted ones: ⟨(z, 1), (w, τω)⟩/τ = ⟨z, w⟩/τ + ω. */
async function lift(points: Rows, population: Rows, pass: KernelPass): Promise<Lifted> {
  const { critic, temperature, logWeights } = pass;
  if (logWeights === undefined) return { x: points, y: population, critic, temperature, offset: () => 0, factor: 1 };
  const largest = logWeights.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const shift = Number.isFinite(largest) ? largest : 0;
  const x = appendColumns(points, [1]);
  if (critic.kind === "cosine") {
    const y = appendColumns(population, [logWeights.map((w) => temperature * (w - shift))]);
    return { x, y, critic, temperature, offset: () => shift, factor: 1 };
  }
  // −c‖z − w‖² = 2c(⟨z, w⟩ − ‖w‖²/2) − c‖z‖².
  const { scale } = critic;
  const inner = temperature / (2 * scale);
  const squares = await squaredNorms(population, pass.signal);
  const own = await squaredNorms(points, pass.signal);
  const y = appendColumns(population, [logWeights.map((w, j) => inner * (w - shift) - squares[j]! / 2)]);
  const offset = (i: number) => shift - (scale * own[i]!) / temperature;
  return { x, y, critic: { kind: "cosine" }, temperature: inner, offset, factor: 2 * scale };
}

async function squaredNorms(x: Rows, signal: RunControl["signal"]): Promise<Float64Array> {
  const out = new Float64Array(x.rows);
  await forEachBlock(x, { signal }, (block, start, count) => {
    for (let i = 0; i < count * x.dim; i++) out[start + Math.floor(i / x.dim)]! += block[i]! ** 2;
  });
  return out;
}
