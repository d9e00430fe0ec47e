// Laws and potentials as plain records, and what can be evaluated from them.

import { logSphereArea } from "@nce-geometry/manifold";
import { InputError, type RowMatrix } from "@nce-geometry/tensor";
import { type CircleLaw, logCircleDensity } from "./circle-law.ts";
import { logGaussianMixtureDensity } from "./gaussian-mixture.ts";
import { logTwoWellDensity } from "./two-well.ts";
import { logVonMisesFisherMixtureDensity } from "./von-mises-fisher-mixture.ts";

/** Uniform on S^{d−1} ⊂ R^d. */
export interface UniformSphereLaw {
  readonly kind: "uniformSphere";
  readonly dim: number;
}

/** A mixture of von Mises–Fisher laws on S^{d−1} ⊂ R^d. */
export interface VonMisesFisherMixtureLaw {
  readonly kind: "vonMisesFisherMixture";
  readonly dim: number;
  readonly components: readonly {
    readonly weight: number;
    /** Unit vector. */
    readonly mean: readonly number[];
    readonly concentration: number;
  }[];
}

/** A mixture of N(mean, deviation² I) on R^d. */
export interface GaussianMixtureLaw {
  readonly kind: "gaussianMixture";
  readonly dim: number;
  readonly deviation: number;
  readonly components: readonly { readonly weight: number; readonly mean: readonly number[] }[];
}

/** U(z) = −(1/κ) log( w₁ e^{κ⟨z,m₁⟩} + w₂ e^{κ⟨z,m₂⟩} ) on S². */
export interface TwoWellPotential {
  readonly kind: "twoWell";
  readonly wells: readonly [readonly number[], readonly number[]];
  readonly weights: readonly [number, number];
  /** κ. */
  readonly sharpness: number;
}

/** e^{−U/τ}/Z on S². */
export interface TwoWellGibbsLaw {
  readonly kind: "twoWellGibbs";
  readonly potential: TwoWellPotential;
  readonly temperature: number;
  /** log Z. */
  readonly logPartition: number;
}

export type Law = UniformSphereLaw | VonMisesFisherMixtureLaw | GaussianMixtureLaw | TwoWellGibbsLaw | CircleLaw;

/**
 * Log-density of a law at each row.
 *
 * Math:     log ρ(z_i), ρ with respect to the surface measure of the sphere, Lebesgue measure of R^d, or the angle.
 * Shapes:   [n, d] → [n]; a circle law takes angles [n, 1]. Unit: nats.
 * Domain:   rows of spherical laws are unit vectors; they are not normalised for you.
 * Limits:   uniform on S^{d−1} → −log |S^{d−1}| everywhere.
 * Throws:   InputError E_SHAPE, E_OPTION.
 */
export function logDensity(law: Law, points: RowMatrix): Float64Array {
  const dim = dimOf(law);
  if (points.dim !== dim) {
    const [expected, received] = [`rows of dimension ${dim} for the law "${law.kind}"`, `dimension ${points.dim}`];
    throw new InputError({ code: "E_SHAPE", where: "logDensity", argument: "points", expected, received });
  }
  switch (law.kind) {
    case "uniformSphere":
      return new Float64Array(points.rows).fill(-logSphereArea(law.dim));
    case "vonMisesFisherMixture":
      return logVonMisesFisherMixtureDensity(law, points);
    case "gaussianMixture":
      return logGaussianMixtureDensity(law, points);
    case "twoWellGibbs":
      return logTwoWellDensity(law, points);
    case "circle":
      return logCircleDensity(law, points.data);
  }
}

function dimOf(law: Law): number {
  switch (law.kind) {
    case "twoWellGibbs":
      return 3;
    case "circle":
      return 1;
    case "uniformSphere":
    case "vonMisesFisherMixture":
    case "gaussianMixture":
      return law.dim;
    default: {
      const received = JSON.stringify((law as { readonly kind?: unknown })?.kind) ?? "undefined";
      throw new InputError({
        code: "E_OPTION",
        where: "logDensity",
        argument: "law.kind",
        expected: '"uniformSphere", "vonMisesFisherMixture", "gaussianMixture", "twoWellGibbs" or "circle"',
        received,
      });
    }
  }
}
