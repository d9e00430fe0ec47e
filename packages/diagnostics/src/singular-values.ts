// Singular values of rows about a point: directly where that is affordable, else through second moments.

import { type Rows, type RunControl, yieldToEventLoop } from "@nce-geometry/tensor";
import { denseSingularValues } from "./dense-singular-values.ts";
import { centredRows, eigenvaluesOf, isRounding, scatterMatrix } from "./scatter-matrix.ts";

/** n·d·min(n, d) up to which the rows themselves are decomposed: some seconds. */
const directWork = 4e8;

/**
 * Singular values of the matrix with rows r_i − centre, descending, min(n, d) of them.
 *
 * Numerics: up to n·d·min(n, d) = 4e8 from the rows, with an absolute error of a few size·ε·σ₁. Beyond, as the square roots of the
 *           eigenvalues of the second moments, which loses singular values below some 1e-7·σ₁. What is rounding is set to 0.
 *           Cost: about 1.5 s at 500 × 512; O(n·d·min(n, d) + min(n, d)³).
 */
export async function singularValuesAbout(
  rows: Rows,
  centre: Float64Array,
  control: RunControl,
): Promise<Float64Array> {
  const { rows: n, dim } = rows;
  await yieldToEventLoop();
  if (n * dim * Math.min(n, dim) > directWork) {
    return eigenvaluesOf(await scatterMatrix([{ rows, scale: 1 }], centre, control)).map(Math.sqrt);
  }
  const values = denseSingularValues(await centredRows([{ rows, scale: 1 }], centre, control), n, dim);
  const squares = values.reduce((sum, value) => sum + value ** 2, 0);
  const floor = isRounding(squares, n) ? Number.POSITIVE_INFINITY : Math.max(n, dim) * Number.EPSILON * values[0]!;
  return values.map((value) => (value > floor ? value : 0));
}
