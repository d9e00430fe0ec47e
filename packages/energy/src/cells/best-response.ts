// What one modality does when the other one stands still and the denominator is the other's: with a floor, all free mass on one cell.

import { softplusOf, sumOfArray } from "@nce-geometry/tensor";
import { requirePositive } from "../checks.ts";
import type { GridFunction } from "../grid/grid-function.ts";
import { assertProbability, type GridMeasure, logWeightsOf, massesOf } from "../grid/grid-measure.ts";
import { finitePotentialOn } from "./finite-potential.ts";
import { type FloorOptions, logFloorOf } from "./floor.ts";
import { requirePositiveDensity } from "./grid-problem.ts";

export interface BestResponseOptions extends FloorOptions {
  /** Temperature τ > 0. */
  readonly temperature: number;
}

/** The best vertex of the densities on or above a floor. */
export interface BestResponse {
  /** The cell that takes all free mass; the lowest index among `ties`. */
  readonly cell: number;
  /** Every cell that is as good to rounding, `cell` included, in ascending order. */
  readonly ties: readonly number[];
  /** [n], the floor everywhere and all free mass on `cell`. */
  readonly logDensity: Float64Array;
  /** [n], twice the functional with the free mass on cell j, up to a constant. Unit: nats. */
  readonly scores: Float64Array;
}

/**
 * Density of one modality that minimises F^Sym given the other's, among those on or above a floor.
 *
 * Math:     argmin_ρ ∫ρV + ∫ρ₂ log ρ, V = U/τ + log ρ₂, is concave in ρ, hence a vertex: with m_j the floor's mass on cell j, f = 1 − Σ m the
 *           free mass and b_j the other modality's mass, free mass on argmin_j f·V_j + b_j log((m_j + f)/m_j).
 *           n equal cells: (1 − nδ)V_j + b_j log((1 − (n−1)δ)/δ).
 * Shapes:   measure [n], potential U [n], other log ρ₂ [n].
 * Domain:   τ > 0, U finite, ρ₂ > 0 everywhere of mass 1.
 * Limits:   equal cells, U constant, ρ₂ uniform → every cell is a tie;  ρ₂ itself a vertex → every cell save that one is.
 * Numerics: ties are cells whose scores agree within 16 roundings of their terms. Cost: O(n).
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN.
 * Source:   arXiv:2601.19597 (best response under a density floor).
 */
export function bestResponse(
  measure: GridMeasure,
  potential: GridFunction,
  other: Float64Array,
  options: BestResponseOptions,
): BestResponse {
  const where = "bestResponse";
  const { temperature, floor } = options;
  requirePositive(where, "temperature", temperature);
  const values = finitePotentialOn(measure, potential, { where });
  assertProbability(measure, other, { where, argument: "other" });
  requirePositiveDensity(where, "other", other);
  return bestVertex(measure, { potential: values, temperature, other, logFloor: logFloorOf(where, measure, floor) });
}

/** The problem of {@link bestVertex}, checked. */
export interface VertexProblem {
  readonly potential: Float64Array;
  readonly temperature: number;
  readonly other: Float64Array;
  /** [n], the floor as log densities. */
  readonly logFloor: Float64Array;
}

/** {@link bestResponse} of checked arguments. */
export function bestVertex(measure: GridMeasure, problem: VertexProblem): BestResponse {
  const { potential, temperature, other, logFloor } = problem;
  const logFloorMass = logWeightsOf(measure).map((weight, i) => weight + logFloor[i]!);
  const logFree = logFreeMass(logFloorMass);
  const free = Math.exp(logFree);
  const masses = massesOf(measure, other);
  const attraction = potential.map((u, j) => free * (u / temperature + other[j]!));
  const crowding = masses.map((mass, j) => mass * softplusOf(logFree - logFloorMass[j]!));
  const scores = attraction.map((value, j) => value + crowding[j]!);
  const ties = tiesOf(
    scores,
    (j) => free * (Math.abs(potential[j]!) / temperature + Math.abs(other[j]!)) + crowding[j]!,
  );
  const cell = ties[0]!;
  return { cell, ties, logDensity: vertex(logFloor, logFloorMass, logFree, cell), scores };
}

/** log(1 − Σ m), the mass that the floor leaves to distribute. */
export function logFreeMass(logFloorMass: Float64Array): number {
  return Math.log1p(-sumOfArray(logFloorMass.map(Math.exp)));
}

/** The floor everywhere, and all free mass on one cell. */
function vertex(logFloor: Float64Array, logFloorMass: Float64Array, logFree: number, cell: number): Float64Array {
  const logDensity = logFloor.slice();
  logDensity[cell]! += softplusOf(logFree - logFloorMass[cell]!);
  return logDensity;
}

/** Indices of the least values, up to 16 roundings of the terms that they are sums of. */
function tiesOf(scores: Float64Array, sizeOfTerms: (index: number) => number): readonly number[] {
  const best = scores.indexOf(scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY));
  const slack = (j: number) => 16 * Number.EPSILON * (sizeOfTerms(best) + sizeOfTerms(j));
  return Array.from(scores.keys()).filter((j) => scores[j]! - scores[best]! <= slack(j));
}
