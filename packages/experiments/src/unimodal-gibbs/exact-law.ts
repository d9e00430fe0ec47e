// The potential with two wells on S², and its exact Gibbs laws.

import { capMass, gibbsLawOnSphere, type Potential, type Well, wellPotential } from "@nce-geometry/energy";
import type { PointFunction } from "@nce-geometry/manifold";
import type { UnimodalGibbsConfig } from "./config.ts";

const SECOND = [0.85, 0.15, -0.5];

/** Unit vectors at the bottoms of the wells. */
export const wellCenters: readonly (readonly number[])[] = [
  [0, 0, 1],
  SECOND.map((value) => value / Math.hypot(...SECOND)),
];

/** What the particles move in. */
export interface Landscape {
  readonly potential: Potential;
  readonly wells: readonly Well[];
}

/** The landscape of a configuration. */
export function landscapeOf({ concentration, capAngle }: UnimodalGibbsConfig): Landscape {
  const potential = wellPotential({ wells: wellCenters, concentration });
  return { potential, wells: wellCenters.map((center) => ({ center, angle: capAngle })) };
}

/** What is known exactly at a temperature; plain JSON. */
export type ExactMass = {
  readonly temperature: number;
  /** Mass of the Gibbs law in the union of the caps about the wells. */
  readonly mass: number;
  /** Mass in the cap about each well. */
  readonly massInWells: readonly number[];
  /** log Z. Unit: nats. */
  readonly logPartition: number;
  /** ⟨U⟩ and Var U. */
  readonly meanPotential: number;
  readonly potentialVariance: number;
  /** Bound of the relative error of the masses: the changes at the last refinement. */
  readonly quadratureError: number;
};

/**
 * Masses of the Gibbs law about the wells, by adaptive quadrature.
 *
 * Math:     ∫_{caps} e^{−U/τ} dμ/∫ e^{−U/τ} dμ;  the caps are disjoint, as the wells lie 2.1 rad apart and their radius is at most 1
 */
export function exactMass({ potential, wells }: Landscape, temperature: number, tolerance = 1e-12): ExactMass {
  const atPoint: PointFunction = (z) => potential.onRows!({ rows: 1, dim: 3, data: z }).values[0]!;
  const law = gibbsLawOnSphere(atPoint, { temperature, tolerance });
  const masses = wells.map((well) => capMass(law, atPoint, { ...well, tolerance }));
  const massInWells = masses.map(({ value }) => value);
  return {
    temperature,
    mass: massInWells.reduce((sum, mass) => sum + mass, 0),
    massInWells,
    logPartition: law.logPartition,
    meanPotential: law.meanPotential,
    potentialVariance: law.potentialVariance,
    quadratureError: law.quadratureError + Math.max(...masses.map(({ quadratureError }) => quadratureError)),
  };
}

/** A point of the curve of the exact mass over the temperature. */
export type CurvePoint = { readonly temperature: number; readonly mass: number };

/** The exact mass from the lowest to the highest temperature, at points equally spaced in the logarithm. */
export function concentrationCurve(
  landscape: Landscape,
  { temperatures, curvePoints }: Pick<UnimodalGibbsConfig, "temperatures" | "curvePoints">,
): readonly CurvePoint[] {
  const [low, high] = [Math.min(...temperatures), Math.max(...temperatures)];
  const count = low === high ? 1 : curvePoints;
  return Array.from({ length: count }, (_, k) => {
    const temperature = k === count - 1 ? high : low * (high / low) ** (k / (count - 1));
    return { temperature, mass: exactMass(landscape, temperature, CURVE_TOLERANCE).mass };
  });
}

/** Relative, of both integrals: a tenth of what the curve promises. */
const CURVE_TOLERANCE = 1e-9;
