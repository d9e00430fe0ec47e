// Means of functions of x·y for independent x, y of two von Mises–Fisher laws, as series of zonal harmonics:
//   E k(x·y) = Σ_n w_n r_n(κ₁) r_n(κ₂) P_n(cos),  r_n = I_{ν+n}/I_ν,  ν = d/2 − 1,
// P_n the Gegenbauer polynomial with P_n(1) = 1 and w_n the kernel's eigenvalue times the number of harmonics of degree n.

import { besselRatios } from "../special/bessel-ratio.ts";

/** Two laws up to a common rotation. */
export interface ZonalPair {
  readonly dimension: number;
  readonly first: number;
  readonly second: number;
  /** One minus the cosine between the mean directions. */
  readonly versine: number;
}

/** Weights w_n > 0 of a kernel. */
export interface ZonalWeights {
  /** log |w_0|. */
  readonly logFirst: number;
  /** w_n/w_{n−1} for n = 1 … count. */
  readonly quotients: (count: number) => Float64Array;
}

/** Longest series; reached for concentrations above about 10¹⁰. */
const MAX_TERMS = 2 ** 21;
const BIG = 2 ** 300;

/**
 * Logarithm of Σ_n w_n r_n(κ₁) r_n(κ₂) P_n (`cross`), or of Σ_{n≥1} w_n (r_n(κ₁)² + r_n(κ₂)² − 2 r_n(κ₁) r_n(κ₂) P_n) (`difference`), a sum of squares.
 * NaN when the series is too long, or when rounding could be more than 1e-6 of a `cross` sum, whose terms may cancel.
 */
export function logZonalSeries(pair: ZonalPair, weights: ZonalWeights, kind: "cross" | "difference"): number {
  for (let count = 64; count <= MAX_TERMS; count *= 4) {
    const sum = partialSum(pair, weights, kind, count);
    if (sum !== undefined) return sum + weights.logFirst;
  }
  return Number.NaN;
}

/** n ↦ (number of harmonics of degree n)/(the same of degree n − 1), n ≥ 1. */
export function harmonicQuotient(dimension: number, n: number): number {
  if (n === 1) return dimension;
  return ((2 * n + dimension - 2) / (2 * n + dimension - 4)) * ((n + dimension - 3) / n);
}

/** undefined when `count` terms are not enough. */
function partialSum(
  { dimension, first, second, versine }: ZonalPair,
  weights: ZonalWeights,
  kind: "cross" | "difference",
  count: number,
): number | undefined {
  const order = dimension / 2 - 1;
  const [a, b] = [besselRatios(order, first, count), besselRatios(order, second, count)];
  const quotients = weights.quotients(count);
  let [x, y, logScale] = [1, 1, 0];
  // Q_n = 1 − P_n, by the polynomials' recurrence.
  let [before, q] = [0, 0];
  let sum = kind === "cross" ? 1 : 0;
  let magnitude = sum;
  for (let n = 1; n <= count; n++) {
    const root = Math.sqrt(quotients[n - 1]!);
    const growth = root * Math.max(a[n - 1]!, b[n - 1]!);
    x *= a[n - 1]! * root;
    y *= b[n - 1]! * root;
    const next =
      n === 1
        ? versine
        : ((2 * n + dimension - 4) * (q - versine * q + versine) - (n - 1) * before) / (n + dimension - 3);
    before = q;
    q = next;
    const term = kind === "cross" ? x * y * (1 - q) : (x - y) ** 2 + 2 * x * y * q;
    sum += term;
    magnitude += Math.abs(term);
    const size = kind === "cross" ? x * y : x * x + y * y;
    if (growth < 1 && size <= Math.abs(sum) * 1e-18 * (1 - growth)) return logOfSum(sum, magnitude, logScale);
    if (x > BIG || y > BIG) {
      x /= BIG;
      y /= BIG;
      sum = sum / BIG / BIG;
      magnitude = magnitude / BIG / BIG;
      logScale += 2 * Math.log(BIG);
    }
  }
  return undefined;
}

function logOfSum(sum: number, magnitude: number, logScale: number): number {
  return sum < 1e-9 * magnitude ? Number.NaN : Math.log(sum) + logScale;
}
