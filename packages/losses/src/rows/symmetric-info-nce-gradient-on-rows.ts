// Symmetric InfoNCE on rows with its gradients: one sweep for the log-sum-exps, one for the gradient.

import { referenceEngine } from "@nce-geometry/pairwise";
import type { Rows } from "@nce-geometry/tensor";
import { type InfoNCEOnRowsOptions, resolveCritic } from "../info-nce-options.ts";
import { checkPairs, shapeOfRows } from "../shape-checks.ts";
import { controlOfPhase } from "./control-phase.ts";
import { gradientWeights, temperatureGradient } from "./gradient-weights.ts";
import { addPositiveGradient, positiveScores } from "./positive-pairs.ts";

/** Mean loss of `samples` pairs, its two directions and its gradients; those of rows are [n, d], row-major. */
export interface SymmetricInfoNCEGradient {
  readonly samples: number;
  /** ½(forward + backward). */
  readonly loss: number;
  /** Loss of the direction x → y. */
  readonly forward: number;
  /** Loss of the direction y → x. */
  readonly backward: number;
  readonly gradients: { readonly x: Float64Array; readonly y: Float64Array; readonly temperature: number };
}

/**
 * Symmetric InfoNCE of matched rows with its gradients to both sides and to the temperature.
 *
 * Math:     with p the softmax weights over y of each x_i and q those over x of each y_j: ∂L/∂s_ij = (p_ij + q_ij − 2δ_ij)/(2nτ),
 *           carried to the rows by the critic;  ∂L/∂τ = −(1/τ) Σ_ij s_ij ∂L/∂s_ij.
 * Shapes:   x n × d, y n × d → values, gradients [n, d] each and a number. Unit of the values: nats.
 * Domain:   n ≥ 1, τ > 0. Rows are not normalised for you, and gradients are those of the ambient space. NaN gives NaN.
 * Limits:   n = 1 → all 0;  equal rows → ∂L/∂τ = 0;  swapping x and y swaps their gradients.
 * Numerics: 1 − p_ii is the logistic function of the log-odds, so gradients keep their relative accuracy near zero loss and do
 *           not saturate far from it. Cost: two sweeps for both directions, O(n²d); memory O(n·d).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2103.00020; arXiv:2601.19597.
 */
export async function symmetricInfoNCEGradientOnRows(
  x: Rows,
  y: Rows,
  options: InfoNCEOnRowsOptions,
): Promise<SymmetricInfoNCEGradient> {
  const where = "symmetricInfoNCEGradientOnRows";
  checkPairs(where, shapeOfRows(where, "x", x), shapeOfRows(where, "y", y));
  const critic = resolveCritic(where, options);
  const { temperature, engine = referenceEngine(), signal } = options;
  const kernel = { critic, temperature, diagonal: "exclude" } as const;
  const scores = await positiveScores({ x, y, critic }, signal);
  const [sums] = await engine.reduce(x, y, [{ kind: "logSumExp", ...kernel }], controlOfPhase(options, 0, 2));
  const forward = gradientWeights(sums.rows, scores, { temperature, share: 0.5 / x.rows });
  const backward = gradientWeights(sums.columns, scores, { temperature, share: 0.5 / x.rows });
  const gradient = await engine.gradient(
    x,
    y,
    { ...kernel, rowWeights: forward.negatives, columnWeights: backward.negatives },
    controlOfPhase(options, 1, 2),
  );
  const weights = forward.positives.map((weight, i) => weight + backward.positives[i]!);
  await addPositiveGradient(gradient, { x, y, critic, weights }, signal);
  const sides = [
    { rows: x, gradient: gradient.x },
    { rows: y, gradient: gradient.y },
  ];
  return {
    samples: x.rows,
    loss: 0.5 * (forward.loss + backward.loss),
    forward: forward.loss,
    backward: backward.loss,
    gradients: { ...gradient, temperature: await temperatureGradient(sides, temperature, signal) },
  };
}
