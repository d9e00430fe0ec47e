import { type FindingThresholds, findingThresholds } from "../finding-thresholds.ts";
import { inFixed, inList } from "../number-words.ts";
import type { PairAnalysis } from "../pair-analysis.ts";
import { collapsedModalities } from "./collapsed-modalities.ts";
import type { Sentence } from "./finding.ts";
import type { ModalityNames } from "./modality-names.ts";

/** How many directions each modality uses. */
export function spectrumFindings(
  { spectrum, cosines, settings }: PairAnalysis,
  names: ModalityNames,
  threshold: FindingThresholds = findingThresholds,
): Sentence[] {
  if (!spectrum) return [];
  const { items: rows } = settings.sampling;
  const ceiling = Math.min(spectrum.x.rankCeiling, spectrum.y.rankCeiling);
  const [x, y] = [spectrum.x.effectiveRank.value, spectrum.y.effectiveRank.value];
  const text = `Effective ranks of the covariance are ${inFixed(x)} (${names.x}) and ${inFixed(y)} (${names.y}) of ${ceiling}`;
  const finding = (tone: Sentence["tone"], meaning: string): Sentence[] => [
    { topic: "spectrum", tone, text: `${text}: ${meaning}.` },
  ];
  const collapsed = collapsedModalities(cosines, threshold);
  const points = namesWhere({ x: collapsed.x || x === 0, y: collapsed.y || y === 0 }, names);
  if (points.length > 0)
    return finding("warning", `${inList(points)} ${points.length === 1 ? "has" : "have"} collapsed to a single point`);
  if (ceiling === 1 && rows > 2) return finding("notice", "there is only 1 dimension");
  if (rows < threshold.fewPairs)
    return finding("notice", `${rows} pairs are too few to tell how many directions there are`);
  const low = namesWhere({ x: x < threshold.lowRank * ceiling, y: y < threshold.lowRank * ceiling }, names);
  if (low.length > 0)
    return finding("notice", `the variance of ${inList(low)} lies in few of the directions available`);
  const lowest = Math.min(x, y);
  if (lowest >= ceiling / 2) return finding("good", "the variance is spread over most of the directions available");
  const many = lowest >= threshold.manyDirections;
  return finding(
    "good",
    `the variance is spread over ${many ? "many directions" : "some of the directions available"}`,
  );
}

function namesWhere(which: { readonly x: boolean; readonly y: boolean }, names: ModalityNames): string[] {
  return [...(which.x ? [names.x] : []), ...(which.y ? [names.y] : [])];
}
