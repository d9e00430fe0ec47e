import { type FindingThresholds, findingThresholds } from "../finding-thresholds.ts";
import type { PairAnalysis } from "../pair-analysis.ts";
import { searchBias } from "./mixed-search-bias.ts";

/** A wide gap whose sides do not mix: the neighbours of a row are of its own kind. */
export function occupySeparateRegions(
  analysis: PairAnalysis,
  threshold: FindingThresholds = findingThresholds,
): boolean {
  return analysis.gap.centroid.value >= threshold.wideGap && searchBias(analysis, threshold).verdict === "hidden";
}
