import { requireNonNegative } from "../quadrature/option-checks.ts";
import { DEBYE_FROM, debyeCorrection } from "./debye-expansion.ts";
import { logGamma } from "./log-gamma.ts";
import { logHypergeometric0F1OfRoot } from "./log-hypergeometric-0f1.ts";

/**
 * Logarithm of the modified Bessel function of the first kind.
 *
 * Math:     log I_ν(x).
 * Domain:   order ν ≥ 0, x ≥ 0, both finite.
 * Limits:   x = 0 → 0 for ν = 0, else −∞;  I_½(x) = √(2/πx)·sinh x;  x → ∞ → x − ½ log 2πx;  x → 0 → ν log(x/2) − log Γ(ν + 1).
 * Numerics: never forms I_ν, which over- or underflows. Power series where S = √(ν² + x²) < 30, else the uniform expansion in 1/S.
 *           Error ≤ 2e-15·max(1, |log I|, x) for ν from 0 to 5000, x from 1e-300 to 1e12 (committed table).
 * Throws:   InputError E_OPTION.
 */
export function logBesselI(order: number, x: number): number {
  checkArguments("logBesselI", order, x);
  if (x === 0) return order === 0 ? 0 : Number.NEGATIVE_INFINITY;
  if (order * order + x * x < DEBYE_FROM * DEBYE_FROM) return fromSeries(order, x);
  const { size, value } = debyeCorrection(order, x);
  return size - order * logOfGrowth(order, x, size) - 0.5 * Math.log(2 * Math.PI * size) + value;
}

/**
 * Logarithm of the exponentially scaled modified Bessel function: keeps its digits at large x.
 *
 * Math:     log( e^{−x}·I_ν(x) ).
 * Domain:   order ν ≥ 0, x ≥ 0, both finite.
 * Limits:   x = 0 → 0 for ν = 0, else −∞;  x → ∞ → −½ log 2πx.
 * Numerics: error ≤ 2e-15·max(1, |log(e^{−x}I)|) on the table of {@link logBesselI}.
 * Throws:   InputError E_OPTION.
 */
export function logBesselIScaled(order: number, x: number): number {
  checkArguments("logBesselIScaled", order, x);
  if (x === 0) return order === 0 ? 0 : Number.NEGATIVE_INFINITY;
  if (order * order + x * x < DEBYE_FROM * DEBYE_FROM) return fromSeries(order, x) - x;
  const { size, value } = debyeCorrection(order, x);
  const excess = order * (order / (size + x));
  return excess - order * logOfGrowth(order, x, size) - 0.5 * Math.log(2 * Math.PI * size) + value;
}

function fromSeries(order: number, x: number): number {
  const sum = logHypergeometric0F1OfRoot(order + 1, x);
  return order === 0 ? sum : order * Math.log(x / 2) - logGamma(order + 1) + sum;
}

/** log((ν + S)/x) = asinh(ν/x); the first form where ν/x might overflow, the second where it is small. */
function logOfGrowth(order: number, x: number, size: number): number {
  return order > x ? Math.log(order + size) - Math.log(x) : Math.asinh(order / x);
}

function checkArguments(where: string, order: number, x: number): void {
  requireNonNegative(where, "order", order);
  requireNonNegative(where, "x", x);
}
