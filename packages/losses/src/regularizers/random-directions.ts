// Directions along which clouds are projected.

import { InputError, type Random, type RowMatrix } from "@nce-geometry/tensor";
import { refuseOption } from "../option-checks.ts";

export interface RandomDirectionsOptions {
  /** How many, ≥ 1. */
  readonly count: number;
  /** d of R^d, ≥ 1. */
  readonly dimension: number;
}

/**
 * Independent uniform directions: unit rows for `squaredSlicedWasserstein`.
 *
 * Math:     θ = g/‖g‖, g standard normal in R^d.
 * Shapes:   → [count, dimension], float64.
 * Domain:   count, dimension ≥ 1.
 * Limits:   the same stream at the same place gives the same directions;  dimension 1 → ±1;  E θθᵀ = I/d.
 * Throws:   InputError E_OPTION.
 * Source:   classical.
 */
export function randomDirections(random: Random, options: RandomDirectionsOptions): RowMatrix {
  const { count, dimension } = options;
  checkCount("count", count);
  checkCount("dimension", dimension);
  const data = random.normal(count * dimension);
  for (let l = 0; l < count; l++) {
    const row = data.subarray(l * dimension, (l + 1) * dimension);
    // A normal vector is 0 with probability 2⁻⁵³ per coordinate at most; then it is drawn anew.
    while (row.every((value) => value === 0)) row.set(random.normal(dimension));
    const norm = Math.hypot(...row);
    for (let k = 0; k < dimension; k++) row[k]! /= norm;
  }
  return { rows: count, dim: dimension, data };
}

/** Requires unit rows of the dimension of the clouds. */
export function checkDirections(where: string, directions: RowMatrix, dimension: number): void {
  const { rows, dim, data } = directions;
  if (!(Number.isSafeInteger(rows) && rows >= 1) || dim !== dimension || data.length !== rows * dim) {
    const expected = `at least one row of dimension ${dimension}, row-major, the dimension of \`x\``;
    const received = `${data.length} numbers for ${rows} rows of dimension ${dim}`;
    throw new InputError({ code: "E_SHAPE", where, argument: "directions", expected, received });
  }
  for (let l = 0; l < rows; l++) {
    const norm = Math.hypot(...data.subarray(l * dim, (l + 1) * dim));
    // Unit in float32 is good enough, and the projection is not corrected for the rest.
    if (Math.abs(norm - 1) <= (dim + 8) * 2 ** -23) continue;
    const hint = "Divide each direction by its length.";
    const received = `length ${norm} in row ${l}`;
    throw new InputError({ code: "E_DOMAIN", where, argument: "directions", expected: "unit rows", received, hint });
  }
}

function checkCount(argument: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  refuseOption("randomDirections", argument, "a whole number ≥ 1", value);
}
