// What the gap regularisers share: two clouds of rows x [n, d] and y [m, d], which need not be paired nor equally many.

import { InputError, type Shape } from "@nce-geometry/tensor";
import { checkOneOf } from "../option-checks.ts";
import type { NamedShape } from "../shape-checks.ts";

export interface GapStatisticOptions {
  /**
   * Which means within a cloud: `U` over its pairs of different rows, `V` over all pairs, each row with itself among them.
   * Across the clouds it is all pairs in both. Of independent rows U is unbiased, in value and in gradient, and therefore negative
   * at times; matched rows, more alike than others, put it below by 2/n times their advantage. V is the squared distance of the two
   * samples themselves: never negative, 0 for equal samples, and too large for the laws by a multiple of 1/n + 1/m, so that it
   * draws small batches together more than their laws ask for.
   * @defaultValue "U": steps on batches then follow the gap of the laws, whatever the batch size
   */
  readonly statistic?: "U" | "V";
}

/** The statistic of the options. */
export function resolveStatistic(where: string, { statistic = "U" }: GapStatisticOptions): "U" | "V" {
  checkOneOf(where, "statistic", statistic, ["U", "V"]);
  return statistic;
}

/** Requires two matrices of one dimension with at least one row each, or two where a row is judged by the others. */
export function checkClouds(
  where: string,
  x: NamedShape,
  y: NamedShape,
  options: { readonly least: 1 | 2; readonly hint?: string },
): void {
  const { least, hint } = options;
  if (!hasRows(x.shape, least)) {
    throw shapeError(where, x, `of shape [n, d] with n ≥ ${least}`, x.shape.length === 2 ? hint : undefined);
  }
  if (hasRows(y.shape, least) && y.shape[1] === x.shape[1]) return;
  const isFew = y.shape.length === 2 && y.shape[1] === x.shape[1];
  const expected = `of shape [m, ${x.shape[1]}] with m ≥ ${least}, the dimension of \`${x.name}\``;
  throw shapeError(where, y, expected, isFew ? hint : undefined);
}

/** {@link checkClouds} for a U-statistic or a V-statistic. */
export function checkCloudsFor(statistic: "U" | "V", where: string, x: NamedShape, y: NamedShape): void {
  const hint = 'A U-statistic needs two rows of each cloud; a single row has `statistic: "V"`.';
  checkClouds(where, x, y, statistic === "U" ? { least: 2, hint } : { least: 1 });
}

function hasRows(shape: Shape, least: number): boolean {
  return shape.length === 2 && shape[0]! >= least;
}

function shapeError(where: string, { name, shape }: NamedShape, expected: string, hint?: string): InputError {
  return new InputError({
    code: "E_SHAPE",
    where,
    argument: name,
    expected,
    received: `[${shape.join(", ")}]`,
    hint,
  });
}
