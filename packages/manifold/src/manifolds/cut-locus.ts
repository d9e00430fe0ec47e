// Where the shortest geodesic is not unique, a logarithm has no direction.

import { InputError, lessEqual, type Tensor, where } from "@nce-geometry/tensor";
import { column } from "./columns.ts";

/** In units of ε: so near the cut locus, rounding of the coordinates decides the direction. */
export const CUT_LOCUS_ULPS = 4;

/**
 * The result, once it is certain that no row lies on the cut locus; without `syncRead` such rows become NaN instead.
 *
 * Throws: InputError E_DOMAIN naming the first such row.
 */
export function awayFromCutLocus(where_: string, gaps: Tensor, result: Tensor): Tensor {
  const { backend } = gaps;
  const bound = CUT_LOCUS_ULPS * backend.epsilon;
  if (!backend.supports("syncRead")) return where(lessEqual(column(gaps), bound), Number.NaN, result);
  const row = gaps.dataSync().findIndex((gap) => gap <= bound);
  if (row >= 0) throw cutLocusError(where_, row, gaps.shape[0]!);
  return result;
}

/** The error for a row whose shortest geodesic is not unique. */
export function cutLocusError(where: string, row: number, rows: number): InputError {
  return new InputError({
    code: "E_DOMAIN",
    where,
    argument: "y",
    expected: "off the cut locus of `x`",
    received: `row ${row} of ${rows} on it`,
    hint: "Several geodesics to that point are shortest, so that none is the one: move one of the two points.",
  });
}
