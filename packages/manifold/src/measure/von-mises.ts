import type { Random } from "@nce-geometry/tensor";
import { optionError, requireInteger, requireNonNegative } from "../quadrature/option-checks.ts";
import { requireCount } from "../rows/sampling.ts";
import { besselRatios } from "../special/bessel-ratio.ts";
import { scaledLogHypergeometric0F1 } from "../special/log-hypergeometric-0f1.ts";
import { concentrationDivergence, meanResultantLength } from "./concentration.ts";
import { logCosineKernelVolume } from "./kernel-volume.ts";
import { sampleVersines } from "./sample-versines.ts";

export interface VonMisesOptions {
  /** Mean angle, finite, radians. @defaultValue 0 */
  readonly meanAngle?: number;
  /** Concentration κ ≥ 0; 0 is the uniform law. */
  readonly concentration: number;
}

/** A law of angles. */
export interface AngularLaw {
  /** As given, radians. */
  readonly meanAngle: number;
  /** |E e^{iθ}|. */
  readonly meanResultantLength: number;
  /** Logarithm of the density with respect to the angle: [n] → [n]. Angles may lie outside (−π, π]; NaN and ±∞ give NaN. */
  logDensity(angles: ArrayLike<number>): Float64Array;
  /** a_0 … a_{count−1} with E e^{in(θ − mean)} = a_n: the law is (1/2π)(1 + 2Σ a_n cos n(θ − mean)). */
  fourierCoefficients(count: number): Float64Array;
  /** n independent angles in (−π, π]. */
  sample(random: Random, n: number): Float64Array;
}

/** A von Mises law of angles. */
export interface VonMises extends AngularLaw {
  /** κ. */
  readonly concentration: number;
  /** −log 2πI₀(κ). */
  readonly logNormalizer: number;
  /** In nats, of the density with respect to the angle. */
  readonly entropy: number;
}

/**
 * The von Mises law of angles: {@link vonMisesFisher} on the circle, with angles as coordinates.
 *
 * Math:     ρ(θ) = e^{κ cos(θ − m)}/(2πI₀(κ));  a_n = I_n(κ)/I_0(κ).
 * Domain:   κ ≥ 0, m finite.
 * Limits:   κ = 0 → 1/2π;  κ → ∞ → normal with variance 1/κ, entropy ½ log(2πe/κ).
 * Numerics: exponents as −2κ sin²((θ − m)/2), samples from 1 − cos: accurate for κ up to 1e12.
 * Throws:   InputError E_OPTION.
 */
export function vonMises({ meanAngle = 0, concentration }: VonMisesOptions): VonMises {
  requireAngle("vonMises", meanAngle);
  requireNonNegative("vonMises", "concentration", concentration);
  const logPeak = -Math.log(2 * Math.PI) - scaledLogHypergeometric0F1(1, concentration);
  return {
    meanAngle,
    concentration,
    logNormalizer: -logCosineKernelVolume(2, concentration),
    meanResultantLength: meanResultantLength(2, concentration),
    entropy: Math.log(2 * Math.PI) - concentrationDivergence(2, concentration, 0),
    logDensity: (angles) => {
      return Float64Array.from(angles, (angle) => {
        return logPeak - 2 * concentration * Math.sin((angle - meanAngle) / 2) ** 2;
      });
    },
    fourierCoefficients: (count) => {
      requireInteger("vonMises.fourierCoefficients", "count", count, 1);
      let coefficient = 1;
      const ratios = besselRatios(0, concentration, count);
      return ratios.map((_, n) => {
        if (n > 0) coefficient *= ratios[n - 1]!;
        return coefficient;
      });
    },
    sample: (random, n) => {
      requireCount("vonMises.sample", n);
      const versines = sampleVersines(random, n, 2, concentration);
      const signs = random.integers(n, { high: 2 });
      return versines.map((versine, i) => {
        const angle = 2 * Math.asin(Math.sqrt(versine / 2));
        return wrapAngle(meanAngle + (signs[i] === 1 ? angle : -angle));
      });
    },
  };
}

/** The angle less a multiple of 2π, in (−π, π]. */
export function wrapAngle(angle: number): number {
  if (angle > -Math.PI && angle <= Math.PI) return angle;
  const wrapped = angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
  return wrapped > -Math.PI ? wrapped : wrapped + 2 * Math.PI;
}

export function requireAngle(where: string, angle: number): void {
  if (!Number.isFinite(angle)) throw optionError(where, "meanAngle", "a finite number", String(angle));
}
