// Volumes of spheres, balls and caps, as logarithms: the area of S^511 is 10^−377, which no float64 can hold.

import { optionError, requireInteger } from "../quadrature/option-checks.ts";
import { logBeta } from "../special/log-beta.ts";
import { logGamma } from "../special/log-gamma.ts";
import { logIncompleteBeta } from "../special/log-incomplete-beta.ts";

/**
 * Logarithm of the area of the unit sphere in R^d.
 *
 * Math:     log|S^{d−1}| = log 2 + (d/2) log π − log Γ(d/2).
 * Domain:   ambient dimension d ≥ 2.
 * Limits:   d = 2 → log 2π;  d = 3 → log 4π;  d = 4 → log 2π²;  |S^{d+1}| = |S^{d−1}|·2π/d.
 * Numerics: error ≤ 2e-15·max(1, |log|) for d ≤ 4096 (committed table).
 * Throws:   InputError E_OPTION.
 */
export function logSphereArea(dimension: number): number {
  requireInteger("logSphereArea", "dimension", dimension, 2);
  return Math.LN2 + (dimension / 2) * LOG_PI - logGamma(dimension / 2);
}

/**
 * Logarithm of the volume of the unit ball of R^d.
 *
 * Math:     log|B^d| = (d/2) log π − log Γ(d/2 + 1) = log|S^{d−1}| − log d.
 * Domain:   d ≥ 1.
 * Limits:   d = 1 → log 2;  d = 2 → log π;  d = 3 → log(4π/3).
 * Throws:   InputError E_OPTION.
 */
export function logBallVolume(dimension: number): number {
  requireInteger("logBallVolume", "dimension", dimension, 1);
  return (dimension / 2) * LOG_PI - logGamma(dimension / 2 + 1);
}

/**
 * Logarithm of the probability that a uniform point of the sphere lies within an angle of a given one.
 *
 * Math:     P(θ) = ½·I_{sin²θ}((d−1)/2, ½) for θ ≤ π/2, and 1 − P(π − θ) beyond.
 * Domain:   ambient dimension d ≥ 2; angle θ from 0 to π, in radians.
 * Limits:   θ = 0 → −∞;  θ = π/2 → −log 2;  θ = π → 0;  d = 2 → log(θ/π);  d = 3 → log sin²(θ/2);  P(θ) + P(π − θ) = 1.
 * Numerics: error ≤ 3e-14·max(1, |log P|) for d ≤ 4096, θ from 1e-300 (committed table);
 *           beyond π/2 log P ≈ −P(π − θ) is relatively accurate, to 1e-13.
 * Throws:   InputError E_OPTION.
 */
export function logCapProbability(dimension: number, angle: number): number {
  requireInteger("logCapProbability", "dimension", dimension, 2);
  if (!(angle >= 0 && angle <= Math.PI)) {
    throw optionError("logCapProbability", "angle", "an angle from 0 to π", String(angle));
  }
  if (angle === 0) return Number.NEGATIVE_INFINITY;
  const sine = Math.sin(angle);
  const cosine = Math.cos(angle);
  const smaller = logSmallerCap(dimension, sine, cosine);
  return cosine >= 0 ? smaller : Math.log1p(-Math.exp(smaller));
}

/**
 * Logarithm of the area of a cap of the unit sphere.
 *
 * Math:     log|S^{d−1}| + log P(θ), P as in {@link logCapProbability}.
 * Domain:   ambient dimension d ≥ 2; angle θ from 0 to π, in radians.
 * Limits:   θ = π → {@link logSphereArea};  d = 2 → log 2θ;  d = 3 → log( 4π sin²(θ/2) );  θ → 0 → log|B^{d−1}| + (d−1) log θ.
 * Throws:   InputError E_OPTION.
 */
export function logCapArea(dimension: number, angle: number): number {
  return logSphereArea(dimension) + logCapProbability(dimension, angle);
}

/**
 * Logarithm of the volume distortion of the sphere's exponential map.
 *
 * Math:     log |det d exp_x| at a tangent vector of length θ = (d−2)·log( sin θ/θ ).
 * Domain:   ambient dimension d ≥ 2; length θ from 0 to π.
 * Limits:   θ → 0 → −(d−2)θ²/6;  d = 2 → 0;  θ = π → −∞ for d > 2.
 * Numerics: relative accuracy down to θ = 0 (series of log sinc below 0.5).
 * Throws:   InputError E_OPTION.
 */
export function logExpMapJacobian(dimension: number, angle: number): number {
  requireInteger("logExpMapJacobian", "dimension", dimension, 2);
  if (!(angle >= 0 && angle <= Math.PI)) {
    throw optionError("logExpMapJacobian", "angle", "an angle from 0 to π", String(angle));
  }
  if (dimension === 2) return 0;
  if (angle === Math.PI) return Number.NEGATIVE_INFINITY;
  return (dimension - 2) * logSinc(angle);
}

const LOG_PI: number = 1.1447298858494002;

/** log of half the incomplete beta function: the cap of the angle or of its supplement, whichever is smaller. */
function logSmallerCap(dimension: number, sine: number, cosine: number): number {
  // Here sin² would lose digits or underflow, and the cap is flat to rounding.
  if (sine < 1e-12)
    return (dimension - 1) * Math.log(sine) - Math.log(dimension - 1) - logBeta((dimension - 1) / 2, 0.5);
  return logIncompleteBeta(sine * sine, (dimension - 1) / 2, 0.5, cosine * cosine) - Math.LN2;
}

/** log( sin θ/θ ), by the series of sin θ/θ − 1 up to 1. */
function logSinc(angle: number): number {
  if (angle > 1) return Math.log(Math.sin(angle) / angle);
  const square = angle * angle;
  let sum = 1;
  for (let k = 9; k >= 2; k--) sum = 1 - (square / (2 * k * (2 * k + 1))) * sum;
  return Math.log1p((-square / 6) * sum);
}
