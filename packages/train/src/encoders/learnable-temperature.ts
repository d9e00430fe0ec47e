// A temperature that is learnt: the parameter is the logarithm of the scale 1/τ, so that it stays positive and moves in proportion.

import { type Backend, exp, minimum, neg, scalar, type Tensor } from "@nce-geometry/tensor";
import { requirePositive } from "../checks.ts";

/**
 * The parameter log(1/τ) of a first temperature.
 *
 * Limits: {@link temperatureOf} of it is τ.
 * Throws: InputError E_OPTION.
 */
export function logScaleOf(backend: Backend, temperature: number): Tensor {
  requirePositive("logScaleOf", "temperature", temperature);
  return scalar(backend, -Math.log(temperature));
}

/**
 * The temperature of a parameter log(1/τ).
 *
 * Math:   τ = e^{−logScale};  ∂τ/∂logScale = −τ.
 * Shapes: [] → [].
 */
export function temperatureOf(logScale: Tensor): Tensor {
  return exp(neg(logScale));
}

/**
 * The parameter kept below a ceiling of the scale, to be applied after each step.
 *
 * Math:   min(logScale, log largestScale), that is τ ≥ 1/largestScale. CLIP's ceiling is 100.
 * Shapes: [] → [].
 * Throws: InputError E_OPTION.
 */
export function limitLogScale(logScale: Tensor, largestScale: number): Tensor {
  requirePositive("limitLogScale", "largestScale", largestScale);
  return minimum(logScale, Math.log(largestScale));
}
