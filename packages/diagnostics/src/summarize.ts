// What was found, in sentences for someone who has not read the theory. Each sentence says the number and what follows.

import { centredFindings } from "./findings/centred-findings.ts";
import { controlFindings, fewPairsFindings } from "./findings/control-findings.ts";
import { cosineFinding } from "./findings/cosine-finding.ts";
import { energyFindings } from "./findings/energy-findings.ts";
import { gapFinding } from "./findings/gap-finding.ts";
import { hubnessFinding } from "./findings/hubness-finding.ts";
import { mixedSearchFinding } from "./findings/mixed-search-finding.ts";
import { retrievalFinding } from "./findings/retrieval-finding.ts";
import { spectrumFindings } from "./findings/spectrum-findings.ts";
import type { Finding, PairAnalysis } from "./pair-analysis.ts";

export interface SummarizeOptions {
  /** Names of the modalities, e.g. `images` and `captions`. @defaultValue `X` and `Y` */
  readonly names?: { readonly x: string; readonly y: string };
}

/**
 * Sentences about an analysis, the most important first: gap, retrieval, mixed search, then cosines, energies, spectra,
 * hubness, the centred rows and the shuffle control.
 *
 * Domain:   any record of `analyzePair`; parts that were skipped are not mentioned.
 * Limits:   no gap, a random pairing, collapsed rows and duplicates have words of their own; fewer than 30 pairs begin with a
 *           warning of that, of topic `shuffle`. Temperatures that say the same share one sentence.
 * Source:   the wording changes at the numbers of `findingThresholds`.
 */
export function summarize(analysis: PairAnalysis, options: SummarizeOptions = {}): Finding[] {
  const names = options.names ?? { x: "X", y: "Y" };
  return [
    ...fewPairsFindings(analysis),
    gapFinding(analysis, names),
    retrievalFinding(analysis, names),
    mixedSearchFinding(analysis, names),
    cosineFinding(analysis, names),
    ...energyFindings(analysis, names),
    ...spectrumFindings(analysis, names),
    hubnessFinding(analysis, names),
    ...centredFindings(analysis, names),
    ...controlFindings(analysis),
  ];
}
