// What was found, in sentences for someone who has not read the theory. Each sentence says the number and what follows.

import type { PairDetails } from "./details/pair-details.ts";
import { type FindingThresholds, resolveThresholds } from "./finding-thresholds.ts";
import { centredFindings } from "./findings/centred-findings.ts";
import { controlFindings, fewPairsFindings } from "./findings/control-findings.ts";
import { cosineFinding } from "./findings/cosine-finding.ts";
import { assumptionFindings, pairingFindings } from "./findings/detail-findings.ts";
import { energyFindings } from "./findings/energy-findings.ts";
import { explain } from "./findings/explain.ts";
import type { Finding, Sentence } from "./findings/finding.ts";
import { gapFinding } from "./findings/gap-finding.ts";
import { hubnessFinding } from "./findings/hubness-finding.ts";
import { mixedSearchFinding } from "./findings/mixed-search-finding.ts";
import { retrievalFinding } from "./findings/retrieval-finding.ts";
import { type RowFacts, rowFindings } from "./findings/row-findings.ts";
import { spectrumFindings } from "./findings/spectrum-findings.ts";
import type { PairAnalysis, PerModality } from "./pair-analysis.ts";

export interface SummarizeOptions {
  /** Names of the modalities, e.g. `images` and `captions`. @defaultValue `X` and `Y` */
  readonly names?: { readonly x: string; readonly y: string };
  /** Thresholds to set otherwise than `findingThresholds`. */
  readonly thresholds?: Partial<FindingThresholds>;
  /** The record of `pairDetails` of the same rows: adds what it says about the pairing and the assumptions of the theory. */
  readonly details?: PairDetails;
  /** The rows as they were stored: adds what is to be said about lengths and repeats. */
  readonly rows?: PerModality<RowFacts>;
}

/**
 * Findings about an analysis, the most important first: pairing, gap, retrieval, mixed search, then cosines, energies, spectra,
 * hubness, rows, assumptions, the centred rows and the shuffle control.
 *
 * Domain:   any record of `analyzePair`; parts that were skipped are not mentioned.
 * Limits:   no gap, a random pairing, collapsed rows and duplicates have words of their own; fewer than 30 pairs begin with a
 *           warning of that. Temperatures that say the same share one sentence.
 * Throws:   InputError E_OPTION for a threshold that does not exist.
 * Source:   the wording changes at the numbers of `findingThresholds`; `findingRules` tells what each rests on.
 */
export function summarize(analysis: PairAnalysis, options: SummarizeOptions = {}): Finding[] {
  const { names = { x: "X", y: "Y" }, details, rows } = options;
  const threshold = resolveThresholds("summarize", options.thresholds);
  const sides = rows ? (["x", "y"] as const).map((side) => ({ name: names[side], facts: rows[side] })) : [];
  const sentences: Sentence[] = [
    ...fewPairsFindings(analysis, threshold),
    ...(details ? pairingFindings(details, analysis, names, threshold) : []),
    gapFinding(analysis, names, threshold),
    retrievalFinding(analysis, names, threshold),
    mixedSearchFinding(analysis, names, threshold),
    cosineFinding(analysis, names, threshold),
    ...energyFindings(analysis, names, threshold),
    ...spectrumFindings(analysis, names, threshold),
    hubnessFinding(analysis, names, threshold),
    ...rowFindings(sides, threshold),
    ...assumptionFindings(analysis, details, threshold),
    ...centredFindings(analysis, names, threshold),
    ...controlFindings(analysis, threshold),
  ];
  const records = { ...analysis, ...(details && { details }), ...(rows && { rows }) };
  return sentences.map((sentence) => explain(sentence, records));
}
