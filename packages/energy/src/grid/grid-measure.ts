// Densities on grids. A grid is a list of weights, the volumes that its points stand for; a density ρ is the list of its logarithms
// log ρ_i, so that neither a point without mass (−∞) nor a law at τ = 1e-4 leaves the range of numbers. The mass of a point is w_i ρ_i.

import { InputError, logSumExpOfArray } from "@nce-geometry/tensor";

/** Points with volumes: any quadrature of the manifold package, or plain cells. ∫ f dμ ≈ Σ_i weights[i]·f_i. */
export interface GridMeasure {
  /** [n], ≥ 0, in units of volume. */
  readonly weights: Float64Array;
  /** [n], logarithms of the weights, for grids whose weights underflow (zonal grids in high dimension); they count where both are given. */
  readonly logWeights?: Float64Array;
}

export interface AssertProbabilityOptions {
  /** The function that refuses, for the message. @defaultValue "assertProbability" */
  readonly where?: string;
  /** The argument that is refused, for the message. @defaultValue "logDensity" */
  readonly argument?: string;
  /** Largest |Σ w ρ − 1|. @defaultValue 2⁻²⁶: to first order entropies are off by the excess of mass, so half of the digits are left */
  readonly tolerance?: number;
}

/**
 * Throws unless the list is the logarithm of a probability density on the grid.
 *
 * Math:     |Σ_i w_i ρ_i − 1| ≤ tolerance
 * Shapes:   measure [n], logDensity [n].
 * Domain:   n ≥ 1; −∞ is a point without mass; NaN and +∞ are refused, and the first such point is named.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_DOMAIN.
 */
export function assertProbability(
  measure: GridMeasure,
  logDensity: Float64Array,
  options: AssertProbabilityOptions = {},
): void {
  const { where = "assertProbability", argument = "logDensity", tolerance = 2 ** -26 } = options;
  assertLogValues(measure, logDensity, { where, argument });
  const total = Math.exp(logIntegralOn(measure, logDensity));
  if (Math.abs(total - 1) <= tolerance) return;
  throw new InputError({
    code: "E_DOMAIN",
    where,
    argument,
    expected: `the logarithm of a density that integrates to 1 within ${tolerance.toPrecision(2)}`,
    received: `one that integrates to ${Number(total.toPrecision(12))}`,
    hint: total === 0 ? "It has no mass anywhere." : "Normalise it with normalizeLogDensity.",
  });
}

/**
 * The density of total mass 1 in the direction of the given one.
 *
 * Math:     log ρ_i − log Σ_j w_j ρ_j
 * Shapes:   measure [n], logDensity [n] → [n].
 * Limits:   log ρ + c → the same;  0 everywhere → −log |Z|, the uniform law.
 * Numerics: one logarithm of a sum of exponentials; error a few ε·max(1, |log ρ|).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_DOMAIN where there is no mass at all.
 */
export function normalizeLogDensity(measure: GridMeasure, logDensity: Float64Array): Float64Array {
  const where = "normalizeLogDensity";
  assertLogValues(measure, logDensity, { where, argument: "logDensity" });
  const logTotal = logIntegralOn(measure, logDensity);
  if (!Number.isFinite(logTotal)) throw massless(where);
  return logDensity.map((value) => value - logTotal);
}

export function massless(where: string): InputError {
  const details = { code: "E_DOMAIN", where, argument: "logDensity" } as const;
  const expected = "finite at a point of positive weight";
  return new InputError({ ...details, expected, received: "a density without mass" });
}

/** log Σ_i w_i e^(values_i); unchecked. */
export function logIntegralOn(measure: GridMeasure, values: Float64Array): number {
  const logWeights = logWeightsOf(measure);
  return logSumExpOfArray(values.map((value, i) => logWeights[i]! + value));
}

/** w_i ρ_i, [n]; unchecked. */
export function massesOf(measure: GridMeasure, logDensity: Float64Array): Float64Array {
  const logWeights = logWeightsOf(measure);
  return logDensity.map((value, i) => Math.exp(logWeights[i]! + value));
}

/** Logarithms of the weights, [n]. */
export function logWeightsOf(measure: GridMeasure): Float64Array {
  return measure.logWeights ?? measure.weights.map(Math.log);
}

/** One value per point, none of them NaN or +∞. */
export function assertLogValues(
  { weights }: GridMeasure,
  values: Float64Array,
  { where, argument }: { readonly where: string; readonly argument: string },
): void {
  const n = weights.length;
  if (n === 0) {
    const details = { code: "E_SHAPE", where, argument: "measure", expected: "of at least 1 point" } as const;
    throw new InputError({ ...details, received: "one of none" });
  }
  if (values.length !== n) {
    const expected = `of length ${n}, the points of the grid`;
    throw new InputError({ code: "E_SHAPE", where, argument, expected, received: `length ${values.length}` });
  }
  const at = values.findIndex((value) => !(value < Number.POSITIVE_INFINITY));
  if (at === -1) return;
  const received = `${values[at]} at point ${at}`;
  throw new InputError({ code: "E_NOT_FINITE", where, argument, expected: "finite or −∞ at every point", received });
}
