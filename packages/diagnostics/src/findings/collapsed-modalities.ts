import { type FindingThresholds, findingThresholds } from "../finding-thresholds.ts";
import type { CosineSummary, PerModality } from "../pair-analysis.ts";

/** Whether all rows of a modality are equal, to rounding. */
export function collapsedModalities(
  { within }: CosineSummary,
  threshold: FindingThresholds = findingThresholds,
): PerModality<boolean> {
  const collapsed = (cosine: number) => cosine >= 1 - threshold.collapsed;
  return { x: collapsed(within.x.value), y: collapsed(within.y.value) };
}
