import { type FindingThresholds, findingThresholds } from "../finding-thresholds.ts";
import { inFixed } from "../number-words.ts";
import type { PairAnalysis } from "../pair-analysis.ts";
import type { Sentence } from "./finding.ts";
import { searchBias } from "./mixed-search-bias.ts";
import type { ModalityNames } from "./modality-names.ts";
import { occupySeparateRegions } from "./separate-regions.ts";

/** How far apart the centroids are, and whether the clouds are. */
export function gapFinding(
  analysis: PairAnalysis,
  names: ModalityNames,
  threshold: FindingThresholds = findingThresholds,
): Sentence {
  const { gap } = analysis;
  const rows = analysis.settings.sampling.items;
  const { centroid, centroidFloor } = gap;
  const distance = `The centroids of ${names.x} and ${names.y} are ${inFixed(centroid.value)} apart`;
  if (centroid.value <= threshold.collapsed) {
    return { topic: "gap", tone: "good", text: `${distance}: there is no gap between the centroids.` };
  }
  // In many dimensions less than the floors may surely be more than noise: the interval is free of it.
  if (centroid.value <= threshold.noiseFloors * centroidFloor && !((centroid.interval?.low ?? 0) > centroidFloor)) {
    const noise = `no more than ${threshold.noiseFloors} times what sampling ${rows} pairs gives by itself (${inFixed(centroidFloor)})`;
    const tone = rows < threshold.fewPairs ? "notice" : "good";
    return { topic: "gap", tone, text: `${distance}, ${noise}: there is no measurable gap between the centroids.` };
  }
  const scale = "on a scale where unit vectors are at most 2 apart";
  if (centroid.value < threshold.wideGap) {
    return { topic: "gap", tone: "notice", text: `${distance}, ${scale}: they are offset, but not far apart.` };
  }
  const together =
    searchBias(analysis, threshold).verdict === "tooLong"
      ? ""
      : ", although rows of the two still are neighbours of each other";
  const meaning = occupySeparateRegions(analysis, threshold)
    ? "the two modalities occupy separate regions of the sphere"
    : `that is far${together}`;
  return { topic: "gap", tone: "warning", text: `${distance}, ${scale}: ${meaning}.` };
}
