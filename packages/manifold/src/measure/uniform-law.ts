// What is known exactly of independent uniform points x, y of S^{d−1}. Their cosine t has (1 + t)/2 ~ Beta((d−1)/2, (d−1)/2).

import { optionError, requireInteger, requireNonNegative, requirePositive } from "../quadrature/option-checks.ts";
import { logGammaRatio } from "../special/log-gamma.ts";
import { logHypergeometric0F1OfRoot, scaledLogHypergeometric0F1 } from "../special/log-hypergeometric-0f1.ts";
import { digamma, trigamma } from "../special/polygamma.ts";

/** A temperature. */
export interface TemperatureOption {
  /** τ > 0. */
  readonly temperature: number;
}

/** The scale of a Gaussian kernel. */
export interface ScaleOption {
  /** t > 0 of e^{−t‖x−y‖²}. */
  readonly scale: number;
}

/**
 * Moment of the chord between two uniform points of the sphere.
 *
 * Math:     E‖x − y‖^s = 2^{s+d−2} Γ(d/2) Γ((d+s−1)/2)/(√π Γ(d + s/2 − 1)).
 * Domain:   ambient dimension d ≥ 2; power s > −(d−1), below which the mean is infinite.
 * Limits:   s = 0 → 1;  s = 2 → 2;  s = 1: d = 2 → 4/π, d = 3 → 4/3;  d → ∞ → 2^{s/2}.
 * Numerics: quotients of gamma functions formed before they cancel: relative error a few ε·(1 + |s| log d).
 * Throws:   InputError E_OPTION.
 */
export function uniformChordMoment(dimension: number, power: number): number {
  requireInteger("uniformChordMoment", "dimension", dimension, 2);
  if (!(power > 1 - dimension && power < Number.POSITIVE_INFINITY)) {
    throw optionError("uniformChordMoment", "power", `a finite number > −(d − 1) = ${1 - dimension}`, String(power));
  }
  const a = (dimension - 1) / 2;
  return Math.exp(power * Math.LN2 + shiftedRatio(a, power / 2) - shiftedRatio(2 * a, power / 2));
}

/**
 * Mean logarithm of the chord between two uniform points of the sphere.
 *
 * Math:     E log‖x − y‖ = log 2 + ½ψ((d−1)/2) − ½ψ(d−1).
 * Domain:   ambient dimension d ≥ 2.
 * Limits:   d = 2 → 0;  d = 3 → log 2 − ½;  d → ∞ → ½ log 2.
 * Throws:   InputError E_OPTION.
 */
export function uniformLogChordMean(dimension: number): number {
  requireInteger("uniformLogChordMean", "dimension", dimension, 2);
  return Math.LN2 + 0.5 * (digamma((dimension - 1) / 2) - digamma(dimension - 1));
}

/**
 * Moment of the cosine between two uniform points of the sphere, or of one coordinate of a uniform point.
 *
 * Math:     E t^p = Π_{k<p/2} (2k+1)/(d+2k) for even p, 0 for odd p.
 * Domain:   ambient dimension d ≥ 2; integer p ≥ 0.
 * Limits:   p = 2 → 1/d;  p = 4 → 3/(d(d+2));  d = 3 → 1/(p+1).
 * Throws:   InputError E_OPTION.
 */
export function uniformCosineMoment(dimension: number, power: number): number {
  requireInteger("uniformCosineMoment", "dimension", dimension, 2);
  requireInteger("uniformCosineMoment", "power", power, 0);
  if (power % 2 === 1) return 0;
  let product = 1;
  for (let k = 0; k < power / 2; k++) product *= (2 * k + 1) / (dimension + 2 * k);
  return product;
}

/**
 * Variance of the angle between two uniform points of the sphere; its mean is π/2.
 *
 * Math:     Var θ = ½ψ₁(d/2).
 * Domain:   ambient dimension d ≥ 2.
 * Limits:   d = 2 → π²/12;  d = 3 → π²/4 − 2;  d → ∞ → 1/d.
 * Throws:   InputError E_OPTION.
 */
export function uniformAngleVariance(dimension: number): number {
  requireInteger("uniformAngleVariance", "dimension", dimension, 2);
  return 0.5 * trigamma(dimension / 2);
}

/**
 * What InfoNCE with the cosine critic tends to, less log N, for uniform anchors and perfect positives.
 *
 * Math:     lim_{N→∞} L − log N = −1/τ + log ₀F₁(; d/2; 1/4τ²).
 * Domain:   ambient dimension d ≥ 2; τ > 0.
 * Limits:   τ → ∞ → 0;  τ → 0 → −∞, like ((d−1)/2) log τ.
 * Numerics: the two terms are joined before they cancel; relative error a few ε for τ ≪ 1.
 * Throws:   InputError E_OPTION.
 * Source:   arXiv:2601.19597.
 */
export function uniformInfoNCELimit(dimension: number, { temperature }: TemperatureOption): number {
  requireInteger("uniformInfoNCELimit", "dimension", dimension, 2);
  requirePositive("uniformInfoNCELimit", "temperature", temperature);
  return scaledLogHypergeometric0F1(dimension / 2, 1 / temperature);
}

/**
 * Squared coefficient of variation of the kernel e^{⟨x,y⟩/τ} under the uniform law: 2N times the bias of the logarithm of a mean of N of them.
 *
 * Math:     CV² = ₀F₁(; d/2; 1/τ²)/₀F₁(; d/2; 1/4τ²)² − 1.
 * Domain:   ambient dimension d ≥ 2; τ > 0.
 * Limits:   τ → ∞ → 1/(dτ²);  +∞ where it overflows.
 * Numerics: relative error a few ε·max(1, 1/τ, (dτ²)) of the exponent log(1 + CV²).
 * Throws:   InputError E_OPTION.
 */
export function uniformKernelVariation(dimension: number, { temperature }: TemperatureOption): number {
  requireInteger("uniformKernelVariation", "dimension", dimension, 2);
  requirePositive("uniformKernelVariation", "temperature", temperature);
  const form = temperature < 1 ? scaledLogHypergeometric0F1 : logHypergeometric0F1OfRoot;
  return Math.expm1(form(dimension / 2, 2 / temperature) - 2 * form(dimension / 2, 1 / temperature));
}

/**
 * Uniformity (log mean Gaussian kernel) of the uniform law: the least value it can take.
 *
 * Math:     log E e^{−t‖x−y‖²} = −2t + log ₀F₁(; d/2; t²).
 * Domain:   ambient dimension d ≥ 2; t ≥ 0.
 * Limits:   t = 0 → 0;  d → ∞ → −2t;  t → ∞ → −((d−1)/2) log t.
 * Throws:   InputError E_OPTION.
 * Source:   T. Wang and P. Isola, Understanding contrastive representation learning through alignment and uniformity, ICML 2020.
 */
export function uniformLawUniformity(dimension: number, { scale }: ScaleOption): number {
  requireInteger("uniformLawUniformity", "dimension", dimension, 2);
  requireNonNegative("uniformLawUniformity", "scale", scale);
  return scaledLogHypergeometric0F1(dimension / 2, 2 * scale);
}

/** log Γ(x + shift)/Γ(x), shift of either sign. */
function shiftedRatio(x: number, shift: number): number {
  return shift >= 0 ? logGammaRatio(x, shift) : -logGammaRatio(x + shift, -shift);
}
