// Densities bounded from below: {ρ ≥ floor, ∫ρ = 1}, the set on which best responses exist and coupled descents cannot run away.

import { InputError, logAddExp, logSumExpOfArray } from "@nce-geometry/tensor";
import { refuseOption, requireOneOf } from "../checks.ts";
import {
  assertLogValues,
  type GridMeasure,
  logWeightsOf,
  massless,
  normalizeLogDensity,
} from "../grid/grid-measure.ts";

/**
 * The least that every cell must carry. `density`: ρ_i ≥ value, with value < 1/|Z|. `cellMass`: w_i ρ_i ≥ value, with value < 1/n.
 * On cells of equal volume the two say the same.
 */
export interface Floor {
  readonly kind: "density" | "cellMass";
  readonly value: number;
}

export interface FloorOptions {
  readonly floor: Floor;
}

/** A density on or above a floor. */
export interface FloorProjection {
  readonly logDensity: Float64Array;
  /** How many cells lie on the floor. */
  readonly cellsAtFloor: number;
}

/**
 * The density nearest to the given one, in relative entropy, among those on or above a floor.
 *
 * Math:     argmin { D_KL(p‖ρ) : p ≥ δ, ∫p = 1 } = max(δ, c·ρ), with c such that the mass is 1
 * Shapes:   measure [n], logDensity [n] → logDensity [n].
 * Domain:   some mass; it need not be 1. Points of zero weight have no mass to bound and are refused.
 * Limits:   ρ ≥ δ of mass 1 → ρ;  all mass on one cell → 1 − (n−1)δ there and δ elsewhere.
 * Numerics: c exactly, from the cells in order of ρ/δ; error a few ε·max(1, |log ρ|). Cost: O(n log n).
 * Throws:   InputError E_SHAPE, E_OPTION where the floor leaves nothing to distribute, E_DOMAIN.
 * Source:   classical (Bregman projection onto a truncated simplex).
 */
export function projectOntoFloor(
  measure: GridMeasure,
  logDensity: Float64Array,
  options: FloorOptions,
): FloorProjection {
  const where = "projectOntoFloor";
  const logFloor = logFloorOf(where, measure, options.floor);
  assertLogValues(measure, logDensity, { where, argument: "logDensity" });
  if (logDensity.every((value) => value === Number.NEGATIVE_INFINITY)) throw massless(where);
  return projectOnto(measure, logDensity, logFloor);
}

/** {@link projectOntoFloor} of checked arguments, the floor as log densities [n]. */
export function projectOnto(measure: GridMeasure, given: Float64Array, logFloor: Float64Array): FloorProjection {
  const logWeights = logWeightsOf(measure);
  // From the top, so that logarithms of a scale far from 1 do not cost the mass its digits.
  const top = given.reduce((most, value) => Math.max(most, value));
  const logDensity = given.map((value) => value - top);
  const excess = logDensity.map((value, i) => value - logFloor[i]!);
  const order = Array.from(excess.keys()).sort((i, j) => excess[i]! - excess[j]! || i - j);
  const logMassAbove = suffixLogSums(order.map((i) => logWeights[i]! + logDensity[i]!));
  let floorMass = 0;
  for (let k = 0; k < order.length; k++) {
    const logScale = Math.log1p(-floorMass) - logMassAbove[k]!;
    const lowest = order[k]!;
    // The first k cells are on the floor once the next one, scaled, is not below it. The last cell always is above, as the floors add up to less than 1.
    if (logScale + excess[lowest]! >= 0 || k === order.length - 1) {
      const lifted = logFloor.slice();
      for (const i of order.slice(k)) lifted[i] = logDensity[i]! + logScale;
      return { logDensity: lifted, cellsAtFloor: k };
    }
    floorMass += Math.exp(logWeights[lowest]! + logFloor[lowest]!);
  }
  throw new Error("unreachable: the measure has no cell");
}

/** The nearest density of mass 1: on or above the floor, if there is one. */
export function projectionOnto(
  measure: GridMeasure,
  logFloor: Float64Array | undefined,
): (logDensity: Float64Array) => Float64Array {
  if (logFloor === undefined) return (logDensity) => normalizeLogDensity(measure, logDensity);
  return (logDensity) => projectOnto(measure, logDensity, logFloor).logDensity;
}

/** The floor as a log density per cell, checked. */
export function logFloorOf(where: string, measure: GridMeasure, { kind, value }: Floor): Float64Array {
  requireOneOf(where, "floor.kind", kind, ["density", "cellMass"]);
  const logWeights = logWeightsOf(measure);
  const empty = logWeights.findIndex((weight) => !Number.isFinite(weight));
  if (empty !== -1) {
    throw new InputError({
      code: "E_DOMAIN",
      where,
      argument: "measure",
      expected: "of cells of finite positive volume",
      received: `log volume ${logWeights[empty]} at cell ${empty}`,
    });
  }
  assertBelowUniform(where, kind, value, logWeights);
  const logValue = Math.log(value);
  return kind === "density" ? logWeights.map(() => logValue) : logWeights.map((weight) => logValue - weight);
}

function assertBelowUniform(where: string, kind: Floor["kind"], value: number, logWeights: Float64Array): void {
  const n = logWeights.length;
  const limit = kind === "density" ? Math.exp(-logSumExpOfArray(logWeights)) : 1 / n;
  // The limit is known up to rounding, and a floor within rounding of it leaves nothing but noise.
  if (value > 0 && value < limit * (1 - 16 * Number.EPSILON)) return;
  const bound = kind === "density" ? `1/|Z| = ${limit}` : `1/n = ${limit}`;
  const hint = "The floor alone must not use up the whole mass.";
  refuseOption(where, "floor.value", `> 0 and < ${bound}`, String(value), hint);
}

/** log Σ_{j ≥ k} e^(values_j) for every k. */
function suffixLogSums(values: readonly number[]): Float64Array {
  const sums = new Float64Array(values.length);
  let logSum = Number.NEGATIVE_INFINITY;
  for (let k = values.length - 1; k >= 0; k--) {
    logSum = logAddExp(logSum, values[k]!);
    sums[k] = logSum;
  }
  return sums;
}
