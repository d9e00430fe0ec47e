// What an all-pairs engine is: two primitives over the n × m pairs of two sets of rows, in O(n + m) memory. Everything
// the product measures on many rows is a few reductions and at most one gradient; a faster engine implements these two
// methods and nothing above it changes.
//
// Notation: x_i (i < n) and y_j (j < m) are rows of equal dimension d. When both arguments are the same set, the pairs
// i = j are the self pairs, which `diagonal: "exclude"` leaves out.
//
// NaN and ±∞ propagate through sums, log-sum-exps and gradients. Reductions that compare scores (rank, topK, histogram,
// collect) refuse rows whose squared norm is not finite with E_NOT_FINITE, naming the first such row of x, or else of y:
// a NaN is neither above nor below anything, so that a rank would silently come out too good.

import type { Critic, Rows, RunControl } from "@nce-geometry/tensor";

/**
 * A number attached to each pair.
 * - `inner`: ⟨x, y⟩, the cosine of unit rows.
 * - `squaredDistance`: ‖x − y‖², recomputed from the difference wherever the expansion through ⟨x, y⟩ would lose more than
 *   a few digits, so that equal rows give exactly 0.
 * - `distance`: its square root.
 * - `gaussian`: exp(−‖x − y‖²/(2·bandwidth²)).
 * - `mapped`: f(scale·v + offset) of the inner product or the squared distance v, see {@link ScalarMap}.
 */
export type PairValue =
  | { readonly kind: "inner" }
  | { readonly kind: "squaredDistance" }
  | { readonly kind: "distance" }
  | { readonly kind: "gaussian"; readonly bandwidth: number }
  | MappedPairValue;

/** A function of the inner product or of the squared distance: losses and kernels that are sums over pairs. */
export interface MappedPairValue {
  readonly kind: "mapped";
  readonly of: "inner" | "squaredDistance";
  readonly map: ScalarMap;
  /** Finite; > 0 where the map is `log1p` or `power`. */
  readonly scale: number;
  /** Finite; ≥ 0 where the map is `log1p` or `power`. @defaultValue 0 */
  readonly offset?: number;
}

/**
 * A function f of one number u. `softplus`: log(1 + e^u). `sigmoid`: 1/(1 + e^{−u}). `log1p`: log(1 + u). `power`: u^exponent.
 * The first two keep their relative accuracy in both tails. The last two take squared distances, so that u ≥ 0; a negative
 * power of 0 is ∞.
 */
export type ScalarMap =
  | { readonly kind: "softplus" }
  | { readonly kind: "sigmoid" }
  | { readonly kind: "log1p" }
  | { readonly kind: "power"; readonly exponent: number };

/** Whether pairs with i = j count. */
export type Diagonal = "include" | "exclude";

/** A label for every row of x and of y; pairs of equal labels are the same item twice, such as an image and its own captions. */
export interface PairGroups {
  /** [n] */
  readonly rows: Int32Array;
  /** [m] */
  readonly columns: Int32Array;
}

/** Row log-sum-exps log Σ_j e^{s_ij/τ} and column ones log Σ_i e^{s_ij/τ}; −∞ where nothing is summed. */
export interface LogSumExpReduction {
  readonly kind: "logSumExp";
  readonly critic: Critic;
  /** τ > 0, finite. */
  readonly temperature: number;
  /** Which pairs do not count: those with i = j, or those of one group. @defaultValue "include": all count */
  readonly diagonal?: Diagonal | PairGroups;
}
export interface LogSumExpResult {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

/** Sums of a pair value; means follow by dividing by the counts, so that both V (include) and U (exclude) forms are exact. */
export interface SumReduction {
  readonly kind: "sum";
  readonly value: PairValue;
  /** @defaultValue "include" */
  readonly diagonal?: Diagonal;
}
export interface SumResult {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  readonly total: number;
  /** Pairs summed: n·m, or n·m − min(n, m) without the diagonal. */
  readonly pairs: number;
}

/** For each target column of each row: how many other columns score strictly higher, and how many exactly the same. */
export interface RankReduction {
  readonly kind: "rank";
  /**
   * Target column of each row, [n], entries 0 … m − 1; or, for rows with any number of targets, those of row i at
   * `offsets[i] … offsets[i + 1] − 1` of `columns`. @defaultValue the row's own index, which requires n ≤ m
   */
  readonly targets?: Int32Array | TargetLists;
  /** Columns of the row's own group are not compared with its targets. @defaultValue only the target itself is not */
  readonly groups?: PairGroups;
}
export interface TargetLists {
  /** [n + 1], ascending from 0 to the number of targets. */
  readonly offsets: Int32Array;
  readonly columns: Int32Array;
}
/** One entry per target, in their order. */
export interface RankResult {
  /** ⟨x_i, y_t⟩. */
  readonly targetScore: Float64Array;
  readonly greater: Int32Array;
  readonly equal: Int32Array;
}

/** The k largest ⟨x_i, y_j⟩ of each row, descending; among equal values the lower j comes first. */
export interface TopKReduction {
  readonly kind: "topK";
  /** How many, ≥ 1; at most as many as there are candidates are given. */
  readonly k: number;
  /** @defaultValue "include" */
  readonly diagonal?: Diagonal;
}
export interface TopKReductionResult {
  /** k' = min(k, m), or min(k, m − 1) without the diagonal. */
  readonly k: number;
  /** [n, k'], row-major, and so are the indices. */
  readonly values: Float64Array;
  readonly indices: Int32Array;
}

/**
 * Counts of a pair value in equal bins of [low, high), with what lies outside counted apart. Bin b holds the values with
 * e_b ≤ v < e_{b+1}, compared with exactly the numbers that {@link histogramEdges} gives, so that a histogram of one bin,
 * or the values collected from it, hold as many values as the bin counted.
 */
export interface HistogramReduction {
  readonly kind: "histogram";
  readonly value: PairValue;
  readonly low: number;
  readonly high: number;
  readonly bins: number;
  /** Which pairs do not count: those with i = j, or those of one group. @defaultValue "include": all count */
  readonly diagonal?: Diagonal | PairGroups;
}
export interface HistogramResult {
  readonly counts: Float64Array;
  readonly below: number;
  readonly above: number;
  readonly pairs: number;
}

/**
 * All pair values v with low ≤ v < high (either may be infinite), in no particular order; stops with E_OPTION when more
 * than `limit` qualify.
 */
export interface CollectReduction {
  readonly kind: "collect";
  readonly value: PairValue;
  readonly low: number;
  readonly high: number;
  readonly limit: number;
  /** @defaultValue "include" */
  readonly diagonal?: Diagonal;
}
export interface CollectResult {
  readonly values: Float64Array;
}

export type Reduction =
  | LogSumExpReduction
  | SumReduction
  | RankReduction
  | TopKReduction
  | HistogramReduction
  | CollectReduction;

export interface ReductionResults {
  readonly logSumExp: LogSumExpResult;
  readonly sum: SumResult;
  readonly rank: RankResult;
  readonly topK: TopKReductionResult;
  readonly histogram: HistogramResult;
  readonly collect: CollectResult;
}
export type ReductionResult<R extends Reduction> = ReductionResults[R["kind"]];

/**
 * Gradient of Σ_ij W_ij s_ij with the weights held fixed, W_ij = a_i e^{s_ij/τ − r_i} + b_j e^{s_ij/τ − c_j}.
 * With r, c the log-sum-exps of a loss, every gradient of the InfoNCE family and the score of a partition field is one
 * such call plus a term of the positives.
 */
export interface WeightedScoreGradient {
  readonly critic: Critic;
  readonly temperature: number;
  /** a [n] and r [n]; leave both out for a = 0. */
  readonly rowWeights?: { readonly coefficient: Float64Array; readonly logNormalizer: Float64Array };
  /** b [m] and c [m]; leave both out for b = 0. */
  readonly columnWeights?: { readonly coefficient: Float64Array; readonly logNormalizer: Float64Array };
  /** @defaultValue "include" */
  readonly diagonal?: Diagonal;
}

/**
 * Gradient of Σ_ij (a_i + b_j) v(x_i, y_j) with the weights held fixed: that of any mean of a pair value, such as an energy
 * distance, the MMD or a sum of softplus. Where a distance is 0 and v has no slope there (`distance`, and powers below 1 of a
 * squared distance), the pair contributes 0: the middle of all directions.
 */
export interface WeightedValueGradient {
  readonly value: PairValue;
  /** a [n]. @defaultValue 0 */
  readonly rowWeights?: Float64Array;
  /** b [m]. @defaultValue 0 */
  readonly columnWeights?: Float64Array;
  /** @defaultValue "include" */
  readonly diagonal?: Diagonal;
}

/** The gradient of either sum. */
export interface WeightedScoreGradientResult {
  /** [n, d], row-major. */
  readonly x: Float64Array;
  /** [m, d], row-major. */
  readonly y: Float64Array;
}

/**
 * Two primitives over all pairs of two sets of rows.
 *
 * Shapes: x [n, d], y [m, d], d ≥ 1; n = 0 and m = 0 give empty sums.
 * Domain: the arguments that {@link checkReduceArguments} and {@link checkGradientArguments} let pass.
 * Numerics: the same arguments give the same numbers at every call, and equal rows give equal scores.
 */
export interface PairwiseEngine {
  /** E.g. `reference`. */
  readonly name: string;
  /** Arithmetic of the scores; accumulation is float64 in every engine. */
  readonly precision: "float64" | "float32";
  /** One sweep over all pairs that serves all the given reductions; results in their order. */
  reduce<const R extends readonly Reduction[]>(
    x: Rows,
    y: Rows,
    reductions: R,
    control?: RunControl,
  ): Promise<{ -readonly [K in keyof R]: ReductionResult<R[K]> }>;
  gradient(
    x: Rows,
    y: Rows,
    weights: WeightedScoreGradient | WeightedValueGradient,
    control?: RunControl,
  ): Promise<WeightedScoreGradientResult>;
}
