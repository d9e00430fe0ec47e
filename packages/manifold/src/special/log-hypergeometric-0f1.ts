import { requireNonNegative, requirePositive } from "../quadrature/option-checks.ts";
import { DEBYE_FROM, debyeCorrection } from "./debye-expansion.ts";
import { logGamma, STIRLING_FROM, stirlingCorrection } from "./log-gamma.ts";

/**
 * Logarithm of the confluent hypergeometric limit function: what a uniform direction in R^{2a} makes of an exponential.
 *
 * Math:     log ₀F₁(; a; z) = log Σ_n z^n/(n!·(a)_n);  E e^{κt} = ₀F₁(; d/2; κ²/4), t a coordinate of a uniform point of S^{d−1}.
 * Domain:   a > 0, z ≥ 0.
 * Limits:   z → 0 → z/a;  a = ½ → log cosh 2√z;  a = 3/2 → log( sinh(2√z)/(2√z) );  a → ∞ → z/a.
 * Numerics: see {@link logHypergeometric0F1OfRoot}.
 * Throws:   InputError E_OPTION.
 */
export function logHypergeometric0F1(a: number, z: number): number {
  requirePositive("logHypergeometric0F1", "a", a);
  requireNonNegative("logHypergeometric0F1", "z", z);
  return logHypergeometric0F1OfRoot(a, 2 * Math.sqrt(z));
}

/**
 * log ₀F₁(; a; x²/4): the same at the argument x of the Bessel function I_{a−1}, unchecked.
 *
 * Math:     log( Γ(a)·(2/x)^{a−1}·I_{a−1}(x) ).
 * Numerics: power series where √((a−1)² + x²) < 30 or x² ≤ 4a, else the uniform expansion with Stirling's formula taken out of
 *           it, so that nothing cancels: relative error ≤ 7e-16 for a from 1 to 5001, x from 1e-150 to 1e12 (committed table).
 */
export function logHypergeometric0F1OfRoot(a: number, x: number): number {
  if (isSeriesArgument(a, x)) return Math.log1p(seriesMinusOne(a, x));
  const { logarithms, size } = logarithmicTerms(a - 1, x);
  const order = a - 1;
  return (order < STIRLING_FROM ? size : (x * x) / (size + order)) + logarithms;
}

/** log ₀F₁(; a; x²/4) − x, unchecked; keeps its digits where the value itself is nearly x. */
export function scaledLogHypergeometric0F1(a: number, x: number): number {
  if (isSeriesArgument(a, x)) return Math.log1p(seriesMinusOne(a, x)) - x;
  const order = a - 1;
  const { logarithms, size } = logarithmicTerms(order, x);
  if (order < STIRLING_FROM) return (order * order) / (size + x) + logarithms;
  // S − ν − x, over a common denominator.
  return logarithms - order * (x / (size + order)) * ((size + order + x) / (size + x));
}

/** ₀F₁(; a; x²/4) − 1 = Σ_{n≥1} (x²/4)^n/(n!(a)_n). */
export function seriesMinusOne(a: number, x: number): number {
  const z = (x / 2) ** 2;
  let term = 1;
  let sum = 0;
  for (let n = 0; term > sum * 1e-17; n++) {
    term *= z / ((n + 1) * (a + n));
    sum += term;
  }
  return sum;
}

function isSeriesArgument(a: number, x: number): boolean {
  return x * x <= 4 * a || (a - 1) * (a - 1) + x * x < DEBYE_FROM * DEBYE_FROM;
}

/** log ₀F₁ less its algebraic part, which is S − ν where Stirling's formula has been taken out, else S. */
function logarithmicTerms(order: number, x: number): { logarithms: number; size: number } {
  const { size, value } = debyeCorrection(order, x);
  if (order < STIRLING_FROM) {
    const logarithms = logGamma(order + 1) - order * Math.log((order + size) / 2) - 0.5 * Math.log(2 * Math.PI * size);
    return { logarithms: logarithms + value, size };
  }
  const growth = ((x / order) * x) / (size + order);
  const logarithms = -order * Math.log1p(growth / 2) - 0.5 * Math.log1p(growth);
  return { logarithms: logarithms + (value + stirlingCorrection(order)), size };
}
