/** Where the wording of {@link summarize} changes. Conventions of this package, not laws. */
export const findingThresholds = {
  /** With fewer pairs, intervals are rough and neither the shuffle control nor the spectrum earns the tone `good`. */
  fewPairs: 30,
  /** Modalities whose rows have a mean cosine this close to 1 are one point, to rounding. */
  collapsed: 1e-12,
  /** A centroid distance within this many floors may be sampling noise, unless its interval lies above one floor. */
  noiseFloors: 3,
  /** Centroid distances from here on are called wide; √2 is that of orthogonal modalities without spread. */
  wideGap: 0.5,
  /**
   * Standard deviations of chance from which on retrieval is no accident: with some ten measures looked at, a random pairing
   * exceeds it about once in a hundred times.
   */
  clearDeviation: 4,
  /** Recall of the match at the first place, from here on in both directions: found reliably. */
  reliableRecall: 0.9,
  /** Recall of the match at the first place, from here on in both directions: good. */
  goodRecall: 0.5,
  /** Below this recall in both directions the match is rarely ranked first. */
  rareRecall: 0.1,
  /** A mixed search that returns its own modality this often hides the other one. */
  hidingShare: 0.95,
  /** Own-modality share that differs from the reference by this much is a bias. */
  biasedShare: 0.1,
  /** Change of recall, by centring or by counting ties as hits, that is worth a word. */
  recallChange: 0.05,
  /** A hub is a row in this many times as many lists as the average row. */
  hubFactor: 3,
  /** A hub in this share of all lists is worth a notice, or a warning. */
  frequentRow: { notice: 0.25, warning: 0.5 },
  /** This share of rows in no list is worth a notice, or a warning. */
  missingRows: { notice: 0.1, warning: 0.5 },
  /** Fewer effective negatives, and fewer than half of all, are called few. */
  fewNegatives: 10,
  /** An effective rank below this share of the ceiling is called low, from half of it on high. */
  lowRank: 0.1,
  /** Directions from here on are many. */
  manyDirections: 10,
} as const;
