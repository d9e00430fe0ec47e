// The von Mises–Fisher law on S^{d−1}, density C_d(κ)·e^{κ⟨μ,x⟩}. Notation: A = A_d(κ) its mean resultant length, c = ⟨μ₁, μ₂⟩.
// Values that would be small differences of large numbers (κ up to 1e9 and beyond) are formed from 1 − c, 1 − A and L − κ.

import {
  type Backend,
  InputError,
  mul,
  type Random,
  type RowMatrix,
  square,
  sub,
  sum,
  sumOfArray,
  type Tensor,
} from "@nce-geometry/tensor";
import type { Float64Rows } from "../manifold.ts";
import { inScope, requireColumns } from "../manifolds/arguments.ts";
import { upload } from "../manifolds/tensor-support.ts";
import { optionError, requireInteger, requireNonNegative, requirePositive } from "../quadrature/option-checks.ts";
import { requireCount } from "../rows/sampling.ts";
import { sphereRows } from "../rows/sphere-rows.ts";
import { besselRatioDerivative } from "../special/bessel-ratio.ts";
import { scaledLogHypergeometric0F1 } from "../special/log-hypergeometric-0f1.ts";
import { concentrationDivergence, logOverlap, meanResultantLength, resultantDifference } from "./concentration.ts";
import { logCosineKernelVolume } from "./kernel-volume.ts";
import { sampleAround } from "./sample-von-mises-fisher.ts";
import { logSphereArea } from "./sphere-volume.ts";
import type { ScaleOption, TemperatureOption } from "./uniform-law.ts";
import { chordEnergyDistance, gaussianDiscrepancy, logMeanExponential } from "./zonal-expectation.ts";
import type { ZonalPair } from "./zonal-series.ts";

export interface VonMisesFisherOptions {
  /** Unit vector μ of length d ≥ 2; up to rounding of float32, which is then removed. */
  readonly meanDirection: ArrayLike<number>;
  /** Concentration κ ≥ 0; 0 is the uniform law. */
  readonly concentration: number;
}

/** The law on plain float64 rows. */
export interface VonMisesFisherRows {
  /** Logarithm of the density with respect to the area: [n, d] → [n]. Throws E_DOMAIN, naming the first row off the sphere. */
  logDensity(x: RowMatrix): Float64Array;
  /** Logarithm of the density smoothed by the cosine kernel of temperature τ, ∫ ρ(w) e^{⟨x,w⟩/τ}/V_κ(τ) dμ(w): [n, d] → [n]. Throws as logDensity does. */
  logSmoothedDensity(x: RowMatrix, options: TemperatureOption): Float64Array;
  /** n independent points. */
  sample(random: Random, n: number): Float64Rows;
}

/** A von Mises–Fisher law; logarithms in nats, densities with respect to the area of the sphere. */
export interface VonMisesFisher {
  /** d of S^{d−1} ⊂ R^d. */
  readonly ambientDimension: number;
  /** μ, [d]. */
  readonly meanDirection: Float64Array;
  /** κ. */
  readonly concentration: number;
  /** log C_d(κ) = −log V(1/κ), V the kernel volume of the cosine critic. */
  readonly logNormalizer: number;
  /** A = E⟨μ, x⟩. */
  readonly meanResultantLength: number;
  /** Var⟨μ, x⟩ = 1 − A² − (d−1)A/κ. */
  readonly cosineVariance: number;
  /** −log C − κA. */
  readonly entropy: number;
  /** −log ∫ρ² = log C(2κ) − 2 log C(κ). */
  readonly renyi2Entropy: number;
  /** KL to the uniform law, log|S^{d−1}| − entropy. */
  readonly klToUniform: number;
  /** KL(this ‖ other) = log C(κ₁) − log C(κ₂) + A(κ₁)(κ₁ − κ₂c). */
  klDivergence(other: VonMisesFisher): number;
  /** KL(this ‖ other) + KL(other ‖ this). */
  jeffreys(other: VonMisesFisher): number;
  /** Half of the Jeffreys divergence. */
  symmetricKL(other: VonMisesFisher): number;
  /** log ∫ρ₁ρ₂ = log C(κ₁) + log C(κ₂) − log C(‖κ₁μ₁ + κ₂μ₂‖). */
  logOverlap(other: VonMisesFisher): number;
  /** log E e^{⟨x,y⟩/τ} of independent x of this law and y of the other. NaN where the series cancels beyond 6 digits: low τ and directions far apart, e.g. d = 3, τ = 0.07, antipodal at κ = 50. */
  logExpectedKernel(other: VonMisesFisher, options: TemperatureOption): number;
  /** Squared maximum mean discrepancy with the kernel e^{−scale·‖x−y‖²}. */
  squaredMMD(other: VonMisesFisher, options: ScaleOption): number;
  /** 2E‖X−Y‖ − E‖X−X'‖ − E‖Y−Y'‖. */
  energyDistance(other: VonMisesFisher): number;
  /** As on rows; the rows are not checked to be on the sphere. log C + κ − ½κ‖x − μ‖², whose Riemannian gradient is that of κ⟨μ, x⟩. */
  logDensity(x: Tensor): Tensor;
  /** As on rows, the same numbers. */
  sample(random: Random, backend: Backend, n: number): Tensor;
  /** The same on plain float64 rows. */
  readonly rows: VonMisesFisherRows;
}

/**
 * The von Mises–Fisher law: the Gibbs law of U = −⟨μ, x⟩ at temperature 1/κ, and the cosine kernel as a density.
 *
 * Math:     ρ(x) = C_d(κ) e^{κ⟨μ,x⟩}, C_d(κ) = κ^{d/2−1}/((2π)^{d/2} I_{d/2−1}(κ)).
 * Domain:   d ≥ 2, κ ≥ 0 finite.
 * Limits:   κ = 0 → uniform;  d = 3: C = κ/(4π sinh κ);  d = 2: 1/(2πI₀(κ));  κ → ∞: a Gaussian of variance 1/κ on the tangent space,
 *           entropy → ((d−1)/2) log(2πe/κ);  equal κ: jeffreys = 2κA(1 − c).
 * Numerics: log C to 2e-15·max(1, |log C|); entropy and divergences without cancellation: few ε of the value, or of log|S^{d−1}| where that is larger (entropy);
 *           divergences of neighbouring laws keep their relative accuracy. MMD² and energy distance are sums of squares, to 1e-14; energy distances need
 *           about 10√κ terms (0.4 s at κ = 1e9), NaN above κ ≈ 2e10. Sampling by rejection with at most 1.6 tries for κ from 0 to 1e12.
 * Throws:   InputError E_OPTION, E_SHAPE, E_DOMAIN.
 * Source:   K. V. Mardia and P. E. Jupp, Directional Statistics (2000).
 */
export function vonMisesFisher({ meanDirection, concentration }: VonMisesFisherOptions): VonMisesFisher {
  requireNonNegative("vonMisesFisher", "concentration", concentration);
  const mu = unitDirection(meanDirection);
  const d = mu.length;
  const klToUniform = concentrationDivergence(d, concentration, 0);
  const logPeak = -logSphereArea(d) - scaledLogHypergeometric0F1(d / 2, concentration);
  const self = { versine: 0, coversine: 2 };
  const law: VonMisesFisher = {
    ambientDimension: d,
    meanDirection: mu,
    concentration,
    logNormalizer: -logCosineKernelVolume(d, concentration),
    meanResultantLength: meanResultantLength(d, concentration),
    cosineVariance: besselRatioDerivative(d / 2 - 1, concentration),
    entropy: logSphereArea(d) - klToUniform,
    renyi2Entropy: -logOverlap(d, concentration, concentration, self),
    klToUniform,
    klDivergence: (other) => divergence(law, requireSame("klDivergence", law, other)),
    jeffreys: (other) => jeffreys(law, requireSame("jeffreys", law, other)),
    symmetricKL: (other) => jeffreys(law, requireSame("symmetricKL", law, other)) / 2,
    logOverlap: (other) => {
      requireSame("logOverlap", law, other);
      return logOverlap(d, concentration, other.concentration, anglesBetween(mu, other.meanDirection));
    },
    logExpectedKernel: (other, { temperature }) => {
      requirePositive("vonMisesFisher.logExpectedKernel", "temperature", temperature);
      return logMeanExponential(pairOf(law, requireSame("logExpectedKernel", law, other)), 1 / temperature);
    },
    squaredMMD: (other, { scale }) => {
      requirePositive("vonMisesFisher.squaredMMD", "scale", scale);
      return gaussianDiscrepancy(pairOf(law, requireSame("squaredMMD", law, other)), scale);
    },
    energyDistance: (other) => chordEnergyDistance(pairOf(law, requireSame("energyDistance", law, other))),
    logDensity: (x) => logDensityOfTensor(law, logPeak, x),
    sample: (random, backend, n) => upload(backend, law.rows.sample(random, n)),
    rows: rowsOf(mu, concentration, logPeak),
  };
  return law;
}

/**
 * Logarithm of the von Mises–Fisher normaliser, for callers that need no direction.
 *
 * Math:     log C_d(κ) = −log ∫ e^{κ⟨μ,x⟩} dμ(x) = −log|S^{d−1}| − log ₀F₁(; d/2; κ²/4).
 * Domain:   ambient dimension d ≥ 2; κ ≥ 0.
 * Limits:   κ = 0 → −log|S^{d−1}|;  d = 3 → log( κ/(4π sinh κ) );  −{@link logKernelVolume} of the cosine critic at τ = 1/κ.
 * Numerics: as {@link logKernelVolume}.
 * Throws:   InputError E_OPTION.
 */
export function logVonMisesFisherNormalizer(dimension: number, concentration: number): number {
  requireInteger("logVonMisesFisherNormalizer", "dimension", dimension, 2);
  requireNonNegative("logVonMisesFisherNormalizer", "concentration", concentration);
  return -logCosineKernelVolume(dimension, concentration);
}

function rowsOf(mu: Float64Array, concentration: number, logPeak: number): VonMisesFisherRows {
  const d = mu.length;
  const check = sphereRows(d, `sphere(${d})`).assertOnManifold;
  return {
    logDensity: (x) => {
      check(x, { where: "vonMisesFisher.logDensity" });
      return mapVersines(mu, x, ({ versine }) => logPeak - concentration * versine);
    },
    logSmoothedDensity: (x, { temperature }) => {
      requirePositive("vonMisesFisher.logSmoothedDensity", "temperature", temperature);
      check(x, { where: "vonMisesFisher.logSmoothedDensity" });
      return mapVersines(mu, x, (angles) => logOverlap(d, concentration, 1 / temperature, angles));
    },
    sample: (random, n) => {
      requireCount("vonMisesFisher.sample", n);
      return sampleAround(random, n, mu, concentration);
    },
  };
}

function logDensityOfTensor(law: VonMisesFisher, logPeak: number, x: Tensor): Tensor {
  requireColumns("vonMisesFisher.logDensity", "x", x, law.ambientDimension);
  return inScope([x], () => {
    const mu = upload(x.backend, { rows: 1, dim: law.ambientDimension, data: law.meanDirection });
    const squares = sum(square(sub(x, mu)), { axis: 1 });
    return sub(logPeak, mul(squares, law.concentration / 2));
  });
}

function divergence(p: VonMisesFisher, q: VonMisesFisher): number {
  const { versine } = anglesBetween(p.meanDirection, q.meanDirection);
  const turn = p.meanResultantLength * q.concentration * versine;
  return concentrationDivergence(p.ambientDimension, p.concentration, q.concentration) + turn;
}

function jeffreys(p: VonMisesFisher, q: VonMisesFisher): number {
  const { versine } = anglesBetween(p.meanDirection, q.meanDirection);
  const difference = resultantDifference(p.ambientDimension, p.concentration, q.concentration);
  const turn = p.meanResultantLength * q.concentration + q.meanResultantLength * p.concentration;
  return (p.concentration - q.concentration) * difference + turn * versine;
}

function pairOf(p: VonMisesFisher, q: VonMisesFisher): ZonalPair {
  const { versine } = anglesBetween(p.meanDirection, q.meanDirection);
  return { dimension: p.ambientDimension, first: p.concentration, second: q.concentration, versine };
}

interface Angles {
  /** 1 − cos. */
  readonly versine: number;
  /** 1 + cos. */
  readonly coversine: number;
}

/** 1 ∓ cos between unit vectors, half the squared lengths of their difference and sum. */
function anglesBetween(x: ArrayLike<number>, y: ArrayLike<number>, at = 0): Angles {
  let [near, far] = [0, 0];
  for (let k = 0; k < x.length; k++) {
    near += (y[at + k]! - x[k]!) ** 2;
    far += (y[at + k]! + x[k]!) ** 2;
  }
  return { versine: near / 2, coversine: far / 2 };
}

function mapVersines(mu: Float64Array, x: RowMatrix, value: (angles: Angles) => number): Float64Array {
  return new Float64Array(x.rows).map((_, i) => value(anglesBetween(mu, x.data, i * x.dim)));
}

function unitDirection(direction: ArrayLike<number>): Float64Array {
  const d = direction.length;
  if (!(d >= 2)) {
    const expected = "of length ≥ 2, the ambient dimension";
    throw new InputError({
      code: "E_SHAPE",
      where: "vonMisesFisher",
      argument: "meanDirection",
      expected,
      received: `length ${d}`,
    });
  }
  const mu = Float64Array.from(direction);
  const norm = Math.sqrt(sumOfArray(mu.map((x) => x * x)));
  if (!(Math.abs(norm - 1) <= (d + 8) * 2 ** -23)) {
    throw optionError(
      "vonMisesFisher",
      "meanDirection",
      "a unit vector",
      `one of length ${norm}`,
      "Divide it by its length.",
    );
  }
  return mu.map((x) => x / norm);
}

function requireSame(method: string, law: VonMisesFisher, other: VonMisesFisher): VonMisesFisher {
  if (other.ambientDimension === law.ambientDimension) return other;
  throw new InputError({
    code: "E_SHAPE",
    where: `vonMisesFisher.${method}`,
    argument: "other",
    expected: `a law in R^${law.ambientDimension}`,
    received: `one in R^${other.ambientDimension}`,
  });
}
