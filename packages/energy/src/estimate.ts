// A number that was measured on a sample, with how sure it is and how it was got.

/**
 * What a number counts.
 * - `1`: a pure number (a cosine, a share, a probability, a kernel mean, a rank of a spectrum);
 * - `chord`: Euclidean distance between unit vectors, 0 … 2; `chord²` its square;
 * - `rad`: angle on the sphere; `rad²` its square;
 * - `nats`: natural-logarithm units of entropy, divergence, loss;
 * - `rank`: place in a list, 1 = first; `count`: how many.
 */
export type Unit = "1" | "chord" | "chord²" | "rad" | "rad²" | "nats" | "rank" | "count";

/**
 * Confidence interval.
 * - `bootstrap`: percentiles of the estimate over resampled rows;
 * - `normal`: value ± quantile · standard error (used instead of the bootstrap for very large samples or `bootstrap: 0`);
 * - `wilson`: Wilson's score interval of a proportion, which stays honest at 0 and 1;
 * - `orderStatistics`: distribution-free interval of a median.
 */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Confidence level, e.g. 0.95. */
  readonly level: number;
  readonly method: "bootstrap" | "normal" | "wilson" | "orderStatistics";
}

/** A measured number: exact for the given rows, an estimate for the population that they were drawn from. */
export interface Estimate {
  readonly value: number;
  /** Standard error of `value`; absent where it is not estimated. */
  readonly standardError?: number;
  readonly interval?: Interval;
  /** Independent units behind it: rows, pairs of rows, or queries. */
  readonly samples: number;
  readonly unit: Unit;
  /** The estimator, e.g. `knn-caps k=3`. */
  readonly method?: string;
  /** Sentences that say where the estimator is out of its depth; absent where it is not. */
  readonly notes?: readonly string[];
}
