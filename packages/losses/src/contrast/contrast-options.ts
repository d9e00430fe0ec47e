// The switches of the contrastive family, the same for tensors and for rows: which populations stand in the denominator,
// what counts as a positive, and how the losses of the anchors are averaged.

import type { DenominatorKind } from "@nce-geometry/tensor";

/** The two sets of rows of a loss. Anchors of one side look for their positives on the other. */
export type Side = "x" | "y";

/** Something for either side. */
export interface BySide<T> {
  /** For the first set of rows: x, or the anchors. */
  readonly x?: T;
  /** For the second set of rows: y, or the positives. */
  readonly y?: T;
}

/** Rows that stand in for a larger population; R is `Tensor` or `Rows`. */
export interface WeightedPopulation<R> {
  /** [m, d] of the dimension of the batch. */
  readonly rows: R;
  /**
   * log w_j, [m], finite: row j counts w_j times, as importance sampling asks for.
   * @defaultValue 0 each: every row counts once
   */
  readonly logWeights?: ArrayLike<number>;
  /** N > 0: the weights are scaled so that they sum to N, the size of the population. @defaultValue their own sum */
  readonly size?: number;
}

/** Rows, or rows with weights. */
export type Population<R> = R | WeightedPopulation<R>;

/**
 * How several positives of one anchor become one loss. `sumOfProbabilities`: −log Σ_p p_ip, content with any of them.
 * `meanOfLogs`: −mean_p log p_ip, which asks for all of them and is at least the log of their number.
 */
export type PositiveCombination = "sumOfProbabilities" | "meanOfLogs";

/** Rows of equal group are one another's positives across sides, and never one another's negatives. */
export interface PositiveGroups {
  /** One name per row of x and of y, such as the id of an image and that of the image a caption describes. */
  readonly groups: { readonly x: ArrayLike<number | string>; readonly y: ArrayLike<number | string> };
  /** @defaultValue "sumOfProbabilities" */
  readonly combine?: PositiveCombination;
}

/** How the losses of a direction are made; R is `Tensor` or `Rows`. */
export interface ContrastOptions<R> {
  /**
   * Which population stands in the denominator. `cross`: the other side (CLIP). `own`: the anchor's own side, itself left out.
   * `pooled`: both. `reference`: the rows given as `reference` alone. The positive is added to each unless `includePositive`
   * is false.
   * @defaultValue "cross"
   */
  readonly denominator?: DenominatorKind;
  /**
   * λ in 0 … 1: (1 − λ) times the logarithm of the cross denominator plus λ times that of the own one. Only with `cross`.
   * @defaultValue 0
   */
  readonly ownWeight?: number;
  /** Fixed rows for `denominator: "reference"`. On rows no gradient to them is given. */
  readonly reference?: Population<R>;
  /**
   * Further rows of either side, such as a memory bank: never positives, and negatives wherever their side stands in the
   * denominator. On rows no gradient to them is given.
   */
  readonly bank?: BySide<Population<R>>;
  /**
   * Whether the positive counts in the denominator. Without it (decoupled) a loss may be negative, and is −∞ where there are
   * no negatives.
   * @defaultValue true
   */
  readonly includePositive?: boolean;
  /**
   * ε in 0 … 1: the target is 1 − ε on the positives plus ε spread evenly over all candidates, the positives among them, as in
   * PyTorch's cross-entropy. Rows of a weighted population are one candidate each.
   * @defaultValue 0
   */
  readonly labelSmoothing?: number;
  /**
   * How much each anchor counts, ≥ 0; divided by their sum, so that a mean stays a mean. One list for pairs serves both
   * directions.
   * @defaultValue equal weights
   */
  readonly weights?: ArrayLike<number> | BySide<ArrayLike<number>>;
}
