// The kernels of density estimates from particles on the unit sphere, as functions of s = cos(θ/2), θ the angle between two
// particles. In s both kernels are analytic on the whole of [0, 1] and beyond 1, which no clamp and no arc cosine of a
// rounded cosine would be; the cosine itself has a branch point at the antipode.

import { logKernelVolume } from "@nce-geometry/manifold";
import { requireOneOf, requirePositive } from "../checks.ts";

/** e^{(cos θ − 1)/h²}, the kernel of the loss at temperature h²: von Mises–Fisher of concentration 1/h². */
export interface VonMisesFisherKernel {
  readonly kind: "vonMisesFisher";
  /** h > 0 in radians. */
  readonly bandwidth: number;
}

/** e^{−θ²/(2h²)}, the kernel of the paper's simulation. */
export interface GeodesicGaussianKernel {
  readonly kind: "geodesicGaussian";
  /** h > 0 in radians; the paper's is 0.35. */
  readonly bandwidth: number;
  /**
   * `exact`: the geodesic distance. `clamped`: the arc cosine of the cosine clamped to ±(1 − 1e-6), and 1e-12 added to the mean kernel, as in
   * the paper's code: distances below 1.4e-3 read as 1.4e-3 and have no gradient.
   * @defaultValue "exact"
   */
  readonly distance?: "exact" | "clamped";
}

export type ParticleKernel = VonMisesFisherKernel | GeodesicGaussianKernel;

/** A kernel as a function of s = cos(θ/2). */
export interface KernelShape {
  /** Logarithm of the kernel; 0 at s = 1. */
  readonly exponent: (s: number) => number;
  /** s · d(exponent)/d(cos θ), finite on the whole sphere. */
  readonly rate: (s: number) => number;
  /** Bound of |d(exponent)/ds|. */
  readonly steepness: number;
  /** The largest s in [0, 1] where the exponent is −depth or less; 0 where there is none. */
  readonly support: (depth: number) => number;
  /** Cosines beyond ± this read as ± this; Infinity where there is no clamp. */
  readonly clamp: number;
  /** Added to the mean kernel. */
  readonly floor: number;
}

/** Throws E_OPTION unless the kernel is one. */
export function requireParticleKernel(where: string, argument: string, kernel: ParticleKernel): void {
  const { kind, bandwidth } = kernel;
  requireOneOf(where, `${argument}.kind`, kind, ["vonMisesFisher", "geodesicGaussian"]);
  requirePositive(where, `${argument}.bandwidth`, bandwidth);
  if (kind === "geodesicGaussian") {
    requireOneOf(where, `${argument}.distance`, kernel.distance ?? "exact", ["exact", "clamped"]);
  }
}

/** The shape of a kernel. */
export function kernelShape(kernel: ParticleKernel): KernelShape {
  const inverse = 1 / kernel.bandwidth ** 2;
  if (kernel.kind === "vonMisesFisher") {
    return {
      exponent: (s) => -2 * inverse * (1 - s) * (1 + s),
      rate: (s) => inverse * s,
      steepness: 4 * inverse,
      support: (depth) => Math.sqrt(Math.max(0, 1 - depth / (2 * inverse))),
      clamp: Number.POSITIVE_INFINITY,
      floor: 0,
    };
  }
  const clamped = kernel.distance === "clamped";
  return {
    exponent: (s) => -0.5 * inverse * squaredAngle(s),
    rate: (s) => 0.5 * inverse * angleRatio(s),
    steepness: 2 * Math.PI * inverse,
    support: (depth) => Math.cos(Math.min(Math.PI / 2, Math.sqrt(depth / (2 * inverse)))),
    clamp: clamped ? 1 - 1e-6 : Number.POSITIVE_INFINITY,
    floor: clamped ? 1e-12 : 0,
  };
}

/**
 * log ∫ k dμ over S^{d−1} of a kernel that is 1 at θ = 0: what turns its mean over particles into a density.
 *
 * Math: von Mises–Fisher: log V_κ(h²) − 1/h²;  geodesic Gaussian: log |S^{d−2}| ∫ e^{−θ²/2h²} sin^{d−2}θ dθ.
 */
export function logKernelMass(kernel: ParticleKernel, dimension: number): number {
  const temperature = kernel.bandwidth ** 2;
  if (kernel.kind === "vonMisesFisher") {
    return logKernelVolume(dimension, { critic: { kind: "rbf", scale: 0.5 }, temperature });
  }
  return logKernelVolume(dimension, { critic: { kind: "geodesic", scale: 0.5 }, temperature });
}

/** θ² of s = cos(θ/2), continued analytically to s > 1. */
function squaredAngle(s: number): number {
  const q = (1 - s) * (1 + s);
  return q >= 0 ? 4 * Math.atan2(Math.sqrt(q), s) ** 2 : -4 * Math.acosh(s) ** 2;
}

/** θ/sin(θ/2), continued likewise; 2 at s = 1, π at s = 0. */
function angleRatio(s: number): number {
  const q = (1 - s) * (1 + s);
  if (q === 0) return 2;
  return q > 0 ? (2 * Math.atan2(Math.sqrt(q), s)) / Math.sqrt(q) : (2 * Math.acosh(s)) / Math.sqrt(-q);
}
