// What each rule asks, which numbers and thresholds answer it, and what to try first where the answer is bad.

import type { FindingThresholdName } from "../finding-thresholds.ts";
import type { Finding, FindingTopic } from "./finding.ts";

export interface FindingRule {
  /** What is asked. */
  readonly question: string;
  /** Whether an assumption of the theory is looked at, a signature of failure, or how far the numbers can be trusted. */
  readonly kind: "assumption" | "failure" | "trust";
  /** Paths of the numbers that answer it; `*` stands for every name at that place. */
  readonly evidence: readonly string[];
  readonly thresholds: readonly FindingThresholdName[];
  /** Severity of a warning. */
  readonly severity: Extract<Finding["severity"], "medium" | "high">;
  /** What to try first, for the tones that call for something. */
  readonly remedy: { readonly [tone in "notice" | "warning"]?: string };
}

const bothWays = (path: string): string[] => ["xToY", "yToX"].map((way) => path.replace("@", way));
const bothKinds = (path: string): string[] => ["x", "y"].map((kind) => path.replace("@", kind));

/** The rules in the order of their findings. */
export const findingRules: Readonly<Record<FindingTopic, FindingRule>> = {
  fewPairs: {
    question: "Are there enough pairs for intervals and controls to mean something?",
    kind: "trust",
    evidence: ["items"],
    thresholds: ["fewPairs"],
    severity: "medium",
    remedy: { warning: "Embed more pairs: a few hundred give intervals of a few percent." },
  },
  pairing: {
    question: "Do rows of the same number belong together, or have the files slipped against each other?",
    kind: "failure",
    evidence: [
      "details.pairing.ownFirst",
      "details.pairing.shift.rows",
      "details.pairing.shift.share",
      "details.pairing.standout",
    ],
    thresholds: ["shiftedShare", "standout", "clearDeviation"],
    severity: "high",
    remedy: {
      warning:
        "Check how the two files were written: the same items in the same order, none dropped from one of them; with several captions for an item, pass --map.",
    },
  },
  gap: {
    question: "How far apart are the centres of the two clouds?",
    kind: "failure",
    evidence: [
      "gap.centroid",
      "gap.centroidFloor",
      "gap.relative",
      "distribution.energyDistance.offsetShare",
      "distribution.probeArea",
    ],
    thresholds: ["wideGap", "noiseFloors", "collapsed"],
    severity: "medium",
    remedy: {
      warning:
        "Run nce-geometry control compare X Y, which measures on held-out items what narrows the gap and what that costs.",
    },
  },
  retrieval: {
    question: "Is the match found, and more often than by chance?",
    kind: "failure",
    evidence: [
      ...bothWays("retrieval.@.recall.*"),
      ...bothWays("retrieval.@.chance.recall.*"),
      ...bothWays("retrieval.@.medianRank"),
    ],
    thresholds: ["clearDeviation", "rareRecall", "goodRecall", "reliableRecall", "recallChange"],
    severity: "high",
    remedy: {
      warning:
        "Check that row i of one file belongs to row i of the other, or pass --map; if it does, the encoders do not share a space and need training.",
    },
  },
  mixedSearch: {
    question: "Does a search over both kinds together favour one?",
    kind: "failure",
    evidence: [...bothKinds("mixedSearch.@.*"), ...bothKinds("mixedSearch.reference.@")],
    thresholds: ["hidingShare", "biasedShare"],
    severity: "medium",
    remedy: {
      warning:
        "Search each kind in an index of its own and merge by rank, or run nce-geometry control compare X Y to see whether a map lets both share one index.",
      notice: "Run nce-geometry control compare X Y to see whether a map evens it out.",
    },
  },
  cosines: {
    question: "Is a match more alike than unrelated rows of either kind?",
    kind: "failure",
    evidence: ["cosines.matched", "cosines.unmatched", ...bothKinds("cosines.within.@")],
    thresholds: ["collapsed"],
    severity: "medium",
    remedy: {
      warning:
        "Set cut-offs on the cosine for each pair of kinds separately, or centre each kind first (nce-geometry control fit X Y --control centre --out centre.json).",
    },
  },
  energy: {
    question: "How many negatives does the loss listen to at each temperature?",
    kind: "failure",
    evidence: [...bothWays("energy.*.positiveMass.@"), ...bothWays("energy.*.conditionalEffectiveNegatives.@")],
    thresholds: ["fewNegatives"],
    severity: "medium",
    remedy: { notice: "Read the numbers of a larger temperature, or of more pairs." },
  },
  spectrum: {
    question: "How many directions does each kind use?",
    kind: "failure",
    evidence: [...bothKinds("spectrum.@.effectiveRank"), ...bothKinds("spectrum.@.rankCeiling")],
    thresholds: ["lowRank", "manyDirections", "fewPairs", "collapsed"],
    severity: "high",
    remedy: {
      warning: "Look for a dead or constant output of the encoder; nce-geometry inspect FILE shows equal rows.",
      notice:
        "Look for collapsed dimensions: a smaller temperature or a term for uniformity in training, or whitening (nce-geometry control compare X Y).",
    },
  },
  hubness: {
    question: "Do a few rows fill the lists of neighbours?",
    kind: "failure",
    evidence: [
      ...bothWays("hubness.@.largestCount"),
      ...bothWays("hubness.@.expectedCount"),
      ...bothWays("hubness.@.antihubShare"),
      ...bothWays("hubness.@.skewness"),
    ],
    thresholds: ["hubFactor", "frequentRowNotice", "frequentRowWarning", "missingRowsNotice", "missingRowsWarning"],
    severity: "medium",
    remedy: {
      warning:
        "Run nce-geometry retrieve X Y --cure csls, which takes popularity off the scores and tells recall and hubs before and after.",
      notice: "Run nce-geometry retrieve X Y --cure csls, if the rows that are never found matter.",
    },
  },
  rows: {
    question: "Were the rows of unit length, as the theory assumes?",
    kind: "assumption",
    evidence: [...bothKinds("rows.@.norms.min"), ...bothKinds("rows.@.norms.max")],
    thresholds: ["unitLength"],
    severity: "medium",
    remedy: {
      notice:
        "Normalise before storing, so that every tool ranks as this report does; nce-geometry ingest FILE FOLDER checks lengths.",
    },
  },
  duplicates: {
    question: "Do rows repeat?",
    kind: "failure",
    evidence: [...bothKinds("rows.@.duplicates.rows"), ...bothKinds("rows.@.rows")],
    thresholds: ["duplicateRowsNotice", "duplicateRowsWarning"],
    severity: "medium",
    remedy: {
      warning:
        "Keep one of each group of equal rows, or say with --map that their captions share an item; nce-geometry inspect FILE names the first.",
      notice: "Keep one of each group of equal rows; they tie, and ties count with the probability of a hit.",
    },
  },
  kernel: {
    question: "Is the kernel sharp enough to see the shape of the clouds?",
    kind: "assumption",
    evidence: bothWays("energy.*.conditionalEffectiveNegatives.@"),
    thresholds: ["flatKernel"],
    severity: "medium",
    remedy: { notice: "Ask for smaller temperatures: --temperature 0.01,0.03." },
  },
  negatives: {
    question: "How many negatives bring the gradient within the wanted angle of its limit?",
    kind: "assumption",
    evidence: ["details.negatives.negatives", "details.negatives.target"],
    thresholds: ["wantedAlignment"],
    severity: "medium",
    remedy: { notice: "Train with larger batches or a queue of negatives, or at a larger temperature." },
  },
  heterogeneity: {
    question: "Do both directions of the loss draw the same law of pairs?",
    kind: "assumption",
    evidence: ["details.heterogeneity.divergence", "details.heterogeneity.temperature"],
    thresholds: ["heterogeneity"],
    severity: "medium",
    remedy: {
      notice:
        "Expect a gap that training does not close: the two losses pull towards different laws. Report both directions, never one.",
    },
  },
  centred: {
    question: "What is left of gap and bias when each kind is centred?",
    kind: "failure",
    evidence: [
      "centred.gap.centroid",
      ...bothWays("centred.retrieval.@.recall.*"),
      ...bothKinds("centred.mixedSearch.@.*"),
    ],
    thresholds: ["hidingShare", "biasedShare", "recallChange"],
    severity: "medium",
    remedy: {},
  },
  shuffle: {
    question: "Does everything that depends on the pairing vanish when the pairing is permuted?",
    kind: "trust",
    evidence: ["shuffle.largestDeviation", "shuffle.matchedCosine"],
    thresholds: ["fewPairs"],
    severity: "high",
    remedy: { warning: "Report it: a control that fails points to a defect, or to rows that leak their number." },
  },
  concentration: {
    question: "Does a single cloud point into one direction?",
    kind: "failure",
    evidence: ["centroidNorm", "meanCosine"],
    thresholds: ["narrowCone", "collapsed"],
    severity: "medium",
    remedy: {
      warning:
        "Subtract the mean row before comparing cosines, or set cut-offs relative to the mean cosine of unrelated rows.",
    },
  },
  uniformity: {
    question: "Is a single cloud spread as the uniform law?",
    kind: "assumption",
    evidence: ["uniformityTests.rayleigh.pValue", "uniformityTests.omnibus.pValue", "uniformity"],
    thresholds: ["uniformLevel"],
    severity: "medium",
    remedy: {},
  },
};
