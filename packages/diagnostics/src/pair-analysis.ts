// The record of everything measured on two paired sets of embeddings: X, the items, and Y, their captions. Row i of one matches
// row i of the other, or a map tells which item each caption belongs to.
// It is plain JSON. Numbers are addressed by path, e.g. `gap.centroid`, `retrieval.xToY.recall.1`,
// `energy.0.07.infoNCE.symmetric`; an `Estimate` on the way stands for its `value` (see `numberAt`).

import type { Estimate, TwoSampleForms as FormsOfSamples } from "@nce-geometry/energy";
import type { BuresDistance } from "./bures-distance.ts";

/** Changes when a field changes its name or meaning. */
export type PairAnalysisSchema = "nce-geometry/pair-analysis@2";

/** One value for queries of X searched in Y, one for queries of Y searched in X. */
export interface Directed<T> {
  readonly xToY: T;
  readonly yToX: T;
}

/** One value for each modality. */
export interface PerModality<T> {
  readonly x: T;
  readonly y: T;
}

/** One value for each parameter, keyed by the parameter written as a decimal number, e.g. `"0.07"` or `"10"`. Whole numbers come first. */
export type ByParameter<T> = Readonly<Record<string, T>>;

/** How far apart the two clouds lie as wholes. */
export interface ModalityGap {
  /**
   * ‖μ_X − μ_Y‖, the distance between the centroids; 0 … 2. Unit: chord. Its interval is for the populations' centroids, from
   * which noise has been taken off.
   */
  readonly centroid: Estimate;
  /** Root mean square of `centroid` that the same scatter would show if both populations had the same centroid. Unit: chord. */
  readonly centroidFloor: number;
  /** ‖μ_X‖ and ‖μ_Y‖: 1 = all rows equal, near 0 = spread over the whole sphere. */
  readonly centroidNorm: PerModality<Estimate>;
  /** Cosine of the two centroids; null when one of them is 0 and has no direction. */
  readonly centroidCosine: Estimate | null;
  /**
   * Relative modality gap: p / (p + ½(w_X + w_Y)) with p the mean of (1 − cos)/2 over matched pairs and w over unmatched
   * rows within a modality. 0 = matched rows coincide, ½ = matched rows are as far apart as unrelated ones of the same
   * modality; null when all rows of both sets are equal.
   */
  readonly relative: Estimate | null;
}

/** Cosines of matched pairs against those of unmatched ones. */
export interface CosineSummary {
  /** Mean cosine of matched pairs. */
  readonly matched: Estimate;
  /** Standard deviation of the cosine of matched pairs (divisor n). */
  readonly matchedDeviation: Estimate;
  /** Mean cosine of unmatched pairs (x_i, y_j), i ≠ j. */
  readonly unmatched: Estimate;
  /** Mean cosine of two different rows of the same modality. */
  readonly within: PerModality<Estimate>;
  /** Mean ‖x_i − y_i‖² over matched pairs. Unit: chord². */
  readonly alignment: Estimate;
}

/** A two-sample statistic of matched rows in its three forms; they differ by terms of order 1/n. */
export type TwoSampleForms = Required<FormsOfSamples>;

/** Squared maximum mean discrepancy of the Gaussian kernel of one bandwidth. */
export interface MaximumMeanDiscrepancyAtBandwidth extends TwoSampleForms {
  /** Bandwidth as a multiple of the median cross distance. */
  readonly factor: number;
  /** Unit: chord. */
  readonly bandwidth: number;
}

export interface MaximumMeanDiscrepancy {
  /** Median of ‖x_i − y_j‖ over all pairs. */
  readonly medianCrossDistance: Estimate;
  /** Keyed by `factor`: `0.5`, `1`, `2`. */
  readonly atBandwidth: ByParameter<MaximumMeanDiscrepancyAtBandwidth>;
}

/** Retrieval of the matches among all rows of the other modality. */
export interface DirectedRetrieval {
  readonly queries: number;
  readonly candidates: number;
  /** Share of queries with a match among the first k; queries with ties count with the probability of a hit. Keyed by k. */
  readonly recall: ByParameter<Estimate>;
  /** Mean share of a query's matches that are among the first k. The same as `recall` where each query has one match. */
  readonly fractionRecall: ByParameter<Estimate>;
  /** Mean of 1/rank of the first match, averaged over the order of tied candidates. */
  readonly meanReciprocalRank: Estimate;
  /** Median and mean over queries of the expected rank of the first match: 1 + #{better} + ½ #{tied} where there is one. */
  readonly medianRank: Estimate;
  readonly meanRank: Estimate;
  /** Mean of Σ 1/log₂(1 + rank) over the matches among the first k, divided by its largest value. Keyed by k. */
  readonly normalizedDiscountedGain: ByParameter<Estimate>;
  /** Mean over queries of the mean precision at the ranks of the matches. */
  readonly meanAveragePrecision: Estimate;
  /** The same with ties resolved in favour of the matches, so that collapsed rows look perfect. */
  readonly strict: {
    readonly recall: ByParameter<Estimate>;
    readonly meanReciprocalRank: Estimate;
    readonly medianRank: Estimate;
  };
  /** Queries with at least one stranger that scores exactly as a match does. */
  readonly tiedQueries: number;
  /** Recall at increasing k, and that of a random order, ready to plot. */
  readonly curve: {
    readonly k: readonly number[];
    readonly recall: readonly number[];
    readonly chance: readonly number[];
  };
  readonly chance: RetrievalChance;
}

/** What a random order of the candidates gives on average. */
export interface RetrievalChance {
  readonly recall: ByParameter<number>;
  readonly fractionRecall: ByParameter<number>;
  readonly meanReciprocalRank: number;
  readonly medianRank: number;
  readonly meanRank: number;
  readonly normalizedDiscountedGain: ByParameter<number>;
  readonly meanAveragePrecision: number;
  /** Standard deviations of the measures over random orders, where captions of one item count as one query. */
  readonly deviation: {
    readonly recall: ByParameter<number>;
    readonly meanReciprocalRank: number;
    readonly medianRank: number;
  };
}

export type Retrieval = Directed<DirectedRetrieval>;

/** How many directions a set of rows uses. */
export interface Spectrum {
  /** RankMe: exp of the entropy of the singular values of the rows, not centred. */
  readonly rankMe: Estimate;
  /** exp of the entropy of the eigenvalues of the covariance; 0 when all rows are equal. */
  readonly effectiveRank: Estimate;
  /** (Σλ)²/Σλ² of the eigenvalues of the covariance; 0 when all rows are equal. */
  readonly participationRatio: Estimate;
  /** The largest value that the covariance can reach: min(rows − 1, d). */
  readonly rankCeiling: number;
  /** Shares of the variance along the principal axes, largest first, at most 100 of them. */
  readonly varianceShares: readonly number[];
}

/** The four mean log-partition fields, E log (1/N) Σ_j e^{s/τ}: anchors of the first letter, pool of the second. Unit: nats. */
export interface LogPartitionTerms {
  readonly xy: Estimate;
  readonly yx: Estimate;
  readonly xx: Estimate;
  readonly yy: Estimate;
}

/** Divergences between the two laws after smoothing by the kernel of temperature τ, at the sampled points. Unit: nats. */
export interface SmoothedDivergence {
  /** E_X [log ρ̃_X − log ρ̃_Y], an estimate of D_KL(ρ_X ‖ ρ_Y). */
  readonly klXY: Estimate;
  readonly klYX: Estimate;
  /** ½(klXY + klYX): the gap term of the symmetric contrastive energy. */
  readonly symmetricKL: Estimate;
  /** klXY + klYX. */
  readonly jeffreys: Estimate;
}

/** The contrastive energy at one temperature, term by term. Standard errors are over anchors with the pool held fixed. */
export interface EnergyDecomposition {
  readonly temperature: number;
  /** Mean of −s(x_i, y_i)/τ. Unit: nats. */
  readonly potentialTerm: Estimate;
  /** `all`: every row of the pool, i = j included, as the loss sees it. `leaveOneOut`: i ≠ j, for density estimation. */
  readonly logPartition: { readonly all: LogPartitionTerms; readonly leaveOneOut: LogPartitionTerms };
  readonly smoothedDivergence: { readonly all: SmoothedDivergence; readonly leaveOneOut: SmoothedDivergence };
  /** In-batch InfoNCE of all pairs: without a map potential term + log-partition term (all) + log n. Unit: nats. */
  readonly infoNCE: Directed<Estimate> & { readonly symmetric: Estimate };
  /** The same with the positive left out of the denominator. Unit: nats. */
  readonly decoupled: Directed<Estimate> & { readonly symmetric: Estimate };
  /** Mean softmax probability of the match among all candidates of the loss. */
  readonly positiveMass: Directed<Estimate>;
  /** Mean of (Σ_{j≠i} p_ij)²/Σ_{j≠i} p_ij²: how many negatives share the repulsion; 1 … number of negatives. Unit: count. */
  readonly conditionalEffectiveNegatives: Directed<Estimate>;
}

/** How unevenly the rows of one modality appear among the k nearest of the other's. */
export interface DirectedHubness {
  readonly k: number;
  /** How many lists were looked at. */
  readonly queries: number;
  /** Lists that a row is in on average: queries·k/rows. */
  readonly expectedCount: number;
  /** Share of rows in no list if the places were drawn at random. */
  readonly chanceAntihubShare: number;
  /** Skewness of the number of lists that a row appears in; 0 when all are equal. */
  readonly skewness: Estimate;
  /** Share of list places that would have to move for all rows to appear equally often. */
  readonly robinHood: Estimate;
  /** Share of rows that appear in no list. */
  readonly antihubShare: Estimate;
  /** Share of rows that appear in at least twice as many lists as the average row. */
  readonly hubShare: Estimate;
  /** Lists that the most frequent row appears in. */
  readonly largestCount: number;
}

/** Share of the query's own modality among the k nearest of X ∪ Y, the query left out. */
export interface MixedSearch extends PerModality<ByParameter<Estimate>> {
  /** The shares without any preference: (n − 1)/(n + m − 1) for queries of X, (m − 1)/(n + m − 1) for those of Y. */
  readonly reference: PerModality<number>;
}

/** What a control of the gap is judged by. */
export interface GapAndSearch {
  readonly gap: ModalityGap;
  readonly retrieval: Retrieval;
  readonly mixedSearch: MixedSearch;
}

/** A two-sample statistic, paired form, with the offset of the centroids and without. */
export interface OffsetParts {
  readonly whole: Estimate;
  /** After Y was moved onto the centroid of X: the difference in shape that is left. */
  readonly withoutOffset: Estimate;
  /** 1 − withoutOffset/whole; null where the whole is not above 0. */
  readonly offsetShare: number | null;
}

export interface DiscrepancyParts extends OffsetParts {
  /** Unit: chord. */
  readonly bandwidth: number;
}

/** How the two laws differ beyond their centroids, measured on pairs. */
export interface DistributionGap {
  readonly pairs: number;
  /** Pairs of the density estimates and of the pooled median. */
  readonly densityPairs: number;
  readonly energyDistance: OffsetParts;
  /** MMD² of the Gaussian kernel; null where the pooled median distance is 0. */
  readonly maximumMeanDiscrepancy: {
    readonly pooledMedian: DiscrepancyParts | null;
    readonly fixed: DiscrepancyParts;
  };
  readonly slicedWasserstein: Estimate;
  readonly bures: BuresDistance;
  /** D_S by three estimators, which differ much in high dimension; null for few pairs or one dimension, or where it is infinite. */
  readonly symmetricKL: {
    readonly kernelDensity: Estimate | null;
    readonly nearestNeighbours: Estimate | null;
    readonly vonMisesFisher: Estimate | null;
  } | null;
  /** Area under the ROC curve of a linear probe on held-out items: ½ = cannot be told apart, 1 = separated by a hyperplane. */
  readonly probeArea: Estimate;
}

/** The gap, retrieval and search bias after each modality is centred at its own mean and renormalised. */
export interface CentredAnalysis extends GapAndSearch {
  /** The same rows before; null where that is what the record says already, nothing having been sampled. */
  readonly before: GapAndSearch | null;
}

/** A number before and after the pairing was permuted. */
export interface BeforeAfter {
  readonly before: number;
  readonly after: number;
}

/** The pairing permuted at random: what depends on it must fall to chance, what does not must stay. */
export interface ShuffleControl {
  readonly seed: number;
  /** Recall of the permuted pairing, ties by expectation. Keyed by k. */
  readonly recall: Directed<ByParameter<Estimate>>;
  readonly meanReciprocalRank: Directed<Estimate>;
  /** Mean cosine of the permuted pairs. */
  readonly matchedCosine: Estimate;
  readonly chance: Directed<RetrievalChance>;
  /** Largest distance of a recall or reciprocal rank from chance, in standard deviations of chance. */
  readonly largestDeviation: number;
  readonly retrievalAtChance: boolean;
  /** Measured again on the permuted rows. */
  readonly marginals: {
    readonly centroid: BeforeAfter;
    readonly withinY: BeforeAfter;
    readonly energyDistance: BeforeAfter;
  };
  /** Whether the marginals agree to rounding. */
  readonly marginalsHeld: boolean;
}

/** Counts of cosines in shared bins. */
export interface CosineHistograms {
  /** Bin borders, one more than there are bins; the last bin is closed. */
  readonly edges: readonly number[];
  readonly matched: readonly number[];
  readonly unmatched: readonly number[];
  readonly withinX: readonly number[];
  readonly withinY: readonly number[];
}

/** Principal plane of X ∪ Y. */
export interface UnionProjection {
  /** Shares of the variance of the union along the two axes. */
  readonly varianceShares: readonly [number, number];
  /** Coordinates of at most `projectionPoints` rows of each modality, spread evenly over the file. */
  readonly x: ProjectedPoints;
  readonly y: ProjectedPoints;
}
export interface ProjectedPoints {
  /** Row of each point in its file, from 0. */
  readonly row: readonly number[];
  /** The item that it is or belongs to. */
  readonly item: readonly number[];
  readonly first: readonly number[];
  readonly second: readonly number[];
}

/** What of the rows was looked at. */
export interface PairAnalysisSampling {
  /** Pairs of the gap, cosines, uniformity, divergences, energies, spectra, histograms and controls. */
  readonly items: number;
  readonly captions: number;
  /** Queries of retrieval, mixed search and hubness, each against all rows. */
  readonly queries: PerModality<number>;
}

/** The options in force, so that a record tells how to repeat it. */
export interface PairAnalysisSettings {
  readonly preset: "quick" | "full";
  readonly sampling: PairAnalysisSampling;
  readonly temperatures: readonly number[];
  readonly recallAt: readonly number[];
  readonly mixedSearchAt: readonly number[];
  readonly hubnessAt: number;
  readonly bandwidthFactors: readonly number[];
  readonly bootstrap: number;
  readonly level: number;
  readonly seed: number;
  readonly engine: string;
  readonly precision: "float64" | "float32";
}

/** Everything measured on two paired sets of unit rows. Parts that were skipped are null. */
export interface PairAnalysis {
  readonly schema: PairAnalysisSchema;
  /** Rows of X. */
  readonly items: number;
  /** Rows of Y; as many as items unless a map says which item each belongs to. */
  readonly captions: number;
  readonly dim: number;
  readonly settings: PairAnalysisSettings;
  readonly gap: ModalityGap;
  readonly cosines: CosineSummary;
  /** log of the mean of exp(−2‖x_i − x_j‖²) over i ≠ j; more negative = more evenly spread. Unit: nats. */
  readonly uniformity: PerModality<Estimate>;
  readonly energyDistance: TwoSampleForms;
  /** Null when the median cross distance is 0, which leaves no scale for the kernel. */
  readonly maximumMeanDiscrepancy: MaximumMeanDiscrepancy | null;
  readonly retrieval: Retrieval;
  /** Keyed by temperature. */
  readonly energy: ByParameter<EnergyDecomposition>;
  readonly hubness: Directed<DirectedHubness>;
  readonly mixedSearch: MixedSearch;
  readonly histograms: CosineHistograms;
  readonly spectrum: PerModality<Spectrum> | null;
  readonly projection: UnionProjection | null;
  readonly distribution: DistributionGap | null;
  readonly centred: CentredAnalysis | null;
  readonly shuffle: ShuffleControl | null;
}
