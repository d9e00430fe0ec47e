// Alignment on tensors and on rows.

import { type MappedPairValue, matchedGradient, matchedValues } from "@nce-geometry/pairwise";
import { mean, meanOfArray, type Rows, type RunControl, square, sub, sum, type Tensor } from "@nce-geometry/tensor";
import { inScope } from "../in-scope.ts";
import { checkPositive } from "../option-checks.ts";
import { checkPairs, shapeOfRows } from "../shape-checks.ts";
import { powerOf } from "./kcl-kernel.ts";
import { type MeanLoss, meanLossOf } from "./mean-loss.ts";

export interface AlignmentLossOptions {
  /** The power α > 0 of the distance. @defaultValue 2 */
  readonly power?: number;
}

export interface AlignmentLossOnRowsOptions extends AlignmentLossOptions, RunControl {}

/** The loss of `samples` pairs and its gradients, [n, d] each, row-major. */
export interface AlignmentLossGradient {
  readonly samples: number;
  readonly loss: number;
  readonly gradients: { readonly x: Float64Array; readonly y: Float64Array };
}

/**
 * Alignment: the mean distance of the pairs to a power.
 *
 * Math:     L = mean_i ‖x_i − y_i‖^α.
 * Shapes:   x [n, d], y [n, d] → []. Gradients flow to both.
 * Domain:   n ≥ 1, α > 0; any rows. NaN gives NaN.
 * Limits:   x = y → 0 with gradient 0;  antipodal unit rows → 2^α;  independent uniform rows → `uniformChordMoment`;  rotating
 *           or shifting both sides, or swapping them, changes nothing.
 * Numerics: from differences; relative error of about (d + 2)ε·α/2. At distance 0 the gradient is 0 for every α, though for
 *           α < 1 it is unbounded nearby. Memory: O(n·d).
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   arXiv:2005.10242.
 */
export function alignmentLoss(x: Tensor, y: Tensor, options: AlignmentLossOptions = {}): Tensor {
  return inScope([x, y], () => {
    const where = "alignmentLoss";
    checkPairs(where, { name: "x", shape: x.shape }, { name: "y", shape: y.shape });
    return mean(powerOf(sum(square(sub(x, y)), { axis: 1 }), powerOption(where, options) / 2));
  });
}

/**
 * Alignment of rows of any number.
 *
 * Math:     that of {@link alignmentLoss}.
 * Shapes:   x n × d, y n × d → numbers.
 * Domain:   as {@link alignmentLoss}.
 * Limits:   those of {@link alignmentLoss}.
 * Numerics: those of {@link alignmentLoss}. Cost: O(n·d).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2005.10242.
 */
export async function alignmentLossOnRows(
  x: Rows,
  y: Rows,
  options: AlignmentLossOnRowsOptions = {},
): Promise<MeanLoss> {
  const value = distanceToPower("alignmentLossOnRows", x, y, options);
  return meanLossOf(await matchedValues(x, y, value, options));
}

/**
 * Alignment of rows with its gradients to both sides.
 *
 * Math:     ∂L/∂x_i = (α/n) ‖x_i − y_i‖^{α−2} (x_i − y_i) = −∂L/∂y_i.
 * Shapes:   x n × d, y n × d → value, gradients [n, d] each.
 * Domain:   as {@link alignmentLoss}; gradients are those of the ambient space.
 * Limits:   x = y → 0.
 * Numerics: those of {@link alignmentLoss}. Cost: O(n·d).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   arXiv:2005.10242.
 */
export async function alignmentLossGradientOnRows(
  x: Rows,
  y: Rows,
  options: AlignmentLossOnRowsOptions = {},
): Promise<AlignmentLossGradient> {
  const value = distanceToPower("alignmentLossGradientOnRows", x, y, options);
  const { signal } = options;
  const loss = meanOfArray(await matchedValues(x, y, value, { signal }));
  const weights = new Float64Array(x.rows).fill(1 / x.rows);
  return { samples: x.rows, loss, gradients: await matchedGradient(x, y, { value, weights }, options) };
}

function distanceToPower(where: string, x: Rows, y: Rows, options: AlignmentLossOptions): MappedPairValue {
  checkPairs(where, shapeOfRows(where, "x", x), shapeOfRows(where, "y", y));
  const exponent = powerOption(where, options) / 2;
  return { kind: "mapped", of: "squaredDistance", map: { kind: "power", exponent }, scale: 1 };
}

function powerOption(where: string, { power = 2 }: AlignmentLossOptions): number {
  checkPositive(where, "power", power);
  return power;
}
