// In-batch InfoNCE on rows with its gradients: one sweep for the log-sum-exps, one for the gradient.

import { referenceEngine } from "@nce-geometry/pairwise";
import type { Rows } from "@nce-geometry/tensor";
import { type InfoNCEOnRowsOptions, resolveCritic } from "../info-nce-options.ts";
import { checkPairs, shapeOfRows } from "../shape-checks.ts";
import { controlOfPhase } from "./control-phase.ts";
import { gradientWeights, temperatureGradient } from "./gradient-weights.ts";
import { addPositiveGradient, positiveScores } from "./positive-pairs.ts";

/** Mean loss of `samples` anchors and its gradients; those of rows are [n, d], row-major. */
export interface InfoNCEGradient {
  readonly samples: number;
  readonly loss: number;
  readonly gradients: {
    readonly anchors: Float64Array;
    readonly positives: Float64Array;
    readonly temperature: number;
  };
}

/**
 * In-batch InfoNCE of matched rows with its gradients to both sides and to the temperature.
 *
 * Math:     ∂L/∂s_ij = (p_ij − δ_ij)/(nτ), carried to the rows by the critic;  ∂L/∂τ = −(1/τ²) mean_i(Σ_j p_ij s_ij − s_ii).
 * Shapes:   anchors n × d, positives n × d → value, gradients [n, d] each and a number. Unit of the value: nats.
 * Domain:   n ≥ 1, τ > 0. Rows are not normalised for you, and gradients are those of the ambient space. NaN gives NaN.
 * Limits:   n = 1 → all 0;  equal rows, n ≥ 1 → ∂L/∂τ = 0;  `cosine` → ∂L/∂a_i = (1/(nτ))(Σ_j p_ij v_j − v_i).
 * Numerics: 1 − p_ii is the logistic function of the log-odds, so gradients keep their relative accuracy near zero loss and do
 *           not saturate far from it. Cost: two sweeps, O(n²d); memory O(n·d).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:1807.03748; arXiv:2601.19597.
 */
export async function infoNCEGradientOnRows(
  anchors: Rows,
  positives: Rows,
  options: InfoNCEOnRowsOptions,
): Promise<InfoNCEGradient> {
  const where = "infoNCEGradientOnRows";
  checkPairs(where, shapeOfRows(where, "anchors", anchors), shapeOfRows(where, "positives", positives));
  const critic = resolveCritic(where, options);
  const { temperature, engine = referenceEngine(), signal } = options;
  const pairs = { x: anchors, y: positives, critic };
  const kernel = { critic, temperature, diagonal: "exclude" } as const;
  const scores = await positiveScores(pairs, signal);
  const [sums] = await engine.reduce(
    anchors,
    positives,
    [{ kind: "logSumExp", ...kernel }],
    controlOfPhase(options, 0, 2),
  );
  const weights = gradientWeights(sums.rows, scores, { temperature, share: 1 / anchors.rows });
  const gradient = await engine.gradient(
    anchors,
    positives,
    { ...kernel, rowWeights: weights.negatives },
    controlOfPhase(options, 1, 2),
  );
  await addPositiveGradient(gradient, { ...pairs, weights: weights.positives }, signal);
  const sides = [
    { rows: anchors, gradient: gradient.x },
    { rows: positives, gradient: gradient.y },
  ];
  return {
    samples: anchors.rows,
    loss: weights.loss,
    gradients: {
      anchors: gradient.x,
      positives: gradient.y,
      temperature: await temperatureGradient(sides, temperature, signal),
    },
  };
}
