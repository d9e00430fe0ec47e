// How much each row contributes to the density estimates at other rows: Σ_i e^{s(z_i, w_k)/τ − c_i} for every k.

import type { Diagonal, PairwiseEngine } from "@nce-geometry/pairwise";
import type { Critic, RowSource, Rows, RunControl } from "@nce-geometry/tensor";
import { readRows } from "./pooled-rows.ts";

export interface KernelShares {
  readonly critic: Critic;
  readonly temperature: number;
  readonly engine: PairwiseEngine;
  /** c [n], one for each row z_i. */
  readonly logNormalizer: Float64Array;
  readonly diagonal: Diagonal;
}

/**
 * The sums, [m]. With c_i as a further coordinate of z_i, s/τ − c_i is itself an inner product over τ, so that they are the
 * column sums of a log-sum-exp.
 */
export async function sumsOfKernelShares(
  z: Rows,
  w: Rows,
  { critic, temperature, engine, logNormalizer, diagonal }: KernelShares,
  control: RunControl,
): Promise<Float64Array> {
  const left = extendedRows(z, critic, (i, halfSquares) => [-halfSquares - temperature * logNormalizer[i]!, 1]);
  const right = extendedRows(w, critic, (_, halfSquares) => [1, -halfSquares]);
  const kernel = { kind: "logSumExp", critic: { kind: "cosine" }, temperature, diagonal } as const;
  const [sums] = await engine.reduce(left, right, [kernel], control);
  return sums.columns.map(Math.exp);
}

/**
 * Rows with two more coordinates, made so that the inner product of two is their score: −c‖z − w‖² is 2c⟨z, w⟩ − c‖z‖² − c‖w‖².
 * The function gives the coordinates from the index and c‖z‖², which is 0 for the cosine.
 */
function extendedRows(
  rows: Rows,
  critic: Critic,
  coordinates: (index: number, squares: number) => readonly [number, number],
): RowSource {
  const { dim } = rows;
  const scale = critic.kind === "rbf" ? critic.scale : 0;
  const stretch = critic.kind === "rbf" ? Math.sqrt(2 * critic.scale) : 1;
  return {
    rows: rows.rows,
    dim: dim + 2,
    dtype: "float64",
    read: async (start, count) => {
      const block = await readRows(rows, start, count);
      const out = new Float64Array(count * (dim + 2));
      for (let i = 0; i < count; i++) {
        const [from, to] = [i * dim, i * (dim + 2)];
        let squares = 0;
        for (let k = 0; k < dim; k++) {
          const value = block[from + k]!;
          squares += value * value;
          out[to + k] = stretch * value;
        }
        // A scale of 0 must leave out even infinite squares.
        out.set(coordinates(start + i, scale === 0 ? 0 : scale * squares), to + dim);
      }
      return out;
    },
  };
}
