// The inner loop of a training step: e^{(s−1)/τ} of one unit vector with many, twice as fast as one call of Math.exp for each.

const stepsPerUnit = 64 / Math.LN2;
/** log 2/64 in two parts, the first of 24 bits, so that its multiples are exact. */
const stepHigh = Math.fround(Math.LN2 / 64);
const stepLow = Math.LN2 / 64 - stepHigh + 2.3190468138462996e-17 / 64;
/** 2^{j/64}. */
const fractions = Float64Array.from({ length: 64 }, (_, j) => 2 ** (j / 64));
/** 2^{j − 1022}. */
const powers = Float64Array.from({ length: 1024 }, (_, j) => 2 ** (j - 1022));

/** Vectors of the plane by their coordinates, and a sum for each. */
export interface PlaneVectors {
  readonly u: Float64Array;
  readonly v: Float64Array;
  readonly sums: Float64Array;
}

/** Which of the vectors, j = from … to − 1, and where in the output that of j = 0 would lie. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly start: number;
}

/**
 * Writes e^{p·u_j + q·v_j − shift}, adds each to the sum of its vector, and returns the sum of all.
 *
 * Math:     an exponent x is (k/64)·log 2 + r, |r| ≤ log 2/128: a table for the first part, five terms of the series for the second.
 * Domain:   exponents from −700 to 0, and above 0 by rounding.
 * Limits:   exponent 0 → exactly 1.
 * Numerics: relative error ≤ 2ε, ε = 2⁻⁵², beside that of the exponent.
 */
export function addExponentials(
  out: Float64Array,
  { from, to, start }: Span,
  { u, v, sums }: PlaneVectors,
  p: number,
  q: number,
  shift: number,
): number {
  let sum = 0;
  for (let j = from, at = start + from; j < to; j++, at++) {
    const x = p * u[j]! + q * v[j]! - shift;
    const k = (x * stepsPerUnit - 0.5) | 0;
    const r = x - k * stepHigh - k * stepLow;
    const square = r * r;
    const excess = r + square * (1 / 2 + r * (1 / 6)) + square * square * (1 / 24 + r * (1 / 120));
    const power = fractions[k & 63]! * powers[(k >> 6) + 1022]!;
    const value = power + power * excess;
    out[at] = value;
    sums[j]! += value;
    sum += value;
  }
  return sum;
}
