// SigLIP on rows. Notation as in sig-lip.ts. With s = factor · base, u = (t·factor)·base + b is what the engine maps.

import { type MappedPairValue, matchedGradient, matchedValues, referenceEngine } from "@nce-geometry/pairwise";
import { type Critic, meanOfArray, type Rows, sumOfArray } from "@nce-geometry/tensor";
import type { SweepOptions } from "../info-nce-options.ts";
import { addInto } from "../rows/add-rows.ts";
import { controlOfPhase } from "../rows/control-phase.ts";
import { scoreBase, scoreMoment } from "../rows/score.ts";
import { checkPairs, shapeOfRows } from "../shape-checks.ts";
import { type MeanLoss, meanLossOf } from "./mean-loss.ts";
import { checkSigLIP } from "./sig-lip.ts";

export interface SigLIPOnRowsOptions extends SweepOptions {
  /** The factor t > 0 of the scores; its authors begin at 10. */
  readonly logitScale: number;
  /** The bias b, any number; its authors begin at −10. */
  readonly logitBias: number;
  /**
   * The similarity s.
   * @defaultValue { kind: "cosine" }, the inner product: the cosine of unit rows
   */
  readonly critic?: Critic;
}

/** The loss, the mean over the rows of x of the sums over y, and its two parts. */
export interface SigLIPSummary extends MeanLoss {
  /** (1/n) Σ_i softplus(−u_ii). */
  readonly positiveTerm: number;
  /** (1/n) Σ_{i≠j} softplus(u_ij). */
  readonly negativeTerm: number;
  /** Mean of σ(u_ii): the probability given to the pairs that belong together. */
  readonly positiveProbability: number;
  /** Mean over i ≠ j of σ(u_ij); NaN for a single pair. */
  readonly negativeProbability: number;
}

/** The loss of `samples` pairs and its gradients; those of rows are [n, d], row-major. */
export interface SigLIPGradient {
  readonly samples: number;
  readonly loss: number;
  readonly gradients: {
    readonly x: Float64Array;
    readonly y: Float64Array;
    readonly logitScale: number;
    readonly logitBias: number;
  };
}

/**
 * SigLIP loss of matched rows of any number. The sum over all n² pairs is divided by n, as in {@link sigLIP}.
 *
 * Math:     that of {@link sigLIP}.
 * Shapes:   x n × d, y n × d → numbers. Unit: nats.
 * Domain:   as {@link sigLIP}.
 * Limits:   those of {@link sigLIP}.
 * Numerics: those of {@link sigLIP}. Cost: one sweep, O(n²d); memory O(n).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2303.15343.
 */
export async function sigLIPOnRows(x: Rows, y: Rows, options: SigLIPOnRowsOptions): Promise<SigLIPSummary> {
  const where = "sigLIPOnRows";
  const { n, sums, probabilities, own, ownProbability } = await sweep(where, x, y, options, 1);
  return {
    ...meanLossOf(sums.rows.map((sum, i) => sum + own[i]!)),
    positiveTerm: meanOfArray(own),
    negativeTerm: sums.total / n,
    positiveProbability: 1 - meanOfArray(ownProbability),
    negativeProbability: probabilities.total / probabilities.pairs,
  };
}

/**
 * SigLIP loss of matched rows with its gradients to both sides, to t and to b.
 *
 * Math:     ∂L/∂u_ij = σ(u_ij)/n for i ≠ j, −σ(−u_ii)/n for i = j, carried to the rows by t and the critic;  ∂L/∂b = Σ_ij
 *           ∂L/∂u_ij;  ∂L/∂t = Σ_ij s_ij ∂L/∂u_ij.
 * Shapes:   x n × d, y n × d → value, gradients [n, d] each and two numbers. Unit of the value: nats.
 * Domain:   as {@link sigLIP}; gradients are those of the ambient space.
 * Limits:   t → 0 → ∂L/∂b = (n−1)σ(b) − σ(−b);  a positive at −1, negatives at +1 and t ≫ |b| → ∂L/∂t = n.
 * Numerics: the logistic function keeps its relative accuracy in both tails. Cost: two sweeps, O(n²d); memory O(n·d).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2303.15343.
 */
export async function sigLIPGradientOnRows(x: Rows, y: Rows, options: SigLIPOnRowsOptions): Promise<SigLIPGradient> {
  const where = "sigLIPGradientOnRows";
  const { n, sums, probabilities, own, ownProbability, negative, positive } = await sweep(where, x, y, options, 2);
  const { engine = referenceEngine(), logitScale, signal } = options;
  const weights = new Float64Array(n).fill(1 / n);
  const gradient = await engine.gradient(
    x,
    y,
    { value: negative, rowWeights: weights, diagonal: "exclude" },
    controlOfPhase(options, 1, 2),
  );
  const matched = await matchedGradient(x, y, { value: positive, weights }, { signal });
  addInto(gradient.x, matched.x);
  addInto(gradient.y, matched.y);
  const sides = [
    { rows: x, gradient: gradient.x },
    { rows: y, gradient: gradient.y },
  ];
  return {
    samples: n,
    loss: (sums.total + sumOfArray(own)) / n,
    gradients: {
      ...gradient,
      logitScale: (await scoreMoment(sides, options)) / logitScale,
      logitBias: (probabilities.total - sumOfArray(ownProbability)) / n,
    },
  };
}

/** Sums of softplus and of the logistic function, over the negatives and for each positive. */
async function sweep(where: string, x: Rows, y: Rows, options: SigLIPOnRowsOptions, phases: number) {
  const critic = checkSigLIP(where, options);
  checkPairs(where, shapeOfRows(where, "x", x), shapeOfRows(where, "y", y));
  const { logitScale, logitBias, engine = referenceEngine(), signal } = options;
  const { of, factor } = scoreBase(critic);
  const mapped = (kind: "softplus" | "sigmoid", sign: 1 | -1): MappedPairValue => {
    return { kind: "mapped", of, map: { kind }, scale: sign * logitScale * factor, offset: sign * logitBias };
  };
  const [negative, positive] = [mapped("softplus", 1), mapped("softplus", -1)];
  const [sums, probabilities] = await engine.reduce(
    x,
    y,
    [
      { kind: "sum", value: negative, diagonal: "exclude" },
      { kind: "sum", value: mapped("sigmoid", 1), diagonal: "exclude" },
    ],
    controlOfPhase(options, 0, phases),
  );
  const own = await matchedValues(x, y, positive, { signal });
  const ownProbability = await matchedValues(x, y, mapped("sigmoid", -1), { signal });
  return { n: x.rows, sums, probabilities, own, ownProbability, negative, positive };
}
