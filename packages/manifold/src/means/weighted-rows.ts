// Points with weights, checked once for both kinds of mean.

import { InputError, type RowMatrix, sumOfArray } from "@nce-geometry/tensor";
import type { Manifold } from "../manifold.ts";

/** The weights, scaled to sum 1; equal ones by default. */
export function normalizedWeights(
  where: string,
  manifold: Manifold,
  points: RowMatrix,
  weights: ArrayLike<number> | undefined,
): Float64Array {
  const { rows, dim } = points;
  if (rows === 0 || dim !== manifold.ambientDimension) {
    const expected = `at least one row of ${manifold.ambientDimension} coordinates`;
    throw new InputError({ code: "E_SHAPE", where, argument: "points", expected, received: `[${rows}, ${dim}]` });
  }
  if (weights === undefined) return new Float64Array(rows).fill(1 / rows);
  if (weights.length !== rows) {
    const expected = `${rows} numbers, one per row`;
    const received = `${weights.length} numbers`;
    throw new InputError({ code: "E_SHAPE", where, argument: "weights", expected, received });
  }
  const total = sumOfArray(weights);
  const bad = Array.from(weights).findIndex((weight) => !(weight >= 0));
  if (bad >= 0 || !(total > 0 && Number.isFinite(total))) {
    const received = bad >= 0 ? `${weights[bad]} in row ${bad}` : `a sum of ${total}`;
    const expected = "non-negative numbers of finite positive sum";
    throw new InputError({ code: "E_OPTION", where, argument: "weights", expected, received });
  }
  return Float64Array.from(weights, (weight) => weight / total);
}
