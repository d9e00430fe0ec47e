// Sums whose error does not grow with their length (Neumaier's variant of Kahan summation).

/**
 * Sum of the values with a running correction for what rounding drops.
 *
 * Math:     Σ_i v_i.
 * Limits:   [] → 0;  [1e16, 1, −1e16] → 1;  a NaN, or ∞ with −∞ → NaN;  partial sums may overflow as long as the sum does not.
 * Numerics: error ≤ ε·|Σ v_i| + 2n²ε²·Σ|v_i|, ε = 2⁻⁵³: one rounding for every n in reach. Cost: O(n).
 * Source:   A. Neumaier, Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen, ZAMM 54 (1974).
 */
export function sumOfArray(values: ArrayLike<number>): number {
  const { sum, unit } = scaledSum(values);
  return sum * unit;
}

/**
 * Arithmetic mean by {@link sumOfArray}.
 *
 * Math:     (1/n) Σ_i v_i.
 * Limits:   [] → NaN;  n equal values c → c;  finite values have a finite mean, also where their sum overflows.
 * Numerics: two roundings beyond {@link sumOfArray}'s error.
 */
export function meanOfArray(values: ArrayLike<number>): number {
  const { sum, unit } = scaledSum(values);
  return (sum / values.length) * unit;
}

/** Leaves room for 2⁶⁴ numbers below the overflow threshold; a power of two, so that scaling is exact. */
const OVERFLOW_UNIT = 2 ** 64;

/** The sum as `sum · unit`, where `unit` is 1 unless finite values overflow on the way. */
function scaledSum(values: ArrayLike<number>): { sum: number; unit: number } {
  const sum = neumaierSum(values, 1);
  if (Number.isFinite(sum)) return { sum, unit: 1 };
  const nonFinite = sumOfNonFinite(values);
  if (nonFinite !== undefined) return { sum: nonFinite, unit: 1 };
  return { sum: neumaierSum(values, OVERFLOW_UNIT), unit: OVERFLOW_UNIT };
}

function neumaierSum(values: ArrayLike<number>, unit: number): number {
  let sum = 0;
  let correction = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! / unit;
    const next = sum + value;
    correction += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + correction;
}

/** Among infinities and NaN plain addition is exact. `undefined` when every value is finite. */
function sumOfNonFinite(values: ArrayLike<number>): number | undefined {
  let sum: number | undefined;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) sum = (sum ?? value) + value;
  }
  return sum;
}
