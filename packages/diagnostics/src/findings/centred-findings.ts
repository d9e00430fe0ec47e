import { type FindingThresholds, findingThresholds } from "../finding-thresholds.ts";
import { inFixed, inList, inPercent } from "../number-words.ts";
import type { PairAnalysis, Retrieval } from "../pair-analysis.ts";
import type { Sentence } from "./finding.ts";
import { type MixedSearchBias, type MixedSearchVerdict, mixedSearchBias } from "./mixed-search-bias.ts";
import type { ModalityNames } from "./modality-names.ts";
import { firstCount } from "./retrieval-finding.ts";

/** What is left of gap and bias when each modality is centred. */
export function centredFindings(
  analysis: PairAnalysis,
  names: ModalityNames,
  threshold: FindingThresholds = findingThresholds,
): Sentence[] {
  const { centred } = analysis;
  if (!centred) return [];
  const { gap, retrieval, mixedSearch } = centred.before ?? analysis;
  const { sampling } = analysis.settings;
  // Both are searches among the rows that were centred.
  const rows = Math.min(sampling.items, sampling.captions);
  const k = firstCount(retrieval);
  const recall = (of: Retrieval) => of.xToY.recall[k]!.value;
  const [before, after] = [
    mixedSearchBias(mixedSearch, rows, threshold),
    mixedSearchBias(centred.mixedSearch, rows, threshold),
  ];
  const [sharesBefore, sharesAfter] = [sharesOf(before), sharesOf(after)];
  const kinds = sharesBefore.length + sharesAfter.length > 2 ? ` (queries of ${names.x}, of ${names.y})` : "";
  const changes = [
    `the centroid gap goes from ${inFixed(gap.centroid.value)} to ${inFixed(centred.gap.centroid.value)}`,
    `recall at ${k} (${names.x} → ${names.y}) from ${inPercent(recall(retrieval))} to ${inPercent(recall(centred.retrieval))}`,
    `the own-kind share of the top ${after.k}${kinds} from ${inList(sharesBefore)} to ${inList(sharesAfter)}`,
  ];
  const gained = recall(centred.retrieval) - recall(retrieval);
  const matches =
    gained >= threshold.recallChange
      ? "; the offset had cost matches"
      : gained <= -threshold.recallChange
        ? "; centring costs matches"
        : "";
  const text = `When each modality is centred, ${changes.join(", ")}: ${left(after.verdict, names)}${matches}.`;
  return [{ topic: "centred", tone: after.verdict === "even" ? "good" : "notice", text }];
}

/** One share where both are written alike. */
function sharesOf({ x, y }: MixedSearchBias): string[] {
  return [...new Set([inPercent(x), inPercent(y)])];
}

function left(verdict: MixedSearchVerdict, names: ModalityNames): string {
  switch (verdict) {
    case "even":
      return "what is left favours neither kind";
    case "other":
      return "what is left favours the other kind";
    case "xEverywhere":
    case "yEverywhere":
      return `rows of ${verdict === "xEverywhere" ? names.x : names.y} are returned to everyone`;
    case "tooLong":
      return "the lists are too long to tell what is left";
    default:
      return "the modalities differ by more than an offset";
  }
}
