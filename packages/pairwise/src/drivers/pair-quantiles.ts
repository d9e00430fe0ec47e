// Exact quantiles of the n·m pair values without holding them: count them in bins, zoom into the bins that hold the wanted
// order statistics until each holds few enough values to collect and sort.

import { InputError, type Progress, type Rows, type RunControl } from "@nce-geometry/tensor";
import { checkCount, checkPairValue, checkRowsPair } from "../check-arguments.ts";
import type { Diagonal, PairValue, PairwiseEngine } from "../engine.ts";
import { pairValueRange } from "./pair-value-range.ts";
import { searchOrderStatistics } from "./search-order-statistics.ts";

const where = "pairQuantiles";

export interface PairQuantilesOptions {
  readonly value: PairValue;
  /** Probabilities in [0, 1]; ½ is the median. */
  readonly probabilities: readonly number[];
  /** @defaultValue "include" */
  readonly diagonal?: Diagonal;
  /**
   * Bins per histogram, and the most values that are collected at once.
   *
   * @defaultValue 65536: half a megabyte each, and two sweeps for most sets of 10⁴ rows.
   */
  readonly bins?: number;
}

export interface PairQuantilesResult {
  readonly probabilities: readonly number[];
  readonly values: readonly number[];
  /** How many pairs there are. */
  readonly pairs: number;
  /** How many times all pairs were visited. */
  readonly sweeps: number;
}

/**
 * Exact quantiles of a pair value, e.g. the median distance that sets the bandwidth of a kernel.
 *
 * Math:     with v_(0) ≤ … ≤ v_(N−1) the sorted values and h = p(N − 1): v_(⌊h⌋) + (h − ⌊h⌋)(v_(⌊h⌋+1) − v_(⌊h⌋)), NumPy's
 *           "linear" rule; the median of an even count is the mean of the middle two.
 * Shapes:   x [n, d], y [m, d] → one value per probability. For the pairs within one set pass it twice.
 * Domain:   finite rows, at least one pair, 0 ≤ p ≤ 1; any value but a mapped one, whose quantiles are those of what it maps.
 * Limits:   p = 0 and 1 → smallest and largest value; all values equal → that value; equal to sorting all N values.
 * Numerics: the order statistics are the engine's own values, bit by bit, ties included. Memory O(bins) per probability.
 *           Two or three sweeps as a rule; ties beyond `bins` cost a few more.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE.
 * Source:   R. J. Hyndman, Y. Fan, "Sample quantiles in statistical packages", 1996, type 7.
 */
export async function pairQuantiles(
  engine: PairwiseEngine,
  x: Rows,
  y: Rows,
  options: PairQuantilesOptions,
  control: RunControl = {},
): Promise<PairQuantilesResult> {
  const { value, probabilities, diagonal = "include", bins = 65536 } = options;
  const pairs = x.rows * y.rows - (diagonal === "exclude" ? Math.min(x.rows, y.rows) : 0);
  checkArguments(x, y, options, pairs);
  if (value.kind === "mapped") throw mappedValue();
  const [low, high] = await pairValueRange(x, y, value, where);
  let sweeps = 0;
  const found = await searchOrderStatistics({
    range: { low, high, before: 0, count: pairs, ranks: wantedRanks(probabilities, pairs) },
    value,
    diagonal,
    bins,
    reduce(reductions) {
      const label = `pairs, sweep ${++sweeps}`;
      const onProgress = control.onProgress && ((progress: Progress) => control.onProgress?.({ ...progress, label }));
      return engine.reduce(x, y, reductions, { signal: control.signal, onProgress });
    },
  });
  return {
    probabilities: [...probabilities],
    values: probabilities.map((p) => interpolate(p, pairs, found)),
    pairs,
    sweeps,
  };
}

function wantedRanks(probabilities: readonly number[], count: number): number[] {
  const ranks = probabilities.flatMap((p) => [Math.floor(p * (count - 1)), Math.ceil(p * (count - 1))]);
  return [...new Set(ranks)].sort((a, b) => a - b);
}

function interpolate(probability: number, count: number, orderStatistics: ReadonlyMap<number, number>): number {
  const position = probability * (count - 1);
  const share = position - Math.floor(position);
  const lower = orderStatistics.get(Math.floor(position))!;
  const upper = orderStatistics.get(Math.ceil(position))!;
  // From the nearer end, as NumPy does, so that the result never leaves [lower, upper].
  return share < 0.5 ? lower + (upper - lower) * share : upper - (upper - lower) * (1 - share);
}

function mappedValue(): InputError {
  const hint = "A monotone map carries quantiles along: ask for those of what it maps.";
  const expected = "a pair value other than a mapped one";
  return new InputError({ code: "E_OPTION", where, argument: "value.kind", expected, received: '"mapped"', hint });
}

function checkArguments(x: Rows, y: Rows, { value, probabilities, bins }: PairQuantilesOptions, pairs: number): void {
  checkRowsPair(where, x, y);
  checkPairValue(where, "value", value);
  if (bins !== undefined) checkCount("E_OPTION", where, "bins", bins, 2);
  const bad = probabilities.findIndex((p) => !(p >= 0 && p <= 1));
  if (bad >= 0) {
    const argument = `probabilities[${bad}]`;
    const received = String(probabilities[bad]);
    throw new InputError({ code: "E_OPTION", where, argument, expected: "between 0 and 1", received });
  }
  if (pairs === 0) {
    const received = `none from ${x.rows} and ${y.rows} rows`;
    throw new InputError({
      code: "E_SHAPE",
      where,
      argument: "x, y",
      expected: "sets with at least one pair",
      received,
    });
  }
}
