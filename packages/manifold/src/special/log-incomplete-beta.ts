import { log1mexp } from "@nce-geometry/tensor";
import { optionError, requirePositive } from "../quadrature/option-checks.ts";
import { logBeta } from "./log-beta.ts";

/**
 * Logarithm of the regularised incomplete beta function, also where its value underflows.
 *
 * Math:     log I_x(a, b) = log( ∫_0^x u^{a−1}(1−u)^{b−1} du / B(a, b) ).
 * Domain:   0 ≤ x ≤ 1; a, b > 0. `complement` is 1 − x, for callers that know it better than the subtraction does.
 * Limits:   x = 0 → −∞;  x = 1 → 0;  a = 1 → log(1 − (1−x)^b);  b = 1 → a log x;  I_x(a, b) + I_{1−x}(b, a) = 1.
 * Numerics: continued fraction below the mean, complement above it; O(√max(a, b)) steps. Error ≤ 3e-14·max(1, |log I|) for
 *           b = ½, a ≤ 2047½ (caps), ≤ 5e-13 for a and b up to 2047½ (committed tables). The library's betainc is 0 below 1e-308, and off by 8e-13 above.
 * Throws:   InputError E_OPTION.
 * Source:   DLMF 8.17.
 */
export function logIncompleteBeta(x: number, a: number, b: number, complement: number = 1 - x): number {
  requirePositive("logIncompleteBeta", "a", a);
  requirePositive("logIncompleteBeta", "b", b);
  if (!(x >= 0 && x <= 1)) throw optionError("logIncompleteBeta", "x", "a number from 0 to 1", String(x));
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (complement === 0) return 0;
  if (x * (a + b + 2) <= a + 1) return lowerTail(x, complement, a, b);
  return log1mexp(lowerTail(complement, x, b, a));
}

function lowerTail(x: number, y: number, a: number, b: number): number {
  const prefactor = a * logOf(x, y) + b * logOf(y, x) - Math.log(a) - logBeta(a, b);
  return prefactor + Math.log(continuedFraction(x, a, b));
}

/** log x, given y = 1 − x. */
function logOf(x: number, y: number): number {
  return y < 0.5 ? Math.log1p(-y) : Math.log(x);
}

/** By the modified Lentz method. */
function continuedFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return value;
}
