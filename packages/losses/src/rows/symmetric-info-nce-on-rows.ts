// Symmetric InfoNCE of rows of any number, in O(n) memory beyond the rows. Notation as in ../symmetric-info-nce.ts.

import type { Rows } from "@nce-geometry/tensor";
import type { Side } from "../contrast/contrast-options.ts";
import { directionWeights, refuseUnmatched } from "../contrast/directions.ts";
import { combineMeasures } from "../info-nce-measures.ts";
import type { SymmetricInfoNCEOnRowsOptions } from "../info-nce-options.ts";
import { measuresOnRows, type WeightedPerSample } from "./contrast-on-rows.ts";
import {
  type InfoNCEPerSample,
  type InfoNCESummary,
  type SummarizeOptions,
  summarizeInfoNCE,
} from "./info-nce-summary.ts";

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
  options: SymmetricInfoNCEOnRowsOptions,
): Promise<SymmetricInfoNCESummary> {
  const { alpha, measures } = await bothWays("symmetricInfoNCEOnRows", x, y, options);
  const matched = options.positives === undefined && (options.weights === undefined || "length" in options.weights);
  if (matched) {
    const { weights } = measures("x");
    return summarizeSymmetricInfoNCE(averagePairs(measures, alpha), { weights });
  }
  const summarize = (side: Side) => summarizeInfoNCE(measures(side).perSample, { weights: measures(side).weights });
  const [forward, backward] = [summarize("x"), summarize("y")];
  return { ...combineSummaries(forward, backward, alpha), forward, backward };
}

/**
 * Symmetric InfoNCE measures of each pair; `summarizeSymmetricInfoNCE` turns them into means.
 *
 * Math:     every measure is ½(forward + backward) (with `forwardWeight` α: α forward + (1 − α) backward), the measures of `infoNCEPerSampleOnRows` of (x, y) and of (y, x).
 * Shapes:   x n × d, y n × d → arrays [n].
 * Domain:   as {@link symmetricInfoNCEOnRows}.
 * Limits:   those of `symmetricInfoNCE` on tensors, for each pair.
 * Numerics: relative error of about ε·|s|/τ, also near zero loss, ε that of the engine's scores. Cost: one sweep, O(n²d).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2103.00020; arXiv:2601.19597.
 */
export async function symmetricInfoNCEPerSampleOnRows(
  x: Rows,
  y: Rows,
  options: SymmetricInfoNCEOnRowsOptions,
): Promise<SymmetricInfoNCEPerSample> {
  const where = "symmetricInfoNCEPerSampleOnRows";
  refuseUnmatched(where, options.positives);
  const { alpha, measures } = await bothWays(where, x, y, options);
  return averagePairs(measures, alpha);
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
export function summarizeSymmetricInfoNCE(
  perSample: SymmetricInfoNCEPerSample,
  options: SummarizeOptions = {},
): SymmetricInfoNCESummary {
  return {
    ...summarizeInfoNCE(perSample, options),
    forward: summarizeInfoNCE(perSample.forward, options),
    backward: summarizeInfoNCE(perSample.backward, options),
  };
}

type MeasuresOf = (side: Side) => WeightedPerSample;

async function bothWays(
  where: string,
  x: Rows,
  y: Rows,
  options: SymmetricInfoNCEOnRowsOptions,
): Promise<{ readonly alpha: number; readonly measures: MeasuresOf }> {
  const forward = directionWeights(where, options).find(({ side }) => side === "x");
  const measures = await measuresOnRows({
    where,
    x,
    y,
    names: { x: "x", y: "y" },
    anchors: ["x", "y"],
    options,
  });
  return { alpha: forward?.weight ?? 0, measures };
}

function averagePairs(measures: MeasuresOf, alpha: number): SymmetricInfoNCEPerSample {
  const [forward, backward] = [measures("x").perSample, measures("y").perSample];
  const average = combineMeasures(forward, backward, (u, v) => u.map((value, i) => mix(value, v[i]!, alpha)));
  return { ...average, negatives: mix(forward.negatives, backward.negatives, alpha), forward, backward };
}

/** The standard errors are upper bounds, as if the two directions erred together. */
function combineSummaries(forward: InfoNCESummary, backward: InfoNCESummary, alpha: number): InfoNCESummary {
  const average = (a: number, b: number) => mix(a, b, alpha);
  return {
    samples: forward.samples,
    negatives: average(forward.negatives, backward.negatives),
    ...combineMeasures(forward, backward, average),
    standardError: combineMeasures(forward.standardError, backward.standardError, average),
  };
}

/** α·a + (1 − α)·b; what does not count does not matter, whatever it is. */
function mix(a: number, b: number, alpha: number): number {
  if (a === b || alpha === 1) return a;
  return alpha === 0 ? b : alpha * a + (1 - alpha) * b;
}
