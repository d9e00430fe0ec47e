// The gamma function's logarithm and what keeps its accuracy at large arguments.

import gammaln from "@stdlib/math-base-special-gammaln";

/**
 * Logarithm of the gamma function of a positive number.
 *
 * Math:     log Γ(x).
 * Domain:   x ≥ 0.
 * Limits:   Γ(1) = Γ(2) = 1 → 0;  x = ½ → ½ log π;  x → 0 → +∞;  log Γ(x + 1) − log Γ(x) = log x.
 * Numerics: within a few ε of max(1, |log Γ|), the library's own accuracy.
 * Source:   @stdlib/math-base-special-gammaln (FreeBSD's algorithm).
 */
export function logGamma(x: number): number {
  return gammaln(x);
}

/**
 * What Stirling's formula leaves: log Γ(x) − ((x − ½) log x − x + ½ log 2π).
 *
 * Math:     Σ_k B_{2k}/(2k(2k−1) x^{2k−1}).
 * Domain:   x ≥ 10.
 * Limits:   x → ∞ → 1/(12x).
 * Numerics: relative error a few ε: the first term left out is below 1e-17 of the first at x = 10.
 */
export function stirlingCorrection(x: number): number {
  const z = 1 / (x * x);
  let sum = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) sum = sum * z + STIRLING[k]!;
  return sum / x;
}

/**
 * Logarithm of a quotient of gamma functions.
 *
 * Math:     log( Γ(x + shift)/Γ(x) ).
 * Domain:   x > 0, shift ≥ 0.
 * Limits:   shift = 1 → log x;  x → ∞ → shift·log x;  shift = 0 → 0.
 * Numerics: for x ≥ 10 the leading terms are joined before they cancel: error a few ε of the value, against ε·log Γ(x) of the plain difference.
 */
export function logGammaRatio(x: number, shift: number): number {
  if (x < STIRLING_FROM) return logGamma(x + shift) - logGamma(x);
  const total = x + shift;
  const leading = (total - 0.5) * Math.log1p(shift / x) + shift * Math.log(x) - shift;
  return leading + stirlingCorrection(total) - stirlingCorrection(x);
}

/** Where {@link stirlingCorrection} may be used. */
export const STIRLING_FROM = 10;

/** B_{2k}/(2k(2k − 1)). */
const STIRLING: readonly number[] = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
  43867 / 244188,
  -174611 / 125400,
];
