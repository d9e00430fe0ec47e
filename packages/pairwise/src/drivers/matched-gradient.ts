import { InputError, PANEL, panelOffset, type Rows, type RunControl, throwIfAborted } from "@nce-geometry/tensor";
import { checkPairValue, checkRowsPair } from "../check-arguments.ts";
import type { PairValue, WeightedScoreGradientResult } from "../engine.ts";
import { baseOf, slopeOfBase } from "../pair-value-functions.ts";
import { type PackedRows, packedInner, packedSquaredDistance } from "../tiles/packed-rows.ts";
import { rowReader } from "../tiles/row-reader.ts";

const BLOCK_ROWS = 256;

export interface MatchedGradientOptions {
  readonly value: PairValue;
  /** w [n]. */
  readonly weights: Float64Array;
}

/**
 * Gradient of a weighted sum over matched pairs: what the positives of a loss contribute, without an engine.
 *
 * Math:     ∂/∂x_i and ∂/∂y_i of Σ_i w_i v(x_i, y_i).
 * Shapes:   x [n, d], y [n, d], weights [n] → [n, d] each, row-major.
 * Domain:   any rows; NaN and ±∞ propagate.
 * Limits:   equal rows and a function of the distance → 0, also where there is no slope, as in `PairwiseEngine.gradient`.
 * Numerics: distances and their gradients come from the differences. Cost O(nd).
 * Throws:   InputError E_SHAPE, E_OPTION; rejects with `signal.reason` between blocks.
 */
export async function matchedGradient(
  x: Rows,
  y: Rows,
  options: MatchedGradientOptions,
  control: RunControl = {},
): Promise<WeightedScoreGradientResult> {
  const { value, weights } = options;
  checkArguments(x, y, options);
  const xReader = rowReader(x, { blockRows: BLOCK_ROWS, where, argument: "x" });
  const yReader = rowReader(y, { blockRows: BLOCK_ROWS, where, argument: "y" });
  const slopeOf = slopeOfBase(value);
  const setPair = baseOf(value) === "inner" ? setInnerPair : setDistancePair;
  const out = { x: new Float64Array(x.rows * x.dim), y: new Float64Array(x.rows * x.dim) };
  for (let index = 0; index < xReader.blocks; index++) {
    throwIfAborted(control.signal);
    const [a, b] = [await xReader.block(index), await yReader.block(index)];
    for (let i = 0; i < a.count; i++) setPair(out, a, b, i, weights[a.start + i]!, slopeOf);
    control.onProgress?.({ done: a.start + a.count, total: x.rows, label: "matched pairs" });
  }
  return out;
}

const where = "matchedGradient";

function checkArguments(x: Rows, y: Rows, { value, weights }: MatchedGradientOptions): void {
  checkRowsPair(where, x, y);
  checkPairValue(where, "value", value);
  if (x.rows !== y.rows) {
    const expected = `${x.rows} rows, one for each row of \`x\``;
    throw new InputError({ code: "E_SHAPE", where, argument: "y", expected, received: String(y.rows) });
  }
  if (weights.length !== x.rows) {
    const expected = `of length ${x.rows}, one for each pair`;
    throw new InputError({ code: "E_SHAPE", where, argument: "weights", expected, received: String(weights.length) });
  }
}

type Slope = (base: number) => number;

function setInnerPair(
  out: WeightedScoreGradientResult,
  x: PackedRows,
  y: PackedRows,
  i: number,
  weight: number,
  slopeOf: Slope,
): void {
  const factor = weight * slopeOf(packedInner(x, i, y, i));
  const at = (x.start + i) * x.dim;
  for (let k = 0, p = panelOffset(i, x.dim); k < x.dim; k++, p += PANEL) {
    out.x[at + k] = factor * y.panels[p]!;
    out.y[at + k] = factor * x.panels[p]!;
  }
}

function setDistancePair(
  out: WeightedScoreGradientResult,
  x: PackedRows,
  y: PackedRows,
  i: number,
  weight: number,
  slopeOf: Slope,
): void {
  const factor = 2 * weight * slopeOf(packedSquaredDistance(x, i, y, i));
  const at = (x.start + i) * x.dim;
  for (let k = 0, p = panelOffset(i, x.dim); k < x.dim; k++, p += PANEL) {
    const pull = factor * (x.panels[p]! - y.panels[p]!);
    out.x[at + k] = pull;
    out.y[at + k] = -pull;
  }
}
