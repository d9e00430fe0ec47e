import type { RowMatrix, Rows } from "@nce-geometry/tensor";
import { forEachBlock } from "../rows/row-blocks.ts";
import { resolveField } from "./field-options.ts";
import { kernelScoreGradient } from "./kernel-log-sums.ts";
import { logVolumeOfKernel, requireSpace, type SmoothedDensityOptions } from "./log-smoothed-density.ts";

/** Tangent vectors at points. */
export interface ScoreField extends RowMatrix {
  /** [n, d], row-major, in ambient coordinates. */
  readonly data: Float64Array;
  /** Independent draws behind each vector; 0 where the population is known. */
  readonly samples: number;
  readonly method: string;
}

/**
 * Score of the smoothed density: the direction in which it grows, per unit of length.
 *
 * Math:     ∇ log ρ̃(z) = (1/τ) P_z Σ_j p_j(z) ∂s(z, w_j)/∂z,  p the softmax of s(z, ·)/τ;  cosine: (1/τ) P_z Σ_j p_j w_j;  rbf:
 *           (2·scale/τ) P_z Σ_j p_j (w_j − z).  P_z = I − zzᵀ on the sphere, I in R^d.
 * Shapes:   points [n, d], population [N, d] → [n, d].
 * Domain:   as {@link logSmoothedDensity}.
 * Limits:   all rows at w → (1/τ) P_z w;  τ → ∞ → 0;  z along the mean of a symmetric population → 0.
 * Numerics: one sweep and one gradient of the engine; error a few ε/τ.
 * Throws:   as {@link logSmoothedDensity}.
 * Source:   arXiv:2601.19597.
 */
export async function smoothedScore(
  points: Rows,
  population: Rows,
  options: SmoothedDensityOptions,
): Promise<ScoreField> {
  const where = "smoothedScore";
  logVolumeOfKernel(where, points, options);
  await requireSpace(where, { points, population }, options);
  const { critic, temperature, form, logWeights, samples, engine } = resolveField(where, points, population, options);
  const { signal, onProgress } = options;
  const diagonal = form === "leaveOneOut" ? "exclude" : "include";
  const pass = { critic, temperature, diagonal, logWeights, engine, signal, onProgress } as const;
  const data = (await kernelScoreGradient(points, population, pass)).map((value) => value / temperature);
  const euclidean = options.space === "euclidean";
  // The lifted gradient of an rbf critic with weights lacks −2·scale·z, which is normal to the sphere.
  if (!euclidean) await project(points, data);
  else if (logWeights && critic.kind === "rbf") await addMultiple(points, data, (-2 * critic.scale) / temperature);
  const kernel = critic.kind === "cosine" ? "cosine" : `rbf scale=${critic.scale}`;
  return {
    rows: points.rows,
    dim: points.dim,
    data,
    samples,
    method: `kernel score, ${kernel}, temperature=${temperature}`,
  };
}

/** v_i ← v_i − z_i⟨z_i, v_i⟩. */
async function project(points: Rows, data: Float64Array): Promise<void> {
  const { dim } = points;
  await forEachBlock(points, {}, (block, start, count) => {
    for (let i = 0; i < count; i++) {
      const at = (start + i) * dim;
      let along = 0;
      let square = 0;
      for (let k = 0; k < dim; k++) {
        along += block[i * dim + k]! * data[at + k]!;
        square += block[i * dim + k]! ** 2;
      }
      for (let k = 0; k < dim; k++) data[at + k]! -= (along / square) * block[i * dim + k]!;
    }
  });
}

/** v_i ← v_i + factor·z_i. */
async function addMultiple(points: Rows, data: Float64Array, factor: number): Promise<void> {
  await forEachBlock(points, {}, (block, start, count) => {
    for (let k = 0; k < count * points.dim; k++) data[start * points.dim + k]! += factor * block[k]!;
  });
}
