// The von Mises–Fisher family seen as a function of its concentration κ alone: the log-partition function
// L(κ) = log ₀F₁(; d/2; κ²/4) relative to the uniform law, L' = A, L'' = A'. Differences that could cancel are integrals of A' > 0
// or are taken between the forms L and L − κ, whichever has the smaller terms.

import { gaussLegendre } from "../quadrature/gauss-legendre.ts";
import { requireInteger, requireNonNegative } from "../quadrature/option-checks.ts";
import { besselRatio, besselRatioComplement, besselRatioDerivative } from "../special/bessel-ratio.ts";
import { logHypergeometric0F1OfRoot, scaledLogHypergeometric0F1 } from "../special/log-hypergeometric-0f1.ts";
import { logSphereArea } from "./sphere-volume.ts";

/**
 * Mean resultant length of the von Mises–Fisher law: the mean cosine to its direction.
 *
 * Math:     A_d(κ) = I_{d/2}(κ)/I_{d/2−1}(κ).
 * Domain:   ambient dimension d ≥ 2; concentration κ ≥ 0.
 * Limits:   κ → 0 → κ/d;  κ → ∞ → 1 − (d−1)/(2κ);  d = 3 → coth κ − 1/κ.
 * Numerics: relative error ≤ 9e-16, see {@link besselRatio}.
 * Throws:   InputError E_OPTION.
 */
export function meanResultantLength(dimension: number, concentration: number): number {
  requireInteger("meanResultantLength", "dimension", dimension, 2);
  requireNonNegative("meanResultantLength", "concentration", concentration);
  return besselRatio(dimension / 2 - 1, concentration);
}

/** L(κ₂) − L(κ₁) − A(κ₁)(κ₂ − κ₁) ≥ 0: the Kullback–Leibler divergence of two laws with one direction. Unchecked. */
export function concentrationDivergence(dimension: number, from: number, to: number): number {
  if (isNear(from, to)) {
    const step = to - from;
    return step * step * integrateOverUnit((u) => (1 - u) * varianceAt(dimension, from + u * step));
  }
  const order = dimension / 2 - 1;
  const [plainFrom, plainTo] = [plain(dimension, from), plain(dimension, to)];
  const [scaledFrom, scaledTo] = [scaled(dimension, from), scaled(dimension, to)];
  const direct = besselRatio(order, from) * (to - from);
  const remote = besselRatioComplement(order, from) * (to - from);
  const directSize = plainFrom + plainTo + Math.abs(direct);
  const remoteSize = Math.abs(scaledFrom) + Math.abs(scaledTo) + Math.abs(remote);
  return directSize < remoteSize ? plainTo - plainFrom - direct : scaledTo - scaledFrom + remote;
}

/** A(κ₁) − A(κ₂), without cancellation. Unchecked. */
export function resultantDifference(dimension: number, first: number, second: number): number {
  if (isNear(first, second)) {
    const step = first - second;
    return step * integrateOverUnit((u) => varianceAt(dimension, second + u * step));
  }
  const order = dimension / 2 - 1;
  const [a, b] = [besselRatio(order, first), besselRatio(order, second)];
  return a + b < 1 ? a - b : besselRatioComplement(order, second) - besselRatioComplement(order, first);
}

/** log ∫ ρ₁ρ₂ dμ of two laws whose directions have 1 − cos = `versine` and 1 + cos = `coversine`. Unchecked. */
export function logOverlap(
  dimension: number,
  first: number,
  second: number,
  { versine, coversine }: { readonly versine: number; readonly coversine: number },
): number {
  const joint = Math.sqrt((first - second) ** 2 + 2 * first * second * coversine);
  const missing = joint === 0 ? 0 : (2 * first * second * versine) / (first + second + joint);
  const plains = [plain(dimension, joint), -plain(dimension, first), -plain(dimension, second)];
  const scaleds = [scaled(dimension, joint), -scaled(dimension, first), -scaled(dimension, second), -missing];
  const terms = absoluteSum(plains) < absoluteSum(scaleds) ? plains : scaleds;
  return terms.reduce((sum, term) => sum + term, 0) - logSphereArea(dimension);
}

/** The variance of the cosine, A'. */
function varianceAt(dimension: number, concentration: number): number {
  return besselRatioDerivative(dimension / 2 - 1, concentration);
}

function plain(dimension: number, concentration: number): number {
  return logHypergeometric0F1OfRoot(dimension / 2, concentration);
}

function scaled(dimension: number, concentration: number): number {
  return scaledLogHypergeometric0F1(dimension / 2, concentration);
}

/** Within a factor 2, where A' is far enough from its poles (on the imaginary axis) for the rule below to be exact to rounding. */
function isNear(a: number, b: number): boolean {
  return Math.max(a, b) <= 2 * Math.min(a, b);
}

const RULE = /* @__PURE__ */ gaussLegendre(20);

function integrateOverUnit(f: (u: number) => number): number {
  return RULE.nodes.reduce((sum, node, i) => sum + (RULE.weights[i]! / 2) * f((1 + node) / 2), 0);
}

function absoluteSum(terms: readonly number[]): number {
  return terms.reduce((sum, term) => sum + Math.abs(term), 0);
}
