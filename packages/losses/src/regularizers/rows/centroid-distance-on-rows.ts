// The squared distance of the centroids of two clouds of rows, and its gradients. Formula as in ../centroid-distance.ts.

import { type CancelSignal, type Rows, type RunControl, sumOfArray } from "@nce-geometry/tensor";
import { blocksOf } from "../../rows/row-blocks.ts";
import { shapeOfRows } from "../../shape-checks.ts";
import { checkCloudsFor, type GapStatisticOptions, resolveStatistic } from "../clouds.ts";
import { type GapEstimate, type GapGradient, standardErrorOfInfluence } from "./gap-results.ts";

export interface CentroidDistanceOnRowsOptions extends GapStatisticOptions, RunControl {}

/**
 * Squared distance of the centroids of two clouds of rows, with a standard error.
 *
 * Math:     as `squaredCentroidDistance` on tensors;  SE² = Var_i ψ_i/n + Var_j ψ_j/m, ψ = ±2⟨x̄ − ȳ, ·⟩.
 * Shapes:   x n × d, y m × d → numbers. Unit: that of the rows, squared.
 * Domain:   n, m ≥ 2 for `U`, ≥ 1 for `V`. NaN gives NaN.
 * Limits:   those of `squaredCentroidDistance` on tensors;  equal means → standard error near 0, which is too small.
 * Numerics: two passes, deviations from the means. Cost: O((n + m)d); no engine.
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   classical.
 */
export async function squaredCentroidDistanceOnRows(
  x: Rows,
  y: Rows,
  options: CentroidDistanceOnRowsOptions = {},
): Promise<GapEstimate> {
  const { value, gap, centres } = await measure("squaredCentroidDistanceOnRows", x, y, options);
  const { signal } = options;
  const influence = [
    await projections(x, centres.x, gap, signal),
    await projections(y, centres.y, gap, signal),
  ] as const;
  return { value, standardError: standardErrorOfInfluence(...influence), samples: { x: x.rows, y: y.rows } };
}

/**
 * Squared distance of the centroids of two clouds of rows with its gradients.
 *
 * Math:     ∂/∂x_i = (2/n)(x̄ − ȳ), for `U` less (2/(n(n−1)))(x_i − x̄).
 * Shapes:   x n × d, y m × d → value, gradients [n, d] and [m, d].
 * Domain:   n, m ≥ 2 for `U`, ≥ 1 for `V`. Gradients are those of the ambient space. NaN gives NaN.
 * Limits:   all x_i = a, all y_j = b → ∂/∂x_i = 2(a − b)/n.
 * Numerics: as {@link squaredCentroidDistanceOnRows}.
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   classical.
 */
export async function squaredCentroidDistanceGradientOnRows(
  x: Rows,
  y: Rows,
  options: CentroidDistanceOnRowsOptions = {},
): Promise<GapGradient> {
  const { value, gap, centres, statistic } = await measure("squaredCentroidDistanceGradientOnRows", x, y, options);
  const gradientOf = async (rows: Rows, centre: Float64Array, sign: 1 | -1): Promise<Float64Array> => {
    const [n, d] = [rows.rows, rows.dim];
    const spread = statistic === "U" ? 2 / (n * (n - 1)) : 0;
    const gradient = new Float64Array(n * d);
    for await (const { block, start } of blocksOf(rows, options.signal)) {
      for (let k = 0; k < block.length; k++) {
        const column = k % d;
        gradient[start * d + k] = (2 * sign * gap[column]!) / n - spread * (block[k]! - centre[column]!);
      }
    }
    return gradient;
  };
  const gradients = { x: await gradientOf(x, centres.x, 1), y: await gradientOf(y, centres.y, -1) };
  return { value, samples: { x: x.rows, y: y.rows }, gradients };
}

interface Measured {
  readonly statistic: "U" | "V";
  readonly value: number;
  /** x̄ − ȳ. */
  readonly gap: Float64Array;
  readonly centres: { readonly x: Float64Array; readonly y: Float64Array };
}

async function measure(where: string, x: Rows, y: Rows, options: CentroidDistanceOnRowsOptions): Promise<Measured> {
  const statistic = resolveStatistic(where, options);
  checkCloudsFor(statistic, where, shapeOfRows(where, "x", x), shapeOfRows(where, "y", y));
  const { signal } = options;
  const centres = { x: await centreOf(x, signal), y: await centreOf(y, signal) };
  const gap = centres.x.map((value, k) => value - centres.y[k]!);
  let value = sumOfArray(gap.map((difference) => difference ** 2));
  if (statistic === "U") {
    for (const [rows, centre] of [
      [x, centres.x],
      [y, centres.y],
    ] as const) {
      value -= (await squaredDeviations(rows, centre, signal)) / (rows.rows * (rows.rows - 1));
    }
  }
  return { statistic, value, gap, centres };
}

/** The mean row: a first mean, and the mean deviation from it, which removes its rounding. */
async function centreOf(rows: Rows, signal: CancelSignal | undefined): Promise<Float64Array> {
  const centre = new Float64Array(rows.dim);
  for (let pass = 0; pass < 2; pass++) {
    const total = new Float64Array(rows.dim);
    for await (const { block } of blocksOf(rows, signal)) {
      for (let k = 0; k < block.length; k++) total[k % rows.dim]! += block[k]! - centre[k % rows.dim]!;
    }
    for (let k = 0; k < rows.dim; k++) centre[k]! += total[k]! / rows.rows;
  }
  return centre;
}

async function squaredDeviations(rows: Rows, centre: Float64Array, signal: CancelSignal | undefined): Promise<number> {
  let total = 0;
  for await (const { block } of blocksOf(rows, signal)) {
    for (let k = 0; k < block.length; k++) total += (block[k]! - centre[k % rows.dim]!) ** 2;
  }
  return total;
}

/** 2⟨x_i − x̄, direction⟩ for every row. */
async function projections(
  rows: Rows,
  centre: Float64Array,
  direction: Float64Array,
  signal: CancelSignal | undefined,
): Promise<Float64Array> {
  const out = new Float64Array(rows.rows);
  for await (const { block, start } of blocksOf(rows, signal)) {
    for (let k = 0; k < block.length; k++) {
      const column = k % rows.dim;
      out[start + Math.floor(k / rows.dim)]! += 2 * direction[column]! * (block[k]! - centre[column]!);
    }
  }
  return out;
}
