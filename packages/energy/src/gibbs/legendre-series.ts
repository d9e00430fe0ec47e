// Functions on [−1, 1] known at Gauss–Legendre nodes, as the polynomial through them: its values, its integral from −1, and the inverse of that.

import { gaussLegendre } from "@nce-geometry/manifold";

/** Coefficients of P_0 … P_{n−1} from values at the n nodes. */
export type ToSeries = (values: ArrayLike<number>) => Float64Array;

/** The transform for n nodes. Math: c_k = ((2k+1)/2) Σ_i w_i P_k(x_i) f_i, exact for polynomials of degree < n. */
export function legendreTransform(n: number): ToSeries {
  const { nodes, weights } = gaussLegendre(n);
  const rows = Array.from(nodes, (x) => legendreValues(x, n));
  return (values) =>
    new Float64Array(n).map((_, k) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += weights[i]! * rows[i]![k]! * values[i]!;
      return ((2 * k + 1) / 2) * sum;
    });
}

/** P_0(x) … P_{n−1}(x). */
export function legendreValues(x: number, n: number): Float64Array {
  const values = new Float64Array(n);
  values[0] = 1;
  if (n > 1) values[1] = x;
  for (let k = 1; k + 1 < n; k++) values[k + 1] = ((2 * k + 1) * x * values[k]! - k * values[k - 1]!) / (k + 1);
  return values;
}

/** Σ_k c_k P_k(x). */
export function seriesAt(coefficients: Float64Array, x: number): number {
  const values = legendreValues(x, coefficients.length);
  return coefficients.reduce((sum, c, k) => sum + c * values[k]!, 0);
}

/** x with ∫_{−1}^x = share·∫_{−1}^1 of a series that is positive up to its own error: bisection, then exact to rounding. */
export function inverseIntegral(coefficients: Float64Array, share: number): number {
  const target = share * 2 * coefficients[0]!;
  let [low, high] = [-1, 1];
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (integralTo(coefficients, middle) < target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Ulps of [−1, 1]. */
const BISECTIONS = 53;

/** ∫_{−1}^x Σ c_k P_k: P_k is the derivative of (P_{k+1} − P_{k−1})/(2k+1). */
function integralTo(coefficients: Float64Array, x: number): number {
  const n = coefficients.length;
  const values = legendreValues(x, n + 1);
  let sum = coefficients[0]! * (x + 1);
  for (let k = 1; k < n; k++) sum += (coefficients[k]! * (values[k + 1]! - values[k - 1]!)) / (2 * k + 1);
  return sum;
}
