import { requireInteger, requirePositive } from "../quadrature/option-checks.ts";
import { requireCount } from "../rows/sampling.ts";
import { type AngularLaw, requireAngle, wrapAngle } from "./von-mises.ts";

export interface WrappedNormalOptions {
  /** Mean angle, finite, radians. @defaultValue 0 */
  readonly meanAngle?: number;
  /** Standard deviation σ > 0 of the normal law before wrapping, radians. */
  readonly standardDeviation: number;
}

/** A wrapped normal law of angles. */
export interface WrappedNormal extends AngularLaw {
  /** σ. */
  readonly standardDeviation: number;
}

/**
 * The wrapped normal law of angles: a normal number, taken modulo 2π; what Brownian motion makes of an angle.
 *
 * Math:     ρ(θ) = Σ_k φ_σ(θ − m + 2πk) = (1/2π)(1 + 2Σ_n e^{−n²σ²/2} cos n(θ − m));  a_n = e^{−n²σ²/2}.
 * Domain:   σ > 0, m finite.
 * Limits:   σ → 0 → normal;  σ → ∞ → 1/2π;  two of them convolve to one with the sum of the variances.
 * Numerics: the sum over images up to σ² = 2π, relative to the nearest one, so that the log density holds far in the tails; the Fourier series above.
 *           Both have their 6 terms within ε at the border.
 * Throws:   InputError E_OPTION.
 */
export function wrappedNormal({ meanAngle = 0, standardDeviation }: WrappedNormalOptions): WrappedNormal {
  requireAngle("wrappedNormal", meanAngle);
  requirePositive("wrappedNormal", "standardDeviation", standardDeviation);
  const variance = standardDeviation * standardDeviation;
  const logDensityAt = variance <= 2 * Math.PI ? logSumOfImages : logFourierSeries;
  return {
    meanAngle,
    standardDeviation,
    meanResultantLength: Math.exp(-variance / 2),
    logDensity: (angles) => Float64Array.from(angles, (a) => logDensityAt(wrapAngle(a - meanAngle), standardDeviation)),
    fourierCoefficients: (count) => {
      requireInteger("wrappedNormal.fourierCoefficients", "count", count, 1);
      return new Float64Array(count).map((_, n) => Math.exp((-n * n * variance) / 2));
    },
    sample: (random, n) => {
      requireCount("wrappedNormal.sample", n);
      return random.normal(n).map((z) => wrapAngle(meanAngle + standardDeviation * z));
    },
  };
}

const TERMS = 6;

function logSumOfImages(angle: number, sigma: number): number {
  let others = 0;
  for (let k = 1; k <= TERMS; k++) {
    for (const shift of [2 * Math.PI * k, -2 * Math.PI * k]) {
      // ((angle + shift)² − angle²)/2σ².
      others += Math.exp((-shift * (2 * angle + shift)) / sigma / sigma / 2);
    }
  }
  const nearest = -((angle / sigma) ** 2) / 2 - Math.log(sigma) - 0.5 * Math.log(2 * Math.PI);
  return nearest + Math.log1p(others);
}

function logFourierSeries(angle: number, sigma: number): number {
  let sum = 0;
  for (let n = TERMS; n >= 1; n--) sum += Math.exp((-n * n * sigma * sigma) / 2) * Math.cos(n * angle);
  return Math.log1p(2 * sum) - Math.log(2 * Math.PI);
}
