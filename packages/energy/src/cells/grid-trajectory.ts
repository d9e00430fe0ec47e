import { sumOfArray } from "@nce-geometry/tensor";
import { uncheckedJeffreys } from "../grid/entropy.ts";
import type { MultimodalFreeEnergy } from "../grid/free-energy-multimodal.ts";
import type { UnimodalFreeEnergy } from "../grid/free-energy-unimodal.ts";
import { type GridMeasure, massesOf } from "../grid/grid-measure.ts";
import type { LiveGridState } from "./grid-flow.ts";
import type { GridProblem } from "./grid-problem.ts";

/** What is told of a state on the way. */
export interface GridTrajectoryPoint {
  readonly step: number;
  /** The functional. Unit: nats. */
  readonly value: number;
  /** All terms of the functional, as `freeEnergyUnimodal` or `freeEnergyMultimodal` returns them. */
  readonly terms: UnimodalFreeEnergy | MultimodalFreeEnergy;
  /** D_S of the two densities; absent with one modality. */
  readonly symmetricKL?: number;
  /** ∫ min(ρ₁, ρ₂) dμ; absent with one modality. */
  readonly overlap?: number;
  /** For each modality the mass in each of the wells that were asked for. */
  readonly massInWells: readonly (readonly number[])[];
  /** Largest change of a log density per unit of step size in the step that led here; absent at the start. */
  readonly residual?: number;
  /** Size of that step, the smallest of all modalities. */
  readonly stepSize?: number;
  /** Inner iterations of that step, where there are any. */
  readonly innerSteps?: number;
  /** Mass that they left misplaced. */
  readonly marginalError?: number;
}

/** The record of a state. */
export function trajectoryPoint(
  measure: GridMeasure,
  problem: GridProblem,
  { step, logDensities }: LiveGridState,
  wells: readonly ArrayLike<number>[],
): GridTrajectoryPoint {
  const terms = problem.terms(logDensities);
  const massInWells = logDensities.map((logDensity) => {
    const masses = massesOf(measure, logDensity);
    return wells.map((well) => sumOfArray(Array.from(well, (cell) => masses[cell]!)));
  });
  const [first, second] = logDensities;
  const pair = second === undefined ? {} : meeting(measure, first!, second);
  return { step, value: terms.value, terms, ...pair, massInWells };
}

/** D_S and the mass shared by two densities; unchecked. */
export function meeting(
  measure: GridMeasure,
  first: Float64Array,
  second: Float64Array,
): { symmetricKL: number; overlap: number } {
  const shared = first.map((value, i) => Math.min(value, second[i]!));
  return { symmetricKL: uncheckedJeffreys(measure, first, second) / 2, overlap: sumOfArray(massesOf(measure, shared)) };
}
