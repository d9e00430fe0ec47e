import { findingThresholds as threshold } from "../finding-thresholds.ts";
import type { PairAnalysis } from "../pair-analysis.ts";
import { mixedSearchBias } from "./mixed-search-bias.ts";

/** A wide gap whose sides do not mix: the neighbours of a row are of its own kind. */
export function occupySeparateRegions({ gap, mixedSearch, rows }: PairAnalysis): boolean {
  return gap.centroid.value >= threshold.wideGap && mixedSearchBias(mixedSearch, rows).verdict === "hidden";
}
