// Sums and means of exponentials, kept as logarithms. The largest term is factored out, so that nothing overflows, and
// enters as an exact 1, so that a value near it keeps its relative accuracy.

import { sumOfArray } from "./compensated-sum.ts";
import { softplusOf } from "./softplus.ts";

/**
 * Logarithm of the sum of the exponentials of the values.
 *
 * Math:     log Σ_i e^{v_i} = m + log1p( Σ_{i≠k} e^{v_i − m} ),  m = v_k = max_i v_i.
 * Limits:   [] → −∞;  all −∞ → −∞;  a +∞ → +∞;  a NaN → NaN;  [v] → v;  n equal values v → v + log n;  [0, −t] → e^{−t} for large t.
 * Numerics: absolute error ≤ a few ε·max(1, |m|, log n), ε = 2⁻⁵²; relative accuracy where m = 0. Cost: O(n).
 */
export function logSumExpOfArray(values: ArrayLike<number>): number {
  const at = indexOfMaximum(values);
  const maximum = at === -1 ? Number.NEGATIVE_INFINITY : values[at]!;
  if (!Number.isFinite(maximum)) return maximum;
  const others = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) others[i] = Math.exp(values[i]! - maximum);
  others[at] = 0;
  return maximum + Math.log1p(sumOfArray(others));
}

/**
 * Logarithm of the mean of the exponentials of the values.
 *
 * Math:     log( (1/n) Σ_i e^{v_i} ).
 * Limits:   [] → NaN;  all −∞ → −∞;  a +∞ → +∞;  a NaN → NaN;  n equal values v → v;  values t·v_i with t → 0 → their mean.
 * Numerics: near equal values the excess over the maximum is summed as expm1, so that nothing cancels against log n. Cost: O(n).
 */
export function logMeanExpOfArray(values: ArrayLike<number>): number {
  const n = values.length;
  if (n === 0) return Number.NaN;
  const maximum = values[indexOfMaximum(values)]!;
  if (!Number.isFinite(maximum)) return maximum;
  const terms = new Float64Array(n);
  for (let i = 0; i < n; i++) terms[i] = Math.expm1(values[i]! - maximum);
  const excess = sumOfArray(terms) / n;
  if (excess > -0.5) return maximum + Math.log1p(excess);
  // A mean far below its largest term: here 1 + excess would cancel instead.
  for (let i = 0; i < n; i++) terms[i] = Math.exp(values[i]! - maximum);
  return maximum + Math.log(sumOfArray(terms) / n);
}

/**
 * Logarithm of the sum of two exponentials; joins two log-sum-exps into that of the union.
 *
 * Math:     log(e^a + e^b) = max(a, b) + log1p(e^{−|a − b|}).
 * Limits:   b = −∞ → a;  a = b → a + log 2;  a +∞ → +∞;  a NaN → NaN.
 * Numerics: absolute error ≤ 3ε·max(1, |a|, |b|), ε = 2⁻⁵².
 */
export function logAddExp(a: number, b: number): number {
  // Apart, because two infinities of one sign have no difference.
  if (a === b) return a + Math.LN2;
  return Math.max(a, b) + softplusOf(-Math.abs(a - b));
}

/** −1 for no values; the index of a NaN where there is one. */
function indexOfMaximum(values: ArrayLike<number>): number {
  let at = -1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) return i;
    if (at === -1 || value > values[at]!) at = i;
  }
  return at;
}
