import { add, div, maximum, minimum, mul, sqrt, square, sum, type Tensor } from "@nce-geometry/tensor";
import { requireOneOf, requirePositive } from "../checks.ts";
import { mapParameters, type ParameterRecord } from "../parameters.ts";

/** `norm`: all gradients together shrink to a norm; `value`: each number is cut off. Plain JSON. */
export type Clipping =
  | { readonly kind: "norm"; readonly largest: number }
  | { readonly kind: "value"; readonly largest: number };

/**
 * ‖g‖ over all gradients.
 *
 * Shapes: record → [].
 */
export function gradientNorm(gradients: ParameterRecord): Tensor {
  return sqrt(
    Object.values(gradients)
      .map((gradient) => sum(square(gradient)))
      .reduce((a, b) => add(a, b)),
  );
}

/**
 * Gradients kept from growing without bound.
 *
 * Math:     norm: g·min(1, largest/(‖g‖ + 1e-6)), ‖g‖ over all gradients;  value: min(largest, max(−largest, g)).
 * Limits:   norm: smaller gradients as they are;  larger ones of norm `largest`·‖g‖/(‖g‖ + 1e-6).
 * Numerics: nothing is read back. As torch's `clip_grad_norm_` and `clip_grad_value_`.
 * Throws:   InputError E_OPTION.
 */
export function clipGradients(gradients: ParameterRecord, clipping: Clipping): ParameterRecord {
  checkClipping("clipGradients", clipping);
  const { kind, largest } = clipping;
  if (kind === "value") return mapParameters(gradients, (g) => minimum(maximum(g, -largest), largest));
  const factor = minimum(div(largest, add(gradientNorm(gradients), 1e-6)), 1);
  return mapParameters(gradients, (g) => mul(g, factor));
}

/** Refuses a clipping outside its domain. */
export function checkClipping(where: string, clipping: Clipping): void {
  requireOneOf(where, "clip.kind", clipping.kind, ["norm", "value"]);
  requirePositive(where, "clip.largest", clipping.largest);
}
