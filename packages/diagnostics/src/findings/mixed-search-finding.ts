import { type FindingThresholds, findingThresholds } from "../finding-thresholds.ts";
import { inPercent } from "../number-words.ts";
import type { MixedSearch, PairAnalysis } from "../pair-analysis.ts";
import type { Sentence } from "./finding.ts";
import { type MixedSearchBias, searchBias } from "./mixed-search-bias.ts";
import type { ModalityNames } from "./modality-names.ts";

/** Which kind a search over both modalities returns. */
export function mixedSearchFinding(
  analysis: PairAnalysis,
  names: ModalityNames,
  threshold: FindingThresholds = findingThresholds,
): Sentence {
  const { mixedSearch, items, captions } = analysis;
  const bias = searchBias(analysis, threshold);
  const where = "In a search over both modalities together";
  if (bias.verdict === "tooLong") {
    const text = `${where}, lists of ${bias.k} are too long to tell which kind comes first: there are only ${items === captions ? `${items} rows of each` : `${Math.min(items, captions)} rows of one`}.`;
    return { topic: "mixedSearch", tone: "notice", text };
  }
  const [evenX, evenY] = [inPercent(mixedSearch.reference.x), inPercent(mixedSearch.reference.y)];
  const expected = `without a preference it would be ${evenX === evenY ? evenX : `${evenX} and ${evenY}`}`;
  const { tone, meaning } = verdictOf(bias, mixedSearch.reference, names, threshold);
  return { topic: "mixedSearch", tone, text: `${where}, ${sharesOf(bias, names)}; ${expected}: ${meaning}.` };
}

function sharesOf({ k, x, y }: MixedSearchBias, names: ModalityNames): string {
  const share = (value: number) => (k > 1 && value === 1 ? "all" : inPercent(value));
  const [ofX, ofY] = [share(x), share(y)];
  const of = ofX === ofY ? ofX : `${ofX} (queries of ${names.x}) and ${ofY} (queries of ${names.y})`;
  if (k === 1) return `the first result is of the query's own kind in ${of} of the cases`;
  return `${of} of the top ${k} are of the query's own kind`;
}

function verdictOf(
  { x, y, verdict }: MixedSearchBias,
  reference: MixedSearch["reference"],
  names: ModalityNames,
  threshold: FindingThresholds,
): Pick<Sentence, "tone"> & { meaning: string } {
  switch (verdict) {
    case "hidden":
      return { tone: "warning", meaning: "a mixed index hides the other modality, whatever it contains" };
    case "xEverywhere":
      return { tone: "warning", meaning: everywhere(names.x, names.y, y) };
    case "yEverywhere":
      return { tone: "warning", meaning: everywhere(names.y, names.x, x) };
    case "own": {
      const [asked, hidden] = x >= y ? [names.x, names.y] : [names.y, names.x];
      return Math.max(x, y) >= threshold.hidingShare
        ? { tone: "warning", meaning: `for queries of ${asked} a mixed index hides ${hidden}` }
        : { tone: "notice", meaning: "results are biased towards the query's own kind" };
    }
    case "other":
      return { tone: "notice", meaning: "results are biased towards the other kind, beyond the match itself" };
    default: {
      // Short lists: the match, which is of the other kind, takes a place.
      const match = Math.min(x - reference.x, y - reference.y) < -threshold.biasedShare;
      return {
        tone: "good",
        meaning: `neither kind is favoured${match ? " beyond the place that the match takes" : ""}`,
      };
    }
  }
}

/** One modality fills the lists of both kinds of query. */
function everywhere(frequent: string, rare: string, ownShare: number): string {
  return `queries of both kinds get mostly rows of ${frequent} (those of ${rare} ${inPercent(1 - ownShare)}), so that ${rare} is hard to find`;
}
