// InfoNCE of two or more modalities on rows: the mean over their unordered pairs.

import { meanOfArray, type Rows } from "@nce-geometry/tensor";
import { directionWeights } from "../contrast/directions.ts";
import { modalityPairs } from "../contrast/modality-pairs.ts";
import type { MultimodalInfoNCEOnRowsOptions } from "../info-nce-options.ts";
import { shapeOfRows } from "../shape-checks.ts";
import { gradientOnRows } from "./contrast-on-rows.ts";
import { controlOfPhase } from "./control-phase.ts";
import type { RowSet } from "./planned-sweeps.ts";
import { type SymmetricInfoNCESummary, symmetricInfoNCEOnRows } from "./symmetric-info-nce-on-rows.ts";

/** The loss of two modalities, named by their positions. */
export interface ModalityPair {
  readonly first: number;
  readonly second: number;
  readonly summary: SymmetricInfoNCESummary;
}

/** The mean over pairs and the pairs themselves; a plain record. */
export interface MultimodalInfoNCESummary {
  readonly samples: number;
  readonly loss: number;
  /** Mean of those of the pairs: an upper bound, as if all pairs erred together. */
  readonly standardError: number;
  readonly pairs: readonly ModalityPair[];
}

/** Mean loss of `samples` items and its gradients, those of each modality [n, d], row-major. */
export interface MultimodalInfoNCEGradient {
  readonly samples: number;
  readonly loss: number;
  readonly gradients: { readonly modalities: readonly Float64Array[]; readonly temperature: number };
}

/**
 * Mean symmetric InfoNCE over all pairs of modalities, and that of each pair with its measures and standard errors.
 *
 * Math:     2/(k(k−1)) Σ_{a<b} L(x_a, x_b), the `symmetricInfoNCEOnRows` of each pair.
 * Shapes:   k ≥ 2 modalities n × d → numbers. Unit of losses: nats.
 * Domain:   as `symmetricInfoNCEOnRows`.
 * Limits:   those of `multimodalInfoNCE` on tensors.
 * Numerics: those of `symmetricInfoNCEOnRows`. Cost: its sweeps, for each pair.
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2103.00020 for a pair.
 */
export async function multimodalInfoNCEOnRows(
  modalities: readonly Rows[],
  options: MultimodalInfoNCEOnRowsOptions,
): Promise<MultimodalInfoNCESummary> {
  const numbers = pairsOf("multimodalInfoNCEOnRows", modalities);
  const pairs: ModalityPair[] = [];
  for (const [index, [first, second]] of numbers.entries()) {
    const control = controlOfPhase(options, index, numbers.length);
    const summary = await symmetricInfoNCEOnRows(modalities[first]!, modalities[second]!, { ...options, ...control });
    pairs.push({ first, second, summary });
  }
  return {
    samples: modalities[0]!.rows,
    loss: meanOfArray(pairs.map(({ summary }) => summary.loss)),
    standardError: meanOfArray(pairs.map(({ summary }) => summary.standardError.loss)),
    pairs,
  };
}

/**
 * Mean symmetric InfoNCE over all pairs of modalities with its gradients to every modality and to the temperature.
 *
 * Math:     means over the pairs of the gradients of `symmetricInfoNCEGradientOnRows`.
 * Shapes:   k ≥ 2 modalities n × d → value, gradients [n, d] each and a number. Unit of the value: nats.
 * Domain:   as `symmetricInfoNCEGradientOnRows`.
 * Limits:   k = 2 → `symmetricInfoNCEGradientOnRows`.
 * Numerics: those of `symmetricInfoNCEGradientOnRows`. Cost: its sweeps, for each pair.
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2103.00020 for a pair.
 */
export async function multimodalInfoNCEGradientOnRows(
  modalities: readonly Rows[],
  options: MultimodalInfoNCEOnRowsOptions,
): Promise<MultimodalInfoNCEGradient> {
  const where = "multimodalInfoNCEGradientOnRows";
  const numbers = pairsOf(where, modalities);
  const directions = directionWeights(where, options);
  const gradients = modalities.map(({ rows, dim }) => new Float64Array(rows * dim));
  const [losses, temperatures]: [number[], number[]] = [[], []];
  for (const [index, [first, second]] of numbers.entries()) {
    const request = { where, x: modalities[first]!, y: modalities[second]!, names: { x: "x", y: "y" } };
    const control = controlOfPhase(options, index, numbers.length);
    const pair = await gradientOnRows(
      { ...request, anchors: ["x", "y"], options: { ...options, ...control } },
      directions,
    );
    losses.push(pair.loss);
    temperatures.push(pair.temperature);
    const addMean = (into: Float64Array, set: RowSet) =>
      pair.gradients.get(set)!.gradient.forEach((value, at) => {
        into[at]! += value / numbers.length;
      });
    addMean(gradients[first]!, "x");
    addMean(gradients[second]!, "y");
  }
  return {
    samples: modalities[0]!.rows,
    loss: meanOfArray(losses),
    gradients: { modalities: gradients, temperature: meanOfArray(temperatures) },
  };
}

function pairsOf(where: string, modalities: readonly Rows[]): readonly (readonly [number, number])[] {
  return modalityPairs(where, modalities, (name, rows) => shapeOfRows(where, name, rows));
}
