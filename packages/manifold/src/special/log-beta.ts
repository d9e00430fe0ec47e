import { logGamma, logGammaRatio, STIRLING_FROM, stirlingCorrection } from "./log-gamma.ts";

/**
 * Logarithm of the beta function.
 *
 * Math:     log( Γ(a)Γ(b)/Γ(a + b) ).
 * Domain:   a, b > 0.
 * Limits:   B(1, b) = 1/b;  B(½, ½) = π;  symmetric.
 * Numerics: no difference of large logarithms: error ≤ 3e-15·max(1, |log B|) on the committed table (a, b from ½ to 1e8).
 */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  if (large < STIRLING_FROM) return logGamma(small) + logGamma(large) - logGamma(small + large);
  if (small < STIRLING_FROM) return logGamma(small) - logGammaRatio(large, small);
  const corrections = stirlingCorrection(small) + stirlingCorrection(large) - stirlingCorrection(small + large);
  const exponent = (small - 0.5) * Math.log(small / (small + large)) - large * Math.log1p(small / large);
  return exponent - 0.5 * Math.log(large) + HALF_LOG_TWO_PI + corrections;
}

const HALF_LOG_TWO_PI = 0.9189385332046727;
