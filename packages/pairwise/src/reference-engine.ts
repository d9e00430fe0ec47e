import type { Rows, RunControl } from "@nce-geometry/tensor";
import { checkCount, checkGradientArguments, checkReduceArguments } from "./check-arguments.ts";
import { refuseNonFiniteRows } from "./check-finite.ts";
import type {
  PairwiseEngine,
  Reduction,
  ReductionResult,
  WeightedScoreGradient,
  WeightedScoreGradientResult,
  WeightedValueGradient,
} from "./engine.ts";
import { createReducer } from "./reducers/reducer.ts";
import { type RowReader, rowReader } from "./tiles/row-reader.ts";
import { sweepTiles } from "./tiles/sweep-tiles.ts";
import { weightedGradient } from "./weighted-gradient.ts";

export interface ReferenceEngineOptions {
  /**
   * Rows of each side in one tile, and the most that is ever read from a source at once.
   *
   * @defaultValue 128: two blocks of 512 float64 columns and a tile take 1.2 MB, which second-level caches hold.
   */
  readonly tileRows?: number;
}

/**
 * The all-pairs engine in float64 on one thread: the numbers every other engine is measured against.
 *
 * Shapes:   `reduce`: x [n, d], y [m, d] → one result per reduction; `gradient`: → [n, d] and [m, d].
 * Domain:   d ≥ 1; n = 0 or m = 0 give empty sums (log-sum-exp −∞, sum 0). NaN and ±∞ propagate through `logSumExp`, `sum`
 *           and `gradient`; `rank`, `topK`, `histogram` and `collect` compare, and refuse rows without a finite norm.
 * Limits:   n equal rows against themselves: log-sum-exp s/τ + log n, distances exactly 0, every other row tied.
 * Numerics: ⟨x, y⟩ sums in ascending coordinate order, error ≤ d·2⁻⁵³·‖x‖‖y‖, and does not depend on the tile, so ranks,
 *           top-k lists and counts do not depend on `tileRows`. Sums do by rounding alone: (tileRows + 2)·2⁻⁵³ of Σ|terms|,
 *           log-sum-exps (tileRows + 4m/tileRows)·2⁻⁵³. Squared distances: relative error ≤ 2⁸(d + 2)·2⁻⁵³. Deterministic.
 *           Cost 2nmd operations per sweep and 6nmd more for a gradient; memory O(n + m + tileRows·(d + tileRows)) beside
 *           inputs and results.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE; rejects with `signal.reason` between two tiles.
 */
export function referenceEngine(options: ReferenceEngineOptions = {}): PairwiseEngine {
  const { tileRows = 128 } = options;
  checkCount("E_OPTION", "referenceEngine", "tileRows", tileRows, 1);
  return {
    name: "reference",
    precision: "float64",
    reduce: (x, y, reductions, control) => reduce(x, y, reductions, tileRows, control),
    gradient: (x, y, weights, control) => gradient(x, y, weights, tileRows, control),
  };
}

async function reduce<const R extends readonly Reduction[]>(
  x: Rows,
  y: Rows,
  reductions: R,
  tileRows: number,
  control: RunControl | undefined,
): Promise<{ -readonly [K in keyof R]: ReductionResult<R[K]> }> {
  checkReduceArguments(x, y, reductions);
  const reducers = reductions.map((reduction, index) => createReducer(reduction, index, x.rows, y.rows));
  const onNonFinite = reductions.some(comparesValues) ? () => refuseNonFiniteRows(x, y, "reduce", tileRows) : undefined;
  if (reducers.length > 0) {
    const [xReader, yReader] = readers("reduce", x, y, tileRows, onNonFinite);
    await sweepTiles(xReader, yReader, reducers, control);
  }
  // createReducer pairs each reduction with its result; a tuple type cannot be followed through `map`.
  return reducers.map((reducer) => reducer.finish()) as { -readonly [K in keyof R]: ReductionResult<R[K]> };
}

async function gradient(
  x: Rows,
  y: Rows,
  weights: WeightedScoreGradient | WeightedValueGradient,
  tileRows: number,
  control: RunControl | undefined,
): Promise<WeightedScoreGradientResult> {
  checkGradientArguments(x, y, weights);
  const { visitor, result } = weightedGradient(x, y, weights);
  const [xReader, yReader] = readers("gradient", x, y, tileRows);
  await sweepTiles(xReader, yReader, [visitor], control);
  return result;
}

function readers(
  where: string,
  x: Rows,
  y: Rows,
  blockRows: number,
  onNonFinite?: () => Promise<never>,
): [RowReader, RowReader] {
  return [
    rowReader(x, { blockRows, where, argument: "x", onNonFinite }),
    rowReader(y, { blockRows, where, argument: "y", onNonFinite }),
  ];
}

function comparesValues(reduction: Reduction): boolean {
  return reduction.kind !== "logSumExp" && reduction.kind !== "sum";
}
