import { InputError, type RowBlock, type RowMatrix } from "@nce-geometry/tensor";
import type { ManifoldRows, OnManifoldOptions } from "../manifold.ts";
import { requireDimension } from "./float64-rows.ts";

/** What is wrong with the row that begins at `at`, worded to follow "has", or undefined. */
export type Defect = (data: RowBlock, at: number, tolerance: number) => string | undefined;

export type MembershipChecks = Pick<ManifoldRows, "isOnManifold" | "explainOnManifold" | "assertOnManifold">;

/** (d + 8)·ε: what a sum of d squares and the rounding of the numbers themselves may be off by. */
export function defaultTolerance(dimension: number, epsilon: number): number {
  return (dimension + 8) * epsilon;
}

/** The three checks of a manifold from what may be wrong with one of its rows. */
export function membershipChecks(name: string, dimension: number, defect: Defect): MembershipChecks {
  const find = (where: string, argument: string, x: RowMatrix, options: OnManifoldOptions) => {
    requireDimension(where, argument, x, dimension);
    const epsilon = x.data instanceof Float32Array ? 2 ** -23 : 2 ** -52;
    const tolerance = options.tolerance ?? defaultTolerance(dimension, epsilon);
    if (!(tolerance >= 0)) throw wrongTolerance(where, tolerance);
    for (let row = 0; row < x.rows; row++) {
      const found = defect(x.data, row * dimension, tolerance);
      if (found === undefined) continue;
      return { place: `row ${row} of ${x.rows}`, found, margin: `(tolerance ${tolerance.toPrecision(2)})` };
    }
    return undefined;
  };
  return {
    isOnManifold: (x, options = {}) => find(`${name}.isOnManifold`, "x", x, options) === undefined,
    explainOnManifold: (x, options = {}) => {
      const problem = find(`${name}.explainOnManifold`, "x", x, options);
      return problem && `${problem.place} has ${problem.found} ${problem.margin}`;
    },
    assertOnManifold: (x, { where = "assertOnManifold", argument = "x", ...options } = {}) => {
      const problem = find(where, argument, x, options);
      if (problem === undefined) return;
      const received = `${problem.place} with ${problem.found} ${problem.margin}`;
      const hint = "Move points there with projectPoint, or allow more with `tolerance`.";
      throw new InputError({ code: "E_DOMAIN", where, argument, expected: `on ${name}`, received, hint });
    },
  };
}

function wrongTolerance(where: string, tolerance: number): InputError {
  const expected = "a number ≥ 0";
  return new InputError({ code: "E_OPTION", where, argument: "tolerance", expected, received: String(tolerance) });
}
