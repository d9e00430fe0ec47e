// The squared sliced Wasserstein-2 distance of two clouds of rows, and its gradients. Formula as in ../sliced-wasserstein.ts.

import {
  type CancelSignal,
  meanOfArray,
  type RowMatrix,
  type Rows,
  type RunControl,
  throwIfAborted,
  yieldToEventLoop,
} from "@nce-geometry/tensor";
import { blocksOf } from "../../rows/row-blocks.ts";
import { shapeOfRows } from "../../shape-checks.ts";
import { standardErrorOf } from "../../standard-error.ts";
import { checkClouds } from "../clouds.ts";
import { type QuantileCoupling, quantileCoupling } from "../quantile-coupling.ts";
import { checkDirections } from "../random-directions.ts";
import type { SlicedWassersteinOptions } from "../sliced-wasserstein.ts";
import type { GapEstimate, GapGradient } from "./gap-results.ts";

export interface SlicedWassersteinOnRowsOptions extends SlicedWassersteinOptions, RunControl {}

/** A sliced Wasserstein distance; its standard error is that of the mean over directions, for the rows as they are. */
export interface SlicedWassersteinEstimate extends GapEstimate {
  /** L. */
  readonly directions: number;
}

/**
 * Squared sliced Wasserstein-2 distance of two clouds of rows, with the standard error of its directions.
 *
 * Math:     as `squaredSlicedWasserstein` on tensors;  SE² = Var_l W₂²(l)/L: what independent directions leave open about the mean
 *           over all of them; it does not cover the choice of the rows.
 * Shapes:   x n × d, y m × d → numbers. Unit: that of the rows, squared.
 * Domain:   n, m ≥ 1; unit directions. NaN gives NaN.
 * Limits:   those of `squaredSlicedWasserstein` on tensors;  L = 1 → standard error NaN.
 * Numerics: float64. Cost: O(L(n + m)(d + log(n + m))), memory O(L(n + m)); no engine.
 * Throws:   InputError E_SHAPE, E_DOMAIN; `signal.reason` when aborted.
 * Source:   N. Bonneel et al., Sliced and Radon Wasserstein barycenters of measures, J. Math. Imaging Vis. 51 (2015).
 */
export async function squaredSlicedWassersteinOnRows(
  x: Rows,
  y: Rows,
  options: SlicedWassersteinOnRowsOptions,
): Promise<SlicedWassersteinEstimate> {
  const { costs } = await slice("squaredSlicedWassersteinOnRows", x, y, options);
  return {
    value: meanOfArray(costs),
    standardError: standardErrorOf(costs),
    samples: { x: x.rows, y: y.rows },
    directions: costs.length,
  };
}

/**
 * Squared sliced Wasserstein-2 distance of two clouds of rows with its gradients.
 *
 * Math:     ∂/∂x_i = (2/L) Σ_l θ_l Σ_k w_k (⟨x_i, θ_l⟩ − ⟨y_{j(k)}, θ_l⟩) over the partners j(k) of x_i along θ_l, with masses w_k.
 * Shapes:   x n × d, y m × d → value, gradients [n, d] and [m, d].
 * Domain:   n, m ≥ 1; unit directions. Gradients are those of the ambient space. NaN gives NaN.
 * Limits:   all x_i = a, all y_j = b → ∂/∂x_i = (2/(nL)) Σ_l ⟨θ_l, a − b⟩ θ_l.
 * Numerics: as {@link squaredSlicedWassersteinOnRows}. Tied projections are coupled in the order of the rows.
 * Throws:   InputError E_SHAPE, E_DOMAIN; `signal.reason` when aborted.
 * Source:   N. Bonneel et al., Sliced and Radon Wasserstein barycenters of measures, J. Math. Imaging Vis. 51 (2015).
 */
export async function squaredSlicedWassersteinGradientOnRows(
  x: Rows,
  y: Rows,
  options: SlicedWassersteinOnRowsOptions,
): Promise<GapGradient> {
  const { costs, slopes } = await slice("squaredSlicedWassersteinGradientOnRows", x, y, options);
  const { directions, signal } = options;
  const gradients = {
    x: await alongDirections(slopes.x, directions, signal),
    y: await alongDirections(slopes.y, directions, signal),
  };
  return { value: meanOfArray(costs), samples: { x: x.rows, y: y.rows }, gradients };
}

interface Slices {
  /** W₂² along each direction. */
  readonly costs: Float64Array;
  /** Derivatives of the mean of the costs by every projection, one array per direction. */
  readonly slopes: { readonly x: readonly Float64Array[]; readonly y: readonly Float64Array[] };
}

async function slice(where: string, x: Rows, y: Rows, options: SlicedWassersteinOnRowsOptions): Promise<Slices> {
  const { directions, signal, onProgress } = options;
  const shapes = { x: shapeOfRows(where, "x", x), y: shapeOfRows(where, "y", y) };
  checkClouds(where, shapes.x, shapes.y, { least: 1 });
  checkDirections(where, directions, x.dim);
  const projected = { x: await projections(x, directions, signal), y: await projections(y, directions, signal) };
  const coupling = quantileCoupling(x.rows, y.rows);
  const costs = new Float64Array(directions.rows);
  const slopes: { x: Float64Array[]; y: Float64Array[] } = { x: [], y: [] };
  for (let l = 0; l < directions.rows; l++) {
    throwIfAborted(signal);
    const { cost, slopeX, slopeY } = transport(projected.x[l]!, projected.y[l]!, coupling, 2 / directions.rows);
    costs[l] = cost;
    slopes.x.push(slopeX);
    slopes.y.push(slopeY);
    onProgress?.({ done: l + 1, total: directions.rows, label: "directions" });
    if (x.rows + y.rows > rowsPerTurn) await yieldToEventLoop();
  }
  return { costs, slopes };
}

/** Sorting that many numbers, or as many rows of a gradient, takes some milliseconds to some tenths of a second. */
const rowsPerTurn = 2048;

/** Σ_k w_k (a − b)² over the coupled order statistics a, b, and `factor`/2 times its derivatives, in the order of the rows. */
function transport(
  x: Float64Array,
  y: Float64Array,
  coupling: QuantileCoupling,
  factor: number,
): { readonly cost: number; readonly slopeX: Float64Array; readonly slopeY: Float64Array } {
  const [orderX, orderY] = [orderOf(x), orderOf(y)];
  const [slopeX, slopeY] = [new Float64Array(x.length), new Float64Array(y.length)];
  let cost = 0;
  for (let k = 0; k < coupling.weights.length; k++) {
    const [i, j] = [orderX[coupling.x[k]!]!, orderY[coupling.y[k]!]!];
    const difference = x[i]! - y[j]!;
    const moment = coupling.weights[k]! * difference;
    cost += moment * difference;
    slopeX[i]! += factor * moment;
    slopeY[j]! -= factor * moment;
  }
  return { cost, slopeX, slopeY };
}

/** Indices in ascending order of value; equal values keep the order of the rows. */
function orderOf(values: Float64Array): Int32Array {
  return Int32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]! || a - b);
}

/** ⟨x_i, θ_l⟩: for every direction an array over the rows. */
async function projections(
  x: Rows,
  directions: RowMatrix,
  signal: CancelSignal | undefined,
): Promise<readonly Float64Array[]> {
  const out = Array.from({ length: directions.rows }, () => new Float64Array(x.rows));
  for await (const { block, start, count } of blocksOf(x, signal)) {
    for (let i = 0; i < count; i++) {
      for (let l = 0; l < directions.rows; l++) {
        let product = 0;
        for (let k = 0; k < x.dim; k++) product += block[i * x.dim + k]! * directions.data[l * x.dim + k]!;
        out[l]![start + i] = product;
      }
    }
    await yieldToEventLoop();
  }
  return out;
}

/** Σ_l slope_{l,i} θ_l for every row i: [n, d], row-major. */
async function alongDirections(
  slopes: readonly Float64Array[],
  directions: RowMatrix,
  signal: CancelSignal | undefined,
): Promise<Float64Array> {
  const d = directions.dim;
  const rows = slopes[0]!.length;
  const out = new Float64Array(rows * d);
  for (let i = 0; i < rows; i++) {
    if (i % rowsPerTurn === rowsPerTurn - 1) {
      throwIfAborted(signal);
      await yieldToEventLoop();
    }
    slopes.forEach((slope, l) => {
      for (let k = 0; k < d; k++) out[i * d + k]! += slope[i]! * directions.data[l * d + k]!;
    });
  }
  return out;
}
