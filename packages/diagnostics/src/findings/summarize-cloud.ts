// Findings about one set of embeddings.

import type { CloudAnalysis } from "../analyze-cloud.ts";
import { type FindingThresholds, resolveThresholds } from "../finding-thresholds.ts";
import { inFixed, inPercent } from "../number-words.ts";
import { explain } from "./explain.ts";
import type { Finding, Sentence } from "./finding.ts";
import { type RowFacts, rowFindings } from "./row-findings.ts";

export interface SummarizeCloudOptions {
  /** What the rows are called, e.g. `images`. @defaultValue `X` */
  readonly name?: string;
  /** Thresholds to set otherwise than `findingThresholds`. */
  readonly thresholds?: Partial<FindingThresholds>;
  /** The rows as they were stored. */
  readonly rows?: RowFacts;
}

/**
 * Findings about one cloud: concentration, spread, directions, hubs, and the rows as stored.
 *
 * Domain:   any record of `analyzeCloud`.
 * Throws:   InputError E_OPTION for a threshold that does not exist.
 */
export function summarizeCloud(analysis: CloudAnalysis, options: SummarizeCloudOptions = {}): Finding[] {
  const { name = "X", rows } = options;
  const threshold = resolveThresholds("summarizeCloud", options.thresholds);
  const collapsed = analysis.meanCosine.value >= 1 - threshold.collapsed;
  const sentences = [
    concentration(analysis, name, threshold, collapsed),
    ...(collapsed ? [] : [...uniformity(analysis, name, threshold), spectrum(analysis, name, threshold)]),
    ...(collapsed ? [] : [hubs(analysis, name, threshold)]),
    ...(rows ? rowFindings([{ name, facts: rows }], threshold) : []),
  ];
  const { spectrum: of, hubness, ...numbers } = analysis;
  const records = { ...numbers, spectrum: { x: of }, hubness: { xToY: hubness }, ...(rows && { rows: { x: rows } }) };
  const own = (path: string) => path.replace(/^(spectrum|rows)\.x\b/, "$1").replace(/^hubness\.xToY/, "hubness");
  return sentences.map((sentence) => {
    const finding = explain(sentence, records);
    const evidence = finding.evidence.map((entry) => ({ ...entry, path: own(entry.path) }));
    return { ...finding, evidence, remedy: singular(finding) };
  });
}

/** Remedies that need no second modality. */
function singular({ topic, tone, remedy }: Finding): string | null {
  if (remedy === null) return null;
  if (topic === "hubness")
    return "Search with scores that take popularity off: nce-geometry retrieve QUERIES FILE --cure csls.";
  if (topic === "spectrum" && tone === "notice")
    return "Look for collapsed dimensions: a smaller temperature or a term for uniformity in training, or whitening.";
  return remedy;
}

function concentration(
  { meanCosine, centroidNorm, nearestCosine }: CloudAnalysis,
  name: string,
  threshold: FindingThresholds,
  collapsed: boolean,
): Sentence {
  const topic = "concentration";
  if (collapsed)
    return { topic, tone: "warning", text: `All rows of ${name} are equal: they have collapsed to a single point.` };
  const text = `Two unrelated rows of ${name} have a mean cosine of ${inFixed(meanCosine.value)}, a row and its nearest other one ${inFixed(nearestCosine.value)}; the mean row has length ${inFixed(centroidNorm.value)} of at most 1`;
  return meanCosine.value >= threshold.narrowCone
    ? { topic, tone: "warning", text: `${text}: all rows lie in a narrow cone, and a high cosine alone says little.` }
    : { topic, tone: "good", text: `${text}: unrelated rows do not look alike.` };
}

function uniformity(
  { uniformityTests, cosineLaw, settings }: CloudAnalysis,
  name: string,
  threshold: FindingThresholds,
): Sentence[] {
  if (!uniformityTests || !cosineLaw || settings.sample < threshold.fewPairs) return [];
  const { rayleigh, bingham, omnibus } = uniformityTests;
  const least = Math.min(rayleigh.pValue, bingham.pValue, omnibus.pValue);
  const distance = `The cosines of ${name} are ${inFixed(cosineLaw.distance.value)} from those of rows spread evenly over the sphere${cosineLaw.uniform ? ` (such rows themselves: ${inFixed(cosineLaw.uniform.mean)})` : ""}`;
  if (least >= threshold.uniformLevel)
    return [{ topic: "uniformity", tone: "good", text: `${distance}, and no test tells the two apart.` }];
  const which = rayleigh.pValue < threshold.uniformLevel ? "they lean to one side" : "they favour some axes";
  return [{ topic: "uniformity", tone: "notice", text: `${distance}, and tests tell them apart: ${which}.` }];
}

function spectrum({ spectrum: of, settings }: CloudAnalysis, name: string, threshold: FindingThresholds): Sentence {
  const { effectiveRank, rankCeiling } = of;
  const text = `The variance of ${name} is spread as if over ${inFixed(effectiveRank.value)} of ${rankCeiling} directions`;
  if (settings.sample < threshold.fewPairs)
    return { topic: "spectrum", tone: "notice", text: `${text}, of only ${settings.sample} rows, which says little.` };
  if (effectiveRank.value < threshold.lowRank * rankCeiling)
    return { topic: "spectrum", tone: "notice", text: `${text}: most directions are hardly used.` };
  return { topic: "spectrum", tone: "good", text: `${text}.` };
}

function hubs({ hubness }: CloudAnalysis, name: string, threshold: FindingThresholds): Sentence {
  const { k, queries, expected, antihubShare, largestCount } = hubness;
  const topic = "hubness";
  const text = `Among the ${k} nearest of each of ${queries} rows of ${name}, the most frequent row appears ${largestCount} times, an average one ${inFixed(expected)}; ${inPercent(antihubShare.value)} appear in no list`;
  if (k >= hubness.candidates - 1) return { topic, tone: "notice", text: `${text}: the lists hold all there are.` };
  const often = largestCount >= threshold.hubFactor * expected ? largestCount / queries : 0;
  const missing = antihubShare.value;
  if (missing >= threshold.missingRowsWarning || often >= threshold.frequentRowWarning)
    return { topic, tone: "warning", text: `${text}: a few rows stand in for the rest.` };
  if (missing >= threshold.missingRowsNotice || often >= threshold.frequentRowNotice)
    return { topic, tone: "notice", text: `${text}: some rows are hard to reach.` };
  return { topic, tone: "good", text: `${text}: nearly every row is near some other.` };
}
