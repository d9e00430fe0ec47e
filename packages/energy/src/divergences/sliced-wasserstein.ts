import type { RowMatrix, Rows, RunControl } from "@nce-geometry/tensor";
import type { Estimate } from "../estimate.ts";
import { pooledRows } from "../rows/row-blocks.ts";
import { assertFiniteSamples } from "../rows/unit-rows.ts";
import { twoSampleEstimate } from "./influence.ts";
import { assertSlicing, averageOverSlices, type SlicingOptions } from "./sliced.ts";
import { transportOnLine } from "./transport-on-line.ts";
import { assertSamples, type SamplingOptions, type SpaceOptions } from "./two-sample-options.ts";

export interface SlicedWassersteinOptions extends SlicingOptions, SamplingOptions, SpaceOptions, RunControl {}

/**
 * Squared sliced Wasserstein distance: the mean over random directions of the squared transport distance of the projections.
 *
 * Math:     SW₂² = E_u W₂²(⟨u, X⟩, ⟨u, Y⟩), u uniform on the sphere; V-form, n ≠ m by quantile functions.
 * Shapes:   x [n, d], y [m, d] → estimate. Unit: chord².
 * Domain:   n, m ≥ 2; unit rows, or any finite ones with `space: "euclidean"`.
 * Limits:   x = y as sets → 0;  y = x + t → ‖t‖²/d in the mean over directions;  swapping x and y changes nothing.
 * Numerics: the standard error covers directions and samples (potentials averaged over directions). Equal laws give a positive value of
 *           order 1/n; a note says where relabelled rows give as much. O(L(nd + n log n)).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 * Source:   N. Bonneel et al., J. Math. Imaging Vis. 51 (2015).
 */
export async function slicedWasserstein(x: Rows, y: Rows, options: SlicedWassersteinOptions = {}): Promise<Estimate> {
  const where = "slicedWasserstein";
  const { sampling = "independent", space = "sphere", signal } = options;
  assertSlicing(where, options);
  if (space === "sphere") await assertSamples(where, x, y, { sampling, signal });
  else await assertFiniteSamples(where, x, y, { sampling, signal });
  const pool = await pooledRows(x, y, { signal });
  const project = (random: Parameters<typeof unitVector>[0]) => projections(pool, unitVector(random, pool.dim));
  const slicing = { project, transport: transportOnLine };
  const cost = await averageOverSlices(pool, x.rows, options, sampling, slicing, options);
  const method = `sliced W₂², directions=${options.directions ?? 128}`;
  return twoSampleEstimate(cost, { x, y, sampling, method, unit: "chord²", extraVariance: cost.extraVariance });
}

/** A uniform unit vector. */
export function unitVector(random: { normal(n: number): Float64Array }, dim: number): Float64Array {
  const vector = random.normal(dim);
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / norm);
}

/** ⟨u, x_i⟩ of each row. */
export function projections({ rows, dim, data }: RowMatrix, u: Float64Array): Float64Array {
  return new Float64Array(rows).map((_, i) => {
    let sum = 0;
    for (let k = 0; k < dim; k++) sum += data[i * dim + k]! * u[k]!;
    return sum;
  });
}
