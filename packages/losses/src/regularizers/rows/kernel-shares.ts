// How much each row contributes to the density estimates at other rows.

import type { Diagonal, PairwiseEngine } from "@nce-geometry/pairwise";
import type { Critic, Rows, RunControl } from "@nce-geometry/tensor";
import { weightedRows } from "../../rows/weighted-rows.ts";

export interface KernelShares {
  readonly critic: Critic;
  readonly temperature: number;
  readonly engine: PairwiseEngine;
  /** c [n], one for each row z_i. */
  readonly logNormalizer: Float64Array;
  readonly diagonal: Diagonal;
}

/** Σ_i e^{s(z_i, w_k)/τ − c_i} for every k, [m]: sums over the rows z, each of weight e^{−c_i}. */
export async function sumsOfKernelShares(
  z: Rows,
  w: Rows,
  { critic, temperature, engine, logNormalizer, diagonal }: KernelShares,
  control: RunControl,
): Promise<Float64Array> {
  const kernel = { kind: "logSumExp", critic, temperature, diagonal } as const;
  const weights = logNormalizer.map((log) => -log);
  const { x, y, offset } = weightedRows(w, z, weights, kernel);
  const [sums] = await engine.reduce(x, y, [kernel], control);
  return sums.rows.map((log) => Math.exp(log + offset));
}
