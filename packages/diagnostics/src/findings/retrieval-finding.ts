import { type FindingThresholds, findingThresholds } from "../finding-thresholds.ts";
import { counted, inPercent } from "../number-words.ts";
import type { Directed, DirectedRetrieval, PairAnalysis, Retrieval } from "../pair-analysis.ts";
import type { Sentence } from "./finding.ts";
import type { ModalityNames } from "./modality-names.ts";
import { pairingVisibility } from "./pairing-visibility.ts";
import { occupySeparateRegions } from "./separate-regions.ts";

/** How often the match is ranked first, and whether that is more than chance. */
export function retrievalFinding(
  analysis: PairAnalysis,
  names: ModalityNames,
  threshold: FindingThresholds = findingThresholds,
): Sentence {
  const { retrieval } = analysis;
  const k = firstCount(retrieval);
  const place = k === "1" ? "ranked first" : `among the first ${k}`;
  const [forward, backward] = [retrieval.xToY.recall[k]!.value, retrieval.yToX.recall[k]!.value];
  const directions = { xToY: `${names.x} → ${names.y}`, yToX: `${names.y} → ${names.x}` };
  const hits = `The match is ${place} for ${inPercent(forward)} of the queries ${directions.xToY} and ${inPercent(backward)} ${directions.yToX}`;
  const chance = chanceOf(retrieval, k);
  const { tone, meaning } = verdictOf(analysis, directions, place, threshold);
  return { topic: "retrieval", tone, text: `${hits}; ${chance}: ${meaning}.${tiesOf(retrieval, k, threshold)}` };
}

function chanceOf({ xToY, yToX }: Retrieval, k: string): string {
  const [forward, backward] = [inPercent(xToY.chance.recall[k]!), inPercent(yToX.chance.recall[k]!)];
  if (xToY.candidates === yToX.candidates) return `chance is ${forward} with ${xToY.candidates} candidates`;
  return `chance is ${forward} with ${xToY.candidates} candidates and ${backward} with ${yToX.candidates}`;
}

/** The smallest k of recall@k that was asked for. */
export function firstCount({ xToY }: Retrieval): string {
  return Object.keys(xToY.recall)[0]!;
}

interface Verdict {
  readonly tone: Sentence["tone"];
  readonly meaning: string;
}

function verdictOf(
  analysis: PairAnalysis,
  directions: Directed<string>,
  place: string,
  threshold: FindingThresholds,
): Verdict {
  const { xToY, yToX } = analysis.retrieval;
  const seen = { xToY: pairingVisibility(xToY, threshold), yToX: pairingVisibility(yToX, threshold) };
  if (seen.xToY === "clear" && seen.yToX === "clear") return levelOf(analysis, directions, place, threshold);
  for (const which of ["xToY", "yToX"] as const) {
    if (seen[which] === "clear")
      return { tone: "notice", meaning: `the pairing is visible in the direction ${directions[which]} only` };
  }
  if (seen.xToY === "reversed" || seen.yToX === "reversed")
    return { tone: "warning", meaning: "matches are ranked behind unrelated rows, more often than at random" };
  const traces = seen.xToY === "trace" || seen.yToX === "trace";
  return { tone: "warning", meaning: `the pairing can${traces ? " hardly" : "not"} be told from a random one` };
}

/** How well a pairing that is visible both ways is found. */
function levelOf(
  analysis: PairAnalysis,
  directions: Directed<string>,
  place: string,
  threshold: FindingThresholds,
): Verdict {
  const { retrieval, gap } = analysis;
  const k = firstCount(retrieval);
  const recalls = [retrieval.xToY.recall[k]!.value, retrieval.yToX.recall[k]!.value];
  if (Math.min(retrieval.xToY.chance.recall[k]!, retrieval.yToX.chance.recall[k]!) >= threshold.goodRecall)
    return { tone: "notice", meaning: "the pairing is visible, but so few candidates are found by chance as well" };
  const despite = gap.centroid.value >= threshold.wideGap ? " in spite of the gap" : "";
  const since = occupySeparateRegions(analysis, threshold)
    ? ", since the candidates of one search all lie on the same side of it"
    : "";
  if (Math.min(...recalls) >= threshold.reliableRecall)
    return { tone: "good", meaning: `the pairing is found reliably${despite}${since}` };
  if (Math.min(...recalls) >= threshold.goodRecall) {
    const tied = tieGain(retrieval.xToY, k) + tieGain(retrieval.yToX, k) >= 2 * threshold.recallChange;
    const meaning =
      despite === "" || tied
        ? `the pairing is clear${despite}, but not every match is ${place}`
        : `for a search across modalities the pairing is intact${despite}${since}`;
    return { tone: tied ? "notice" : "good", meaning };
  }
  if (Math.max(...recalls) >= threshold.goodRecall) {
    const better = recalls[0]! > recalls[1]! ? directions.xToY : directions.yToX;
    const meaning = `the pairing is clear${despite}, but at least half of the matches are ${place} in the direction ${better} only`;
    return { tone: "notice", meaning };
  }
  const rare = Math.max(...recalls) < threshold.rareRecall;
  const meaning = rare ? `visible${despite}, but the match is rarely` : `clear${despite}, but most matches are not`;
  return { tone: "notice", meaning: `the pairing is ${meaning} ${place}` };
}

function tieGain({ recall, strict }: DirectedRetrieval, k: string): number {
  return strict.recall[k]!.value - recall[k]!.value;
}

function tiesOf({ xToY, yToX }: Retrieval, k: string, threshold: FindingThresholds): string {
  const tied = xToY.tiedQueries + yToX.tiedQueries;
  if (tied === 0) return "";
  const queries = counted(tied, "query has", "queries have");
  const count = tied === 1 ? "it counts" : "they count";
  const gains = Math.max(tieGain(xToY, k), tieGain(yToX, k)) >= threshold.recallChange;
  const asHits = `, where counting every tie as a hit would give ${inPercent(xToY.strict.recall[k]!.value)} and ${inPercent(yToX.strict.recall[k]!.value)}`;
  return ` ${queries} candidates that tie with the match; ${count} with the probability of a hit${gains ? asHits : ""}.`;
}
