// How sure a mean is.

import { meanOfArray, sumOfArray } from "@nce-geometry/tensor";

/** Sample variance; NaN of a single value. */
export function varianceOf(values: Float64Array): number {
  const mean = meanOfArray(values);
  return sumOfArray(values.map((value) => (value - mean) ** 2)) / (values.length - 1);
}

/** Sample standard deviation of the values divided by √n; NaN for fewer than two. */
export function standardErrorOf(values: Float64Array): number {
  return Math.sqrt(varianceOf(values) / values.length);
}
