// Quotients of modified Bessel functions of neighbouring orders. With ν = d/2 − 1 the quotient is the mean resultant length
// of the von Mises–Fisher law in R^d, its complement the mean of 1 − cos, and its derivative the variance of the cosine.

import { requireInteger, requireNonNegative } from "../quadrature/option-checks.ts";
import { DEBYE_FROM, debyeCorrection } from "./debye-expansion.ts";
import { seriesMinusOne } from "./log-hypergeometric-0f1.ts";

/**
 * Quotient of modified Bessel functions of neighbouring orders.
 *
 * Math:     I_{ν+1}(x)/I_ν(x).
 * Domain:   order ν ≥ 0, x ≥ 0, both finite.
 * Limits:   x → 0 → x/(2ν + 2);  x → ∞ → 1 − (2ν + 1)/(2x);  ν = ½ → coth x − 1/x;  ν → ∞ → x/(ν + √(ν² + x²)).
 * Numerics: power series of both where √(ν² + x²) < 30, else the derivative of the uniform expansion; relative error ≤ 9e-16
 *           for ν from 0 to 5000, x from 1e-300 to 1e12 (committed table).
 * Throws:   InputError E_OPTION.
 */
export function besselRatio(order: number, x: number): number {
  checkArguments("besselRatio", order, x);
  if (isSmall(order, x)) {
    const a = order + 1;
    return ((x / 2 / a) * (1 + seriesMinusOne(a + 1, x))) / (1 + seriesMinusOne(a, x));
  }
  const { size, first } = debyeCorrection(order, x);
  return x / (size + order) - x / size / size / 2 + first;
}

/**
 * What {@link besselRatio} lacks to one, without cancellation.
 *
 * Math:     1 − I_{ν+1}(x)/I_ν(x) = ₁F₁(ν+½; 2ν+2; 2x)/₁F₁(ν+½; 2ν+1; 2x).
 * Domain:   order ν ≥ 0, x ≥ 0, both finite.
 * Limits:   x → 0 → 1;  x → ∞ → (2ν + 1)/(2x).
 * Numerics: two series of positive terms, or the uniform expansion; relative error ≤ 2e-15 on the table of {@link besselRatio}.
 * Throws:   InputError E_OPTION.
 */
export function besselRatioComplement(order: number, x: number): number {
  checkArguments("besselRatioComplement", order, x);
  if (isSmall(order, x)) return kummer(order, 2 * order + 2, x) / kummer(order, 2 * order + 1, x);
  const { size, first } = debyeCorrection(order, x);
  const leading = (order / (size + order)) * (1 + order / (size + x));
  return leading + x / size / size / 2 - first;
}

/**
 * Derivative of {@link besselRatio} by its argument, without cancellation.
 *
 * Math:     A' = 1 − A² − (2ν + 1)A/x,  A = I_{ν+1}(x)/I_ν(x).
 * Domain:   order ν ≥ 0, x ≥ 0, both finite.
 * Limits:   x → 0 → 1/(2ν + 2);  x → ∞ → (2ν + 1)/(2x²);  ν = ½ → 1/x² − 1/sinh² x.
 * Numerics: A'·I_ν² is a series of positive terms; beyond, the uniform expansion; relative error ≤ 2e-15 on the table of {@link besselRatio}.
 * Throws:   InputError E_OPTION.
 */
export function besselRatioDerivative(order: number, x: number): number {
  checkArguments("besselRatioDerivative", order, x);
  if (isSmall(order, x)) return derivativeSeries(order, x) / (1 + seriesMinusOne(order + 1, x)) ** 2;
  const { size, second } = debyeCorrection(order, x);
  const slope = x / size;
  const tilt = order / size;
  return tilt / (size + order) + ((slope - tilt) * (slope + tilt)) / size / size / 2 + second;
}

/**
 * The successive quotients of orders ν, ν + 1, …: what a series in zonal harmonics needs.
 *
 * Math:     ρ_n = I_{ν+n+1}(x)/I_{ν+n}(x), n = 0 … count − 1.
 * Domain:   order ν ≥ 0, x ≥ 0, both finite; count ≥ 1.
 * Limits:   decreasing in n;  n → ∞ → x/(2(ν + n + 1)).
 * Numerics: the last by {@link besselRatio}, the others by the recurrence 1/(2(ν + n)/x + ρ_n), stable in this direction.
 * Throws:   InputError E_OPTION.
 */
export function besselRatios(order: number, x: number, count: number): Float64Array {
  checkArguments("besselRatios", order, x);
  requireInteger("besselRatios", "count", count, 1);
  const ratios = new Float64Array(count);
  if (x === 0) return ratios;
  ratios[count - 1] = besselRatio(order + count - 1, x);
  for (let n = count - 2; n >= 0; n--) ratios[n] = x / (2 * (order + n + 1) + x * ratios[n + 1]!);
  return ratios;
}

function isSmall(order: number, x: number): boolean {
  return order * order + x * x < DEBYE_FROM * DEBYE_FROM;
}

/** ₁F₁(ν + ½; b; 2x). */
function kummer(order: number, b: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 0; term > sum * 1e-17; n++) {
    term *= ((order + 0.5 + n) / (b + n)) * ((2 * x) / (n + 1));
    sum += term;
  }
  return sum;
}

/** A'·₀F₁(; ν+1; x²/4)² = (ν + ½) Σ_m (2ν+m+2)_{m−1} (x/2)^{2m} Γ(ν+1)²/(m! Γ(ν+m+1) Γ(ν+m+2)), by Cauchy products of Bessel series. */
function derivativeSeries(order: number, x: number): number {
  const z = (x / 2) ** 2;
  let term = 1 / (2 * order + 2);
  let sum = term;
  for (let m = 0; term > sum * 1e-17; m++) {
    term *= (2 * z * (2 * order + 2 * m + 1)) / ((2 * order + m + 2) * (m + 1) * (order + m + 2));
    sum += term;
  }
  return sum;
}

function checkArguments(where: string, order: number, x: number): void {
  requireNonNegative(where, "order", order);
  requireNonNegative(where, "x", x);
}
