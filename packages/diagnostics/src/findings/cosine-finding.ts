import type { Estimate } from "@nce-geometry/energy";
import { type FindingThresholds, findingThresholds } from "../finding-thresholds.ts";
import { inFixed } from "../number-words.ts";
import type { CosineSummary, PairAnalysis } from "../pair-analysis.ts";
import { collapsedModalities } from "./collapsed-modalities.ts";
import type { Sentence } from "./finding.ts";
import type { ModalityNames } from "./modality-names.ts";

/** Whether matches are more alike than unrelated rows, on average. */
export function cosineFinding(
  { cosines }: PairAnalysis,
  names: ModalityNames,
  threshold: FindingThresholds = findingThresholds,
): Sentence {
  const { matched, unmatched, within } = cosines;
  const pairs = `Matched pairs have a mean cosine of ${inFixed(matched.value)}, unmatched ones ${inFixed(unmatched.value)}`;
  const own = `two unrelated rows of ${names.x} ${inFixed(within.x.value)}, of ${names.y} ${inFixed(within.y.value)}`;
  const { tone, meaning } = collapsedVerdict(cosines, names, threshold) ?? verdictOf(cosines, names);
  return { topic: "cosines", tone, text: `${pairs}; ${own}: ${meaning}.` };
}

interface Verdict {
  readonly tone: Sentence["tone"];
  readonly meaning: string;
}

function collapsedVerdict(
  cosines: CosineSummary,
  names: ModalityNames,
  threshold: FindingThresholds,
): Verdict | undefined {
  const { x, y } = collapsedModalities(cosines, threshold);
  if (!x && !y) return undefined;
  const which = x && y ? "each modality" : x ? names.x : names.y;
  return {
    tone: "warning",
    meaning: `all rows of ${which} are equal, so that cosines cannot tell matches from other pairs`,
  };
}

function verdictOf({ matched, unmatched, within }: CosineSummary, names: ModalityNames): Verdict {
  const toUnmatched = compare(matched, unmatched);
  const [toX, toY] = [compare(matched, within.x), compare(matched, within.y)];
  if (toUnmatched > 0 && toX > 0 && toY > 0)
    return { tone: "good", meaning: "on average a match is more alike than unrelated rows, of either kind" };
  const clauses = [
    ...(toUnmatched === 0 ? ["matched pairs are no more alike than unmatched ones, as far as can be seen"] : []),
    ...(toUnmatched < 0 ? ["matched pairs are less alike than unmatched ones"] : []),
    ...(toUnmatched > 0 || toX < 0 || toY < 0 ? withinClause(toX, toY, names) : []),
  ];
  const misleading = toUnmatched <= 0 || (toX < 0 && toY < 0);
  return { tone: misleading ? "warning" : "notice", meaning: `on average ${clauses.join(", and ")}` };
}

function withinClause(toX: number, toY: number, names: ModalityNames): string[] {
  if (toX < 0 && toY < 0)
    return [
      "an item is less alike to its own match than to unrelated items of its own modality, so cosines must not be compared across kinds",
    ];
  if (toX < 0 || toY < 0) {
    return [`a match is less alike than two unrelated rows of ${toX < 0 ? names.x : names.y}`];
  }
  if (toX > 0 && toY > 0) return [];
  const which = toX === 0 && toY === 0 ? "one modality" : toX === 0 ? names.x : names.y;
  return [`a match is about as alike as two unrelated rows of ${which}`];
}

/** The sign of a − b where the intervals do not overlap, else 0. */
function compare(a: Estimate, b: Estimate): number {
  const [lowA, highA] = [a.interval?.low ?? a.value, a.interval?.high ?? a.value];
  const [lowB, highB] = [b.interval?.low ?? b.value, b.interval?.high ?? b.value];
  return lowA > highB ? 1 : highA < lowB ? -1 : 0;
}
