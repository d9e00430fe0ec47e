/** Where the wording of {@link summarize} changes. Conventions of this package, not laws. */
export const findingThresholds = {
  /** A centroid distance within this many floors may be sampling noise. */
  noiseFloors: 3,
  /** Centroid distances from here on are called wide; √2 is that of orthogonal modalities without spread. */
  wideGap: 0.5,
  /** Recall of the match at the first place from here on is called good. */
  goodRecall: 0.5,
  /** A mixed search that returns its own modality this often hides the other one. */
  hidingShare: 0.95,
  /** Own-modality share above the reference by this much is a bias. */
  biasedShare: 0.1,
  /** Change of recall by centring that is worth a word. */
  recallChange: 0.05,
  /** Skewness of the k-occurrence from here on is called strong hubness. */
  strongHubness: 1.4,
  /** An effective rank below this share of the ceiling is called low. */
  lowRank: 0.1,
} as const;
