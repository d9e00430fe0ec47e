import { logGamma } from "@nce-geometry/manifold";

/**
 * Probability that a χ² variable exceeds a value; degrees of freedom need not be an integer.
 *
 * Math:     Q(ν/2, x/2) = Γ(ν/2, x/2)/Γ(ν/2).
 * Domain:   ν > 0; x ≥ 0.
 * Limits:   x = 0 → 1;  ν = 2 → e^{−x/2};  ν = 1 → erfc(√(x/2));  x → ∞ → 0.
 * Numerics: series below the mean, continued fraction above, O(√ν) steps; the prefactor is formed before it cancels. Relative error
 *           of the smaller tail below 1e-9 for ν ≤ 2.6e5 (test). The special-function library at hand is off by 2.5e-2 at ν = 2048.
 * Source:   DLMF 8.7, 8.9.
 */
export function chiSquareTail(x: number, degreesOfFreedom: number): number {
  const [a, half] = [degreesOfFreedom / 2, x / 2];
  if (!(half > 0)) return half === 0 ? 1 : Number.NaN;
  if (half === Number.POSITIVE_INFINITY) return 0;
  const prefactor = Math.exp(logPrefactor(half, a));
  return half < a + 1 ? 1 - prefactor * lowerSeries(half, a) : prefactor * upperFraction(half, a);
}

/** log( x^a e^{−x}/Γ(a + 1) ). */
function logPrefactor(x: number, a: number): number {
  if (a < 10) return a * Math.log(x) - x - logGamma(a + 1);
  // Stirling: the large terms of both sides are joined.
  const relative = (x - a) / a;
  const square = 1 / (a * a);
  const correction = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / a;
  return a * (Math.log1p(relative) - relative) - 0.5 * Math.log(2 * Math.PI * a) - correction;
}

/** Σ_k x^k/((a + 1) … (a + k)). */
function lowerSeries(x: number, a: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= x / (a + k);
    sum += term;
  }
  return sum;
}

/** a·Γ(a, x)/(x^a e^{−x}), by the modified Lentz method. */
function upperFraction(x: number, a: number): number {
  let b = x + 1 - a;
  let c = Number.POSITIVE_INFINITY;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k < 1_000_000; k++) {
    const numerator = -k * (k - a);
    b += 2;
    d = 1 / (b + numerator * d);
    c = b + numerator / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return a * value;
}
