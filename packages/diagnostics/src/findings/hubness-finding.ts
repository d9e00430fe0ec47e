import { type FindingThresholds, findingThresholds } from "../finding-thresholds.ts";
import { counted, inFixed, inList, inPercent } from "../number-words.ts";
import type { DirectedHubness, PairAnalysis } from "../pair-analysis.ts";
import type { Sentence } from "./finding.ts";
import type { ModalityNames } from "./modality-names.ts";

/** Whether few rows fill the lists of nearest neighbours, and how many rows are in none. */
export function hubnessFinding(
  { hubness, retrieval, items, captions }: PairAnalysis,
  names: ModalityNames,
  threshold: FindingThresholds = findingThresholds,
): Sentence {
  const { k } = hubness.xToY;
  const nearest = k === 1 ? "nearest row" : `${k} nearest rows`;
  if (k >= Math.min(items, captions)) {
    const text = `Lists of the ${nearest} hold all there are: whether some rows are returned more often cannot be seen.`;
    return { topic: "hubness", tone: "notice", text };
  }
  // Rows of Y are counted in the lists of queries of X.
  const sides = [
    { name: names.y, hubs: hubness.xToY },
    { name: names.x, hubs: hubness.yToX },
  ];
  const [y, x] = sides.map(({ hubs }) => hubs) as [DirectedHubness, DirectedHubness];
  const lists = y.queries === x.queries ? `${y.queries}` : `${y.queries} and ${x.queries}`;
  const average = inList([...new Set([countOf(y), countOf(x)])]);
  const frequent = `Among ${lists} lists of the ${nearest}, the most frequent row of ${names.y} is in ${y.largestCount} and that of ${names.x} in ${x.largestCount}, an average row in ${average}`;
  const missing = `${inPercent(y.antihubShare.value)} of ${names.y} and ${inPercent(x.antihubShare.value)} of ${names.x} are in none`;
  const { tone, meaning } = verdictOf(sides, threshold);
  const tied = retrieval.xToY.tiedQueries + retrieval.yToX.tiedQueries;
  const ties =
    tone !== "good" && tied > 0
      ? ` Ties go to the rows that come first; ${counted(tied, "query has", "queries have")} candidates that tie with the match.`
      : "";
  return { topic: "hubness", tone, text: `${frequent}; ${missing}: ${meaning}.${ties}` };
}

interface Side {
  readonly name: string;
  readonly hubs: DirectedHubness;
}

/** Whole numbers as they are. */
function countOf({ expectedCount }: DirectedHubness): string {
  return Number.isInteger(expectedCount) ? String(expectedCount) : inFixed(expectedCount);
}

function verdictOf(sides: readonly Side[], threshold: FindingThresholds): { tone: Sentence["tone"]; meaning: string } {
  const levels = [
    { tone: "warning", missing: threshold.missingRowsWarning, frequent: threshold.frequentRowWarning },
    { tone: "notice", missing: threshold.missingRowsNotice, frequent: threshold.frequentRowNotice },
  ] as const;
  for (const { tone, ...at } of levels) {
    const missing = sides.filter(({ hubs }) => missingOf(hubs) >= at.missing);
    if (missing.length > 0) {
      const which = inList(missing.map(({ name }) => `of ${name}`));
      const part = tone === "warning" ? "at least half of the rows" : "a part of the rows";
      return { tone, meaning: `${part} ${which} cannot be found in such lists` };
    }
    const frequent = sides.filter(
      ({ hubs: { largestCount, queries, expectedCount } }) =>
        largestCount >= at.frequent * queries && largestCount >= threshold.hubFactor * expectedCount,
    );
    if (frequent.length > 0) {
      const which = inList(frequent.map(({ name }) => `a row of ${name}`));
      const are = frequent.length === 1 ? "is" : "are each";
      return { tone, meaning: `${which} ${are} in at least ${tone === "warning" ? "half" : "a quarter"} of the lists` };
    }
  }
  return { tone: "good", meaning: "nearly every row is returned by some search" };
}

/** Rows in no list; beyond those that chance leaves out where there are fewer places than k for each row. */
function missingOf({ antihubShare, chanceAntihubShare, expectedCount, k }: DirectedHubness): number {
  return expectedCount < k ? antihubShare.value - chanceAntihubShare : antihubShare.value;
}
