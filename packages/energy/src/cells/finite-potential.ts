import { InputError } from "@nce-geometry/tensor";
import { type GridFunction, potentialOn } from "../grid/grid-function.ts";
import type { GridMeasure } from "../grid/grid-measure.ts";

/** A potential at every cell, none of it infinite: a flow would have to empty the cell at once. */
export function finitePotentialOn(
  measure: GridMeasure,
  potential: GridFunction,
  { where, argument = "potential" }: { readonly where: string; readonly argument?: string },
): Float64Array {
  const values = potentialOn(measure, potential, { where, argument });
  const at = values.indexOf(Number.POSITIVE_INFINITY);
  if (at === -1) return values;
  const details = { code: "E_NOT_FINITE", where, argument, expected: "finite at every point" } as const;
  throw new InputError({ ...details, received: `Infinity at point ${at}` });
}
