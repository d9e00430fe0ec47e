import type { Rows, RunControl } from "@nce-geometry/tensor";
import type { PairValue, PairwiseEngine, SumResult } from "../engine.ts";

export interface MeanPairValueOptions {
  readonly value: PairValue;
}

/** A mean over pairs and what it was made of. */
export interface PairMean {
  /** total/pairs; NaN when there is no pair. */
  readonly mean: number;
  readonly total: number;
  readonly pairs: number;
}

export interface MeanPairValueResult {
  /** Over all n·m pairs: the V-statistic when both sets are the same. */
  readonly all: PairMean;
  /** Over the pairs with i ≠ j: the U-statistic when both sets are the same, unmatched pairs otherwise. */
  readonly offDiagonal: PairMean;
}

/**
 * Mean of a pair value over all pairs and over the pairs with i ≠ j, in one sweep.
 *
 * Math:     V = (1/nm) Σ_ij v(x_i, y_j);  U = (1/(nm − min(n, m))) Σ_{i≠j} v(x_i, y_j).
 * Shapes:   x [n, d], y [m, d] → two means with their counts. For the pairs within one set pass it twice.
 * Domain:   any rows; NaN propagates.
 * Limits:   orthonormal rows within: squared distance U = 2, V = 2(n − 1)/n; n = 1 within: U = NaN over 0 pairs.
 * Numerics: each form is summed over its own pairs, so U carries no cancelled diagonal.
 * Throws:   InputError E_SHAPE, E_OPTION.
 */
export async function meanPairValue(
  engine: PairwiseEngine,
  x: Rows,
  y: Rows,
  options: MeanPairValueOptions,
  control?: RunControl,
): Promise<MeanPairValueResult> {
  const { value } = options;
  const [all, offDiagonal] = await engine.reduce(
    x,
    y,
    [
      { kind: "sum", value },
      { kind: "sum", value, diagonal: "exclude" },
    ],
    control,
  );
  return { all: pairMean(all), offDiagonal: pairMean(offDiagonal) };
}

function pairMean({ total, pairs }: SumResult): PairMean {
  return { mean: total / pairs, total, pairs };
}
