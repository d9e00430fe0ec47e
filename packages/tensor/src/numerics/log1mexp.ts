/**
 * Logarithm of one minus an exponential: turns a log-probability into that of the complement.
 *
 * Math:     log(1 − e^x).
 * Domain:   x ≤ 0; NaN for x > 0.
 * Limits:   0 → −∞;  −log 2 → −log 2;  x → −∞: −e^x;  x → 0⁻: log(−x);  its own inverse.
 * Numerics: log(−expm1(x)) above −log 2 and log1p(−e^x) below, so that neither end cancels; relative error a few ε, ε = 2⁻⁵².
 * Source:   M. Mächler, Accurately Computing log(1 − exp(−|a|)), Rmpfr vignette (2012).
 */
export function log1mexp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}
