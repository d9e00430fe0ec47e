// Gradient of Σ_ij W_ij s_ij with W fixed, and of Σ_ij W_ij v_ij with W_ij = a_i + b_j. Scores and values are functions of the
// inner product, ∂/∂x = y, or of the squared distance, ∂/∂x = 2(x − y). Differences are summed as such, because
// Σ W y − x Σ W would cancel for rows that lie close together.

import type { Rows } from "@nce-geometry/tensor";
import type { WeightedScoreGradient, WeightedScoreGradientResult, WeightedValueGradient } from "./engine.ts";
import { baseOf, slopeOfBase } from "./pair-value-functions.ts";
import { PANEL, type PackedRows, packedOffset } from "./tiles/packed-rows.ts";
import { excludedColumn, type PairTile } from "./tiles/pair-tile.ts";
import type { TileVisitor } from "./tiles/sweep-tiles.ts";

type Weights = WeightedScoreGradient["rowWeights"];

/** A visitor that accumulates the gradient, and the gradient. */
export function weightedGradient(
  x: Rows,
  y: Rows,
  weights: WeightedScoreGradient | WeightedValueGradient,
): { readonly visitor: TileVisitor; readonly result: WeightedScoreGradientResult } {
  const result = { x: new Float64Array(x.rows * x.dim), y: new Float64Array(y.rows * y.dim) };
  const relative = isOfDistance(weights);
  let pairWeights = new Float64Array(0);
  const visitor: TileVisitor = {
    visit(tile) {
      const { stride } = tile;
      if (pairWeights.length !== stride * stride) pairWeights = new Float64Array(stride * stride);
      pairWeights.fill(0);
      if ("value" in weights) fillSlopes(tile, weights, pairWeights);
      else fillPairWeights(tile, weights, pairWeights);
      addWeightedRows(result.x, tile.x, tile.y, relative, pairWeights, stride, 1);
      addWeightedRows(result.y, tile.y, tile.x, relative, pairWeights, 1, stride);
    },
  };
  return { visitor, result };
}

/** Whether the sum is one of functions of ‖x − y‖². */
function isOfDistance(weights: WeightedScoreGradient | WeightedValueGradient): boolean {
  return "value" in weights ? baseOf(weights.value) === "squaredDistance" : weights.critic.kind === "rbf";
}

/** W_ij times the slope of v and the factor of the derivative of its base, as {@link fillPairWeights}. */
function fillSlopes(tile: PairTile, weights: WeightedValueGradient, out: Float64Array): void {
  const { x, y, stride } = tile;
  const { value, rowWeights, columnWeights, diagonal } = weights;
  const base = baseOf(value);
  const bases = tile.values({ kind: base });
  const slopeOf = slopeOfBase(value);
  const factor = base === "squaredDistance" ? -2 : 1;
  for (let i = 0; i < x.count; i++) {
    const skip = excludedColumn(tile, i, diagonal);
    for (let j = 0; j < y.count; j++) {
      const weight = (rowWeights?.[x.start + i] ?? 0) + (columnWeights?.[y.start + j] ?? 0);
      if (j === skip || weight === 0) continue;
      out[i * stride + j] = factor * weight * slopeOf(bases[i * stride + j]!);
    }
  }
}

/** W_ij times the factor of ∂s/∂x; 0 on the excluded diagonal and in the padding. */
function fillPairWeights(tile: PairTile, weights: WeightedScoreGradient, out: Float64Array): void {
  const { x, y, stride } = tile;
  const { critic, temperature, rowWeights, columnWeights, diagonal } = weights;
  const logits = tile.logits(critic, temperature);
  const factor = critic.kind === "rbf" ? 2 * critic.scale : 1;
  for (let i = 0; i < x.count; i++) {
    const skip = excludedColumn(tile, i, diagonal);
    for (let j = 0; j < y.count; j++) {
      if (j === skip) continue;
      const logit = logits[i * stride + j]!;
      out[i * stride + j] =
        factor * (weightOf(rowWeights, x.start + i, logit) + weightOf(columnWeights, y.start + j, logit));
    }
  }
}

/** a·e^{logit − r}; a coefficient of 0 stays 0 even where the exponential overflows. */
function weightOf(weights: Weights, index: number, logit: number): number {
  const coefficient = weights?.coefficient[index] ?? 0;
  return coefficient === 0 ? 0 : coefficient * Math.exp(logit - weights!.logNormalizer[index]!);
}

/**
 * Adds Σ_j w_ij b_j (or Σ_j w_ij (b_j − a_i) when `relative`) to row i of `out` for every row a_i of a block,
 * w_ij = weights[i·rowStep + j·columnStep].
 */
function addWeightedRows(
  out: Float64Array,
  a: PackedRows,
  b: PackedRows,
  relative: boolean,
  weights: Float64Array,
  rowStep: number,
  columnStep: number,
): void {
  const origin = new Float64Array(a.dim);
  for (let i = 0; i < a.count; i++) {
    if (relative) unpackRow(a, i, origin);
    for (let j = 0; j < b.count; j += PANEL) {
      const at = i * rowStep + j * columnStep;
      const w0 = weights[at]!;
      const w1 = weights[at + columnStep]!;
      const w2 = weights[at + 2 * columnStep]!;
      const w3 = weights[at + 3 * columnStep]!;
      addPanel(out, (a.start + i) * a.dim, b.panels, j * a.dim, origin, w0, w1, w2, w3);
    }
  }
}

function addPanel(
  out: Float64Array,
  at: number,
  panels: Float64Array,
  from: number,
  origin: Float64Array,
  w0: number,
  w1: number,
  w2: number,
  w3: number,
): void {
  // A local, as in the inner products.
  const step = PANEL;
  for (let k = 0, p = from; k < origin.length; k++, p += step) {
    const o = origin[k]!;
    out[at + k]! +=
      w0 * (panels[p]! - o) + w1 * (panels[p + 1]! - o) + w2 * (panels[p + 2]! - o) + w3 * (panels[p + 3]! - o);
  }
}

function unpackRow(rows: PackedRows, i: number, out: Float64Array): void {
  const from = packedOffset(i, rows.dim);
  for (let k = 0; k < rows.dim; k++) out[k] = rows.panels[from + k * PANEL]!;
}
