// Many exponentials at once, more than twice as fast as one call for each.

const STEPS_PER_UNIT = 64 / Math.LN2;
/** log 2/64 in two parts, the first of 24 bits, so that its multiples are exact. */
const STEP_HIGH = Math.fround(Math.LN2 / 64);
const STEP_LOW = Math.LN2 / 64 - STEP_HIGH + 2.3190468138462996e-17 / 64;
/** 2^{j/64}. */
const fractions = Float64Array.from({ length: 64 }, (_, j) => 2 ** (j / 64));
/** 2^{j − 1022}. */
const powers = Float64Array.from({ length: 1024 }, (_, j) => 2 ** (j - 1022));
const least = -700;

/**
 * Replaces every number by its exponential relative to `shift`, adds it to the entry of `totals` at its place, and gives the sum of all.
 *
 * Math:     e^{v − shift}.
 * Domain:   v ≤ shift, not NaN.
 * Limits:   v = shift → exactly 1;  v ≤ shift − 700, and −∞ → exactly 0.
 * Numerics: relative error ≤ 2ε, ε = 2⁻⁵².
 * Source:   classical: v − shift = (k/64) log 2 + r with |r| ≤ log 2/128, a table for the first part and five terms of the series for
 *           the second, of which the next is below 2⁻⁵⁵.
 */
export function exponentiate(values: Float64Array, shift: number, totals: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at]! - shift;
    const x = Math.max(value, least);
    const k = (x * STEPS_PER_UNIT - 0.5) | 0;
    const r = x - k * STEP_HIGH - k * STEP_LOW;
    const square = r * r;
    // In two halves, which a processor computes side by side.
    const excess = r + square * (1 / 2 + r * (1 / 6)) + square * square * (1 / 24 + r * (1 / 120));
    const power = fractions[k & 63]! * powers[(k >> 6) + 1022]!;
    const exponential = value > least ? power + power * excess : 0;
    values[at] = exponential;
    totals[at]! += exponential;
    sum += exponential;
  }
  return sum;
}
