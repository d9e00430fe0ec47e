// Options shared by the InfoNCE family on tensors and on rows, and their checks.

import type { PairwiseEngine } from "@nce-geometry/pairwise";
import type { Critic, Rows, RunControl, Tensor } from "@nce-geometry/tensor";
import type { ContrastOptions, PositiveCombination, PositiveGroups } from "./contrast/contrast-options.ts";
import { checkOneOf, checkPositive, checkScalar } from "./option-checks.ts";

/** What every loss needs. */
export interface TemperatureOptions<T> {
  /**
   * Temperature τ > 0, in the unit of the score. On tensors, a scalar tensor makes it learnable: gradients flow to it. The value
   * of a tensor stays on its backend, so only a number is checked.
   */
  readonly temperature: T;
  /**
   * The similarity s whose exponential e^{s/τ} weighs a pair.
   * @defaultValue { kind: "cosine" }, the inner product: the cosine of unit rows
   */
  readonly critic?: Critic;
}

/** What a sweep over rows needs besides. */
export interface SweepOptions extends RunControl {
  /**
   * What sweeps over all pairs.
   * @defaultValue referenceEngine(), plain float64
   */
  readonly engine?: PairwiseEngine;
}

/** Which pairs are positive, as a mask. */
export interface PositiveMask {
  /**
   * [n, m], bool: true where (x_i, y_j) is a positive pair. Within a side, rows that share a positive are no negatives. The values
   * stay on their backend: an anchor without a positive has loss ∞.
   */
  readonly mask: Tensor;
  /** @defaultValue "sumOfProbabilities" */
  readonly combine?: PositiveCombination;
}

/** Options of InfoNCE on tensors. */
export interface InfoNCEOptions extends TemperatureOptions<number | Tensor>, ContrastOptions<Tensor> {
  /**
   * Several positives per anchor; the two sides may then differ in their number of rows.
   * @defaultValue row i of one side is the positive of row i of the other
   */
  readonly positives?: PositiveGroups | PositiveMask;
}

/** Options of InfoNCE on rows. */
export interface InfoNCEOnRowsOptions extends TemperatureOptions<number>, ContrastOptions<Rows>, SweepOptions {
  /**
   * Several positives per anchor; the two sides may then differ in their number of rows.
   * @defaultValue row i of one side is the positive of row i of the other
   */
  readonly positives?: PositiveGroups;
}

/** Options of a loss of two directions. */
export interface DirectionOptions {
  /** α in 0 … 1: the loss is α·L^{x→y} + (1 − α)·L^{y→x}. A direction that does not count is left out. @defaultValue ½ */
  readonly forwardWeight?: number;
}

/** Options of symmetric InfoNCE on tensors. */
export interface SymmetricInfoNCEOptions extends InfoNCEOptions, DirectionOptions {}

/** Options of symmetric InfoNCE on rows. */
export interface SymmetricInfoNCEOnRowsOptions extends InfoNCEOnRowsOptions, DirectionOptions {}

type PairSwitches = "positives" | "bank" | "weights";

/** How much each item counts. */
interface ItemWeights {
  /** One for each row, ≥ 0, divided by their sum. @defaultValue equal weights */
  readonly weights?: ArrayLike<number>;
}

/** Options of InfoNCE of several modalities on tensors, the same for every pair. */
export interface MultimodalInfoNCEOptions extends Omit<SymmetricInfoNCEOptions, PairSwitches>, ItemWeights {}

/** Options of InfoNCE of several modalities on rows, the same for every pair. */
export interface MultimodalInfoNCEOnRowsOptions
  extends Omit<SymmetricInfoNCEOnRowsOptions, PairSwitches>,
    ItemWeights {}

type PoolSwitches = "includePositive" | "labelSmoothing" | "weights";

/** Options of InfoNCE against a pool on tensors. */
export interface PoolInfoNCEOptions
  extends TemperatureOptions<number | Tensor>,
    Pick<ContrastOptions<Tensor>, PoolSwitches> {}

/** Options of InfoNCE against a pool on rows. */
export interface PoolInfoNCEOnRowsOptions
  extends TemperatureOptions<number>,
    Pick<ContrastOptions<Rows>, PoolSwitches>,
    SweepOptions {}

const cosine: Critic = { kind: "cosine" };

/** The critic of the options, checked along with the temperature. */
export function resolveCritic(where: string, options: TemperatureOptions<number | Tensor>): Critic {
  const { temperature, critic = cosine } = options;
  checkScalar(where, "temperature", temperature, { positive: true, hint: "CLIP-like systems use 0.01 to 0.1." });
  checkOneOf(where, "critic.kind", critic.kind, ["cosine", "rbf"]);
  if (critic.kind === "rbf") checkPositive(where, "critic.scale", critic.scale);
  return critic;
}
