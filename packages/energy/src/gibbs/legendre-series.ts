// Functions on [−1, 1] known at Gauss–Legendre nodes, as the polynomial through them: its coefficients, and the inverse of its integral from −1.

import { gaussLegendre } from "@nce-geometry/manifold";

/** Row k holds what takes values at the n nodes to the coefficient of P_k; c_k = ((2k+1)/2) Σ_i w_i P_k(x_i) f_i, exact for polynomials of degree < n. */
export function legendreTransform(n: number): Float64Array[] {
  const { nodes, weights } = gaussLegendre(n);
  const columns = Array.from(nodes, (x) => legendreValues(x, new Float64Array(n)));
  return Array.from({ length: n }, (_, k) =>
    new Float64Array(n).map((_, i) => ((2 * k + 1) / 2) * weights[i]! * columns[i]![k]!),
  );
}

/** Fills `out` with P_0(x) … P_{n−1}(x), n its length ≥ 2. */
export function legendreValues(x: number, out: Float64Array): Float64Array {
  out[0] = 1;
  out[1] = x;
  for (let k = 1; k + 1 < out.length; k++) out[k + 1] = ((2 * k + 1) * x * out[k]! - k * out[k - 1]!) / (k + 1);
  return out;
}

/** x with ∫_{−1}^x = share·∫_{−1}^1 of a series Σ c_k P_k that is positive up to its own error: Newton's method, kept within a bracket. */
export function inverseIntegral(coefficients: Float64Array, share: number): number {
  const target = share * 2 * coefficients[0]!;
  let [low, high] = [-1, 1];
  let x = 2 * share - 1;
  for (let step = 0; step < MAX_STEPS; step++) {
    const { integral, density } = evaluate(coefficients, x);
    const correction = (integral - target) / density;
    if (Math.abs(correction) < SMALL || high - low < SMALL) return x;
    if (integral < target) low = x;
    else high = x;
    const proposed = x - correction;
    x = proposed > low && proposed < high ? proposed : (low + high) / 2;
  }
  return x;
}

/** Enough for bisection alone. */
const MAX_STEPS = 64;
/** No sample shows a difference this small. */
const SMALL = 1e-12;

/** The series at x and its integral from −1: P_k is the derivative of (P_{k+1} − P_{k−1})/(2k+1). */
function evaluate(coefficients: Float64Array, x: number): { integral: number; density: number } {
  let density = coefficients[0]!;
  let integral = coefficients[0]! * (x + 1);
  let [before, here] = [1, x];
  for (let k = 1; k < coefficients.length; k++) {
    const after = ((2 * k + 1) * x * here - k * before) / (k + 1);
    density += coefficients[k]! * here;
    integral += (coefficients[k]! * (after - before)) / (2 * k + 1);
    before = here;
    here = after;
  }
  return { integral, density };
}
