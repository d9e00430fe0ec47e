// Symmetric InfoNCE of rows of any number, in O(n) memory beyond the rows. Notation as in ../symmetric-info-nce.ts.

import { referenceEngine } from "@nce-geometry/pairwise";
import type { Rows } from "@nce-geometry/tensor";
import { type InfoNCEOnRowsOptions, resolveCritic } from "../info-nce-options.ts";
import { checkPairs, shapeOfRows } from "../shape-checks.ts";
import { type InfoNCEPerSample, type InfoNCESummary, summarizeInfoNCE } from "./info-nce-summary.ts";
import { measuresOf, sumOverNegatives } from "./log-odds.ts";
import { positiveScores } from "./positive-pairs.ts";

/** Averages of the two directions, pair by pair, and the directions themselves: forward x → y, backward y → x. */
export interface SymmetricInfoNCEPerSample extends InfoNCEPerSample {
  readonly forward: InfoNCEPerSample;
  readonly backward: InfoNCEPerSample;
}

/** Means of the averages of the two directions, and of the directions themselves; a plain record. */
export interface SymmetricInfoNCESummary extends InfoNCESummary {
  readonly forward: InfoNCESummary;
  readonly backward: InfoNCESummary;
}

/**
 * Symmetric InfoNCE of matched rows with positive mass, effective number of negatives and decoupled loss, in both directions.
 *
 * Math:     means over i of the measures of {@link symmetricInfoNCEPerSampleOnRows}; loss = ½(forward.loss + backward.loss).
 * Shapes:   x n × d, y n × d → numbers with standard errors. Unit of losses: nats.
 * Domain:   n ≥ 1, τ > 0. Rows are not normalised for you. NaN gives NaN.
 * Limits:   those of `symmetricInfoNCE` on tensors.
 * Numerics: see {@link symmetricInfoNCEPerSampleOnRows}. Cost: one sweep for both directions, O(n²d).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2103.00020; arXiv:2601.19597.
 */
export async function symmetricInfoNCEOnRows(
  x: Rows,
  y: Rows,
  options: InfoNCEOnRowsOptions,
): Promise<SymmetricInfoNCESummary> {
  return summarizeSymmetricInfoNCE(await perSample("symmetricInfoNCEOnRows", x, y, options));
}

/**
 * Symmetric InfoNCE measures of each pair; `summarizeSymmetricInfoNCE` turns them into means.
 *
 * Math:     every measure is ½(forward + backward), the measures of `infoNCEPerSampleOnRows` of (x, y) and of (y, x).
 * Shapes:   x n × d, y n × d → arrays [n].
 * Domain:   as {@link symmetricInfoNCEOnRows}.
 * Limits:   those of `symmetricInfoNCE` on tensors, for each pair.
 * Numerics: relative error of about ε·|s|/τ, also near zero loss, ε that of the engine's scores. Cost: one sweep, O(n²d).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2103.00020; arXiv:2601.19597.
 */
export function symmetricInfoNCEPerSampleOnRows(
  x: Rows,
  y: Rows,
  options: InfoNCEOnRowsOptions,
): Promise<SymmetricInfoNCEPerSample> {
  return perSample("symmetricInfoNCEPerSampleOnRows", x, y, options);
}

/**
 * Means of the symmetric measures of every pair, with standard errors.
 *
 * Math:     `summarizeInfoNCE` of the averages, of the forward and of the backward direction.
 * Shapes:   arrays [n] → numbers.
 * Domain:   n ≥ 1.
 * Limits:   those of `summarizeInfoNCE`.
 * Source:   classical.
 */
export function summarizeSymmetricInfoNCE(perSample: SymmetricInfoNCEPerSample): SymmetricInfoNCESummary {
  return {
    ...summarizeInfoNCE(perSample),
    forward: summarizeInfoNCE(perSample.forward),
    backward: summarizeInfoNCE(perSample.backward),
  };
}

async function perSample(
  where: string,
  x: Rows,
  y: Rows,
  options: InfoNCEOnRowsOptions,
): Promise<SymmetricInfoNCEPerSample> {
  checkPairs(where, shapeOfRows(where, "x", x), shapeOfRows(where, "y", y));
  const critic = resolveCritic(where, options);
  const { temperature, engine = referenceEngine(), signal } = options;
  const positive = await positiveScores({ x, y, critic }, signal);
  const sums = await sumOverNegatives(x, y, { engine, critic, temperature, inBatch: true }, options);
  const negatives = x.rows - 1;
  const forward = { ...measuresOf(sums.rows, positive, temperature), negatives };
  const backward = { ...measuresOf(sums.columns, positive, temperature), negatives };
  return { ...averageOf(forward, backward), negatives, forward, backward };
}

function averageOf(a: InfoNCEPerSample, b: InfoNCEPerSample): Omit<InfoNCEPerSample, "negatives"> {
  const half = (u: Float64Array, v: Float64Array) => u.map((value, i) => 0.5 * (value + v[i]!));
  return {
    loss: half(a.loss, b.loss),
    decoupledLoss: half(a.decoupledLoss, b.decoupledLoss),
    positiveMass: half(a.positiveMass, b.positiveMass),
    effectiveNegatives: half(a.effectiveNegatives, b.effectiveNegatives),
    conditionalEffectiveNegatives: half(a.conditionalEffectiveNegatives, b.conditionalEffectiveNegatives),
  };
}
