// Grids that are not quadratures of a manifold: equal or unequal cells, and the angle to a pole of a sphere.

import { type ZonalQuadrature, type ZonalQuadratureOptions, zonalQuadrature } from "@nce-geometry/manifold";
import { InputError } from "@nce-geometry/tensor";
import { requireInteger, requirePositive } from "../checks.ts";
import type { GridMeasure } from "./grid-measure.ts";

export interface CellMeasureOptions {
  /** How many cells of equal volume. */
  readonly cells: number;
  /** Volume of all cells together. @defaultValue 1 */
  readonly volume?: number;
}

/**
 * Cells of equal volume without places: for functionals that do not ask where the mass is.
 *
 * Math:     w_i = |Z|/n
 * Domain:   n ≥ 1, |Z| > 0.
 * Throws:   InputError E_OPTION.
 */
export function cellMeasure({ cells, volume = 1 }: CellMeasureOptions): GridMeasure {
  requireInteger("cellMeasure", "cells", cells, 1);
  requirePositive("cellMeasure", "volume", volume);
  return { weights: new Float64Array(cells).fill(volume / cells) };
}

/** The angle to a pole of S^{d−1} as a grid: for densities and potentials that depend on it alone. */
export interface ZonalMeasure extends GridMeasure {
  /** d of S^{d−1} ⊂ R^d. */
  readonly dimension: number;
  /** [n], radians, ascending. */
  readonly angles: Float64Array;
  /** [n]. */
  readonly cosines: Float64Array;
  readonly logWeights: Float64Array;
}

/**
 * A zonal quadrature as a grid, in any dimension.
 *
 * Math:     ∫_{S^{d−1}} h dμ = |S^{d−2}| ∫_0^π h(θ) sin^{d−2}θ dθ ≈ Σ_i w_i h(θ_i)
 * Domain:   as zonalQuadrature of the manifold package; give it the density that decides where the nodes lie. Densities that it does not resolve are not resolved here.
 * Numerics: weights are kept as logarithms: the volume of S^511 is 10^−377.
 * Throws:   InputError E_OPTION; E_DOMAIN where the density has nothing to place nodes on.
 */
export function zonalMeasure(options: ZonalQuadratureOptions): ZonalMeasure {
  const quadrature = zonalQuadrature(options);
  if (quadrature.status !== "notFinite") return zonalMeasureOf(quadrature);
  const details = { code: "E_DOMAIN", where: "zonalMeasure", argument: "logDensity" } as const;
  const expected = "finite somewhere, and neither NaN nor +∞";
  throw new InputError({ ...details, expected, received: `one whose integral is e^${quadrature.logIntegral}` });
}

/** The nodes of a zonal quadrature as a grid. */
export function zonalMeasureOf({ dimension, angles, cosines, logWeights }: ZonalQuadrature): ZonalMeasure {
  return { dimension, angles, cosines, logWeights, weights: logWeights.map(Math.exp) };
}
