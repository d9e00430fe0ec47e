// The functionals that can be descended, seen alike: values, first variations, one density or two.

import { InputError } from "@nce-geometry/tensor";
import { requireOneOf } from "../checks.ts";
import type { Pair } from "../grid/denominators.ts";
import {
  firstVariationMultimodal,
  freeEnergyMultimodal,
  type MultimodalFreeEnergy,
  type MultimodalOptions,
} from "../grid/free-energy-multimodal.ts";
import {
  firstVariationUnimodal,
  freeEnergyUnimodal,
  type UnimodalFreeEnergy,
  type UnimodalOptions,
} from "../grid/free-energy-unimodal.ts";
import { assertProbability, type GridMeasure } from "../grid/grid-measure.ts";
import { finitePotentialOn } from "./finite-potential.ts";
import type { GridFlowState, LiveGridState } from "./grid-flow.ts";

/** F_{τ,U} of one density, or a functional of two: F^Sym, with its denominator and the weight λ of `own`. */
export type GridFunctional =
  | ({ readonly kind: "unimodal" } & UnimodalOptions)
  | ({ readonly kind: "multimodal" } & MultimodalOptions);

/** What descents need of a functional. */
export interface GridProblem {
  /** 0, or 0 and 1. */
  readonly modalities: readonly number[];
  terms(logDensities: readonly Float64Array[]): UnimodalFreeEnergy | MultimodalFreeEnergy;
  /** δF/δρ_k, [n], of every modality. */
  firstVariations(logDensities: readonly Float64Array[]): readonly Float64Array[];
  /** The multiple of ρ log ρ in the functional that is a convex function of one density alone. */
  readonly entropyWeight: number;
}

/** A functional with its potentials evaluated once, and checked. */
export function gridProblem(where: string, measure: GridMeasure, functional: GridFunctional): GridProblem {
  requireOneOf(where, "functional.kind", functional.kind, ["unimodal", "multimodal"]);
  if (functional.kind === "unimodal") {
    const potential = finitePotentialOn(measure, functional.potential, { where });
    const options: UnimodalOptions = { ...functional, potential };
    return {
      modalities: [0],
      terms: ([rho]) => freeEnergyUnimodal(measure, rho!, options),
      firstVariations: ([rho]) => [firstVariationUnimodal(measure, rho!, options)],
      entropyWeight: 1,
    };
  }
  const potentialOf = (k: 0 | 1) =>
    finitePotentialOn(measure, functional.potentials[k], { where, argument: `potentials[${k}]` });
  const options: MultimodalOptions = { ...functional, potentials: [potentialOf(0), potentialOf(1)] };
  return {
    modalities: [0, 1],
    terms: (pair) => freeEnergyMultimodal(measure, pair as Pair<Float64Array>, options),
    firstVariations: (pair) => firstVariationMultimodal(measure, pair as Pair<Float64Array>, options),
    entropyWeight: functional.denominator === "own" ? 0.5 : (functional.ownWeight ?? 0) / 2,
  };
}

/** The state to begin with: densities of mass 1, positive everywhere after `lift`. */
export function startingState(
  where: string,
  measure: GridMeasure,
  problem: GridProblem,
  start: GridFlowState | readonly Float64Array[],
  lift: (logDensity: Float64Array) => Float64Array = (logDensity) => logDensity,
): LiveGridState {
  const resumed = "step" in start;
  const densities = (resumed ? start.logDensities : start).map((logDensity) => Float64Array.from(logDensity));
  const wanted = problem.modalities.length;
  if (densities.length !== wanted) {
    const expected = `${wanted} log densities, one per modality`;
    throw new InputError({ code: "E_SHAPE", where, argument: "start", expected, received: `${densities.length}` });
  }
  densities.forEach((logDensity, k) => {
    assertProbability(measure, logDensity, { where, argument: `start[${k}]` });
  });
  const state = resumed
    ? { step: start.step, logDensities: densities }
    : { step: 0, logDensities: densities.map(lift) };
  state.logDensities.forEach((logDensity, k) => {
    requirePositiveDensity(where, `start[${k}]`, logDensity);
  });
  return state;
}

/** A density without empty cells. */
export function requirePositiveDensity(where: string, argument: string, logDensity: Float64Array): void {
  const at = logDensity.indexOf(Number.NEGATIVE_INFINITY);
  if (at === -1) return;
  throw new InputError({
    code: "E_DOMAIN",
    where,
    argument,
    expected: "positive in every cell",
    received: `no mass in cell ${at}`,
    hint: "Lift it with projectOntoFloor.",
  });
}
