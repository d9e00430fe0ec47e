// The findings in a few plain sentences, for someone who decides and has not read the theory.

import type { CloudAnalysis } from "../analyze-cloud.ts";
import { inPercent } from "../number-words.ts";
import type { PairAnalysis } from "../pair-analysis.ts";
import type { Finding } from "./finding.ts";
import { searchBias } from "./mixed-search-bias.ts";
import type { ModalityNames } from "./modality-names.ts";
import { pairingIsHidden } from "./pairing-visibility.ts";
import { firstCount } from "./retrieval-finding.ts";

/**
 * What matters about an analysis in three or four sentences without technical words: how often a search finds the partner, what a search over
 * both kinds returns, how much the sentences can be trusted, and what to do first.
 *
 * Domain:   an analysis and its findings, from `summarize`.
 */
export function inBrief(
  analysis: PairAnalysis,
  findings: readonly Finding[],
  names: ModalityNames = { x: "X", y: "Y" },
): string {
  const first = worst(findings);
  return [
    finds(analysis, names),
    mixes(analysis, names),
    ...trust(findings),
    ...(first ? [`What to try first: ${first.remedy}`] : ["Nothing here calls for action."]),
  ].join(" ");
}

function finds(analysis: PairAnalysis, names: ModalityNames): string {
  const { xToY, yToX } = analysis.retrieval;
  const k = firstCount(analysis.retrieval);
  if (pairingIsHidden(analysis.retrieval))
    return `A search from ${names.x} to ${names.y} does no better than picking at random: these two sets do not fit together as they are.`;
  const chance = (xToY.chance.recall[k]! + yToX.chance.recall[k]!) / 2;
  const place = k === "1" ? "as the first result" : `among the first ${k} results`;
  return `Starting from one of ${names.x}, a search in ${names.y} returns the right partner ${place} in ${inPercent(xToY.recall[k]!.value)} of the cases, and the other way round in ${inPercent(yToX.recall[k]!.value)}; luck alone would give ${inPercent(chance)}.`;
}

function mixes(analysis: PairAnalysis, names: ModalityNames): string {
  const { x, y, verdict, k } = searchBias(analysis);
  switch (verdict) {
    case "hidden":
      return `But put both into one search and they do not mix: of the first ${k} results, ${inPercent((x + y) / 2)} are of the kind that was asked with, so that a question asked with one of ${names.x} practically never shows one of ${names.y}.`;
    case "xEverywhere":
    case "yEverywhere": {
      const [often, rare] = verdict === "xEverywhere" ? [names.x, names.y] : [names.y, names.x];
      return `Put both into one search and ${often} crowd out ${rare}, whatever is asked.`;
    }
    case "own":
      return "Put both into one search and results lean towards the kind that was asked with.";
    case "other":
      return "Put both into one search and results lean towards the other kind.";
    case "even":
      return "Put both into one search and they mix as they should.";
    default:
      return "There are too few rows to tell how a search over both would mix them.";
  }
}

function trust(findings: readonly Finding[]): string[] {
  const of = (topic: Finding["topic"]) => findings.find((finding) => finding.topic === topic);
  if (of("fewPairs")) return ["So few pairs were given that all of this is rough."];
  return of("shuffle")?.tone === "warning" ? ["A control experiment failed, so do not rely on these numbers."] : [];
}

const order: readonly Finding["severity"][] = ["high", "medium"];

/** The first finding of the highest severity that says what to do. */
function worst(findings: readonly Finding[]): Finding | undefined {
  for (const severity of order) {
    const found = findings.find((finding) => finding.severity === severity && finding.remedy !== null);
    if (found) return found;
  }
  return undefined;
}

/** The same of one set of rows. */
export function inBriefOfCloud(analysis: CloudAnalysis, findings: readonly Finding[], name = "X"): string {
  const { meanCosine, spectrum } = analysis;
  const first = worst(findings);
  const repeats = findings.find(({ topic }) => topic === "duplicates");
  return [
    meanCosine.value >= 0.5
      ? `All rows of ${name} look alike: two that have nothing to do with each other score ${meanCosine.value.toFixed(2)} of at most 1.`
      : `Rows of ${name} that have nothing to do with each other score ${meanCosine.value.toFixed(2)} on average, of at most 1.`,
    `They use about ${spectrum.effectiveRank.value.toFixed(0)} of the ${spectrum.rankCeiling} directions that they could.`,
    ...(repeats ? ["Some of them are there more than once."] : []),
    ...(first ? [`What to try first: ${first.remedy}`] : ["Nothing here calls for action."]),
  ].join(" ");
}
