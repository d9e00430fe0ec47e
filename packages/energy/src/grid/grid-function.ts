// Functions on grids: a list of values, or a function of a point for grids that know their points.

import type { PointFunction } from "@nce-geometry/manifold";
import { InputError, type RowMatrix } from "@nce-geometry/tensor";
import { requireLength } from "../checks.ts";
import type { GridMeasure } from "./grid-measure.ts";

/** Values at the points of a grid, [n], or a function of one point where the grid has points (the quadratures of the manifold package). */
export type GridFunction = ArrayLike<number> | PointFunction;

/**
 * A potential at every point of a grid; NaN and −∞ are refused, +∞ forbids a point.
 *
 * Throws: InputError E_SHAPE, E_NOT_FINITE naming the first point, E_UNSUPPORTED for a function on a grid without points.
 */
export function potentialOn(
  measure: GridMeasure,
  potential: GridFunction,
  { where, argument = "potential" }: { readonly where: string; readonly argument?: string },
): Float64Array {
  const values = typeof potential === "function" ? evaluate(measure, potential, where, argument) : potential;
  requireLength(where, argument, measure, values);
  const result = Float64Array.from(values);
  const at = result.findIndex((value) => !(value > Number.NEGATIVE_INFINITY));
  if (at === -1) return result;
  const details = { code: "E_NOT_FINITE", where, argument, expected: "a number or +∞ at every point" } as const;
  throw new InputError({ ...details, received: `${result[at]} at point ${at}` });
}

/** The points of a grid, if it has any. */
export function pointsOf(measure: GridMeasure): RowMatrix | undefined {
  return (measure as { readonly points?: RowMatrix }).points;
}

function evaluate(measure: GridMeasure, f: PointFunction, where: string, argument: string): Float64Array {
  const points = pointsOf(measure);
  if (points === undefined) {
    const expected = "a list of values on a grid without points";
    throw new InputError({ code: "E_UNSUPPORTED", where, argument, expected, received: "a function" });
  }
  const { rows, dim } = points;
  const data = points.data instanceof Float64Array ? points.data : Float64Array.from(points.data);
  return new Float64Array(rows).map((_, i) => f(data.subarray(i * dim, (i + 1) * dim), i));
}
