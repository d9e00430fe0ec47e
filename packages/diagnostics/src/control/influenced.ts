// Estimates that can be compared with others of the same items.

import type { Estimate, PairUncertainty, Unit } from "@nce-geometry/energy";
import type { PairwiseEngine } from "@nce-geometry/pairwise";

/** An estimate with what is needed to compare it with another one of the same items. */
export interface Influenced {
  readonly estimate: Estimate;
  readonly ofX: Float64Array;
  readonly ofY: Float64Array;
}

export interface JudgeSettings {
  readonly engine: PairwiseEngine;
  readonly uncertainty: PairUncertainty;
  readonly recallAt: readonly number[];
  readonly mixedSearchAt: readonly number[];
  readonly temperature: number;
  readonly probeShrinkage: number;
  readonly folds: number;
  readonly seed: number;
}

/** A statistic of items and captions from the influences of both. */
export function influenced(
  { uncertainty }: JudgeSettings,
  value: number,
  ofX: Float64Array,
  ofY: Float64Array,
  unit: Unit,
): Influenced {
  return { estimate: uncertainty.fromInfluences(value, ofX, ofY, unit), ofX, ofY };
}
