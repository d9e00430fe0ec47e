// Gradient of Σ_ij W_ij s_ij with W fixed, and of Σ_ij W_ij v_ij with W_ij = a_i + b_j. Scores and values are functions of the
// inner product, ∂/∂x = y, or of the squared distance, ∂/∂x = 2(x − y). Differences are summed as such, because
// Σ W y − x Σ W would cancel for rows that lie close together.

import {
  linesInPanels,
  PANEL,
  type Panels,
  panelDifferences,
  panelOffset,
  panelProducts,
  type Rows,
} from "@nce-geometry/tensor";
import type { WeightedScoreGradient, WeightedScoreGradientResult, WeightedValueGradient } from "./engine.ts";
import { baseOf, slopeOfBase } from "./pair-value-functions.ts";
import type { PackedRows } from "./tiles/packed-rows.ts";
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
  let scratch: Scratch | undefined;
  const visitor: TileVisitor = {
    visit(tile) {
      const { stride } = tile;
      scratch ??= emptyScratch(stride, x.dim);
      const data = scratch.pairs.fill(0);
      if ("value" in weights) fillSlopes(tile, weights, data);
      else fillPairWeights(tile, weights, data);
      const ofRows = { data, rowStep: stride, columnStep: 1, relative };
      const ofColumns = { data, rowStep: 1, columnStep: stride, relative };
      addWeightedRows(result.x, tile.x, tile.y, ofRows, scratch);
      addWeightedRows(result.y, tile.y, tile.x, ofColumns, scratch);
    },
  };
  return { visitor, result };
}

/** Arrays that are used again for every tile. */
interface Scratch {
  /** A weight for each pair of the tile. */
  readonly pairs: Float64Array;
  /** Their panels, and those of the coordinates of a block. */
  readonly weights: Float64Array;
  readonly coordinates: Float64Array;
}

function emptyScratch(stride: number, dim: number): Scratch {
  const [pairs, weights] = [new Float64Array(stride * stride), new Float64Array(stride * stride)];
  return { pairs, weights, coordinates: new Float64Array(linesInPanels(dim) * stride) };
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

/** w_ij = data[i·rowStep + j·columnStep], of b_j or, when `relative`, of b_j − a_i. */
interface WeightView {
  readonly data: Float64Array;
  readonly rowStep: number;
  readonly columnStep: number;
  readonly relative: boolean;
}

/** Adds Σ_j w_ij b_j (or Σ_j w_ij (b_j − a_i)) to row i of `out` for every row a_i of a block. */
function addWeightedRows(out: Float64Array, a: PackedRows, b: PackedRows, weights: WeightView, scratch: Scratch): void {
  const left = weightPanels(weights, a.count, b.count, scratch.weights);
  const right = coordinatePanels(b, scratch.coordinates);
  const width = right.lines;
  const sums = weights.relative
    ? panelDifferences(left, right, b.count, unpackedRows(a, width))
    : panelProducts(left, right, b.count);
  for (let i = 0; i < a.count; i++) {
    const [from, to] = [i * width, (a.start + i) * a.dim];
    for (let k = 0; k < a.dim; k++) out[to + k]! += sums[from + k]!;
  }
}

/** A line for each row, of its weights with the rows of the other block. */
function weightPanels(weights: WeightView, count: number, depth: number, panels: Float64Array): Panels {
  const { data, rowStep, columnStep } = weights;
  const lines = linesInPanels(count);
  // A local, because where modules are transformed (tests) an import is a property read, five times the price of the loop.
  const step = PANEL;
  for (let i = 0; i < lines; i += step) {
    for (let j = 0, to = i * depth, from = i * rowStep; j < depth; j++, to += step, from += columnStep) {
      for (let lane = 0; lane < step; lane++) panels[to + lane] = data[from + lane * rowStep]!;
    }
  }
  return { lines, data: panels };
}

/** A line for each coordinate, of its values in the rows of the block. What lies beyond the last one reaches only sums that are not used. */
function coordinatePanels({ count, dim, panels: source }: PackedRows, panels: Float64Array): Panels {
  const step = PANEL;
  for (let j = 0; j < count; j++) {
    const row = panelOffset(j, dim);
    for (let k = 0, to = j * step; k < dim; k += step, to += step * count) {
      const end = Math.min(step, dim - k);
      for (let lane = 0, from = row + k * step; lane < end; lane++, from += step) panels[to + lane] = source[from]!;
    }
  }
  return { lines: linesInPanels(dim), data: panels };
}

/** Row-major, with so many columns and whole panels of rows. */
function unpackedRows(rows: PackedRows, width: number): Float64Array {
  const out = new Float64Array(linesInPanels(rows.count) * width);
  const step = PANEL;
  for (let i = 0; i < rows.count; i++) {
    const from = panelOffset(i, rows.dim);
    for (let k = 0; k < rows.dim; k++) out[i * width + k] = rows.panels[from + k * step]!;
  }
  return out;
}
