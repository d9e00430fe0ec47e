import { expect } from "vitest";
import { estimateOf } from "../src/known.ts";

/**
 * A mean further than this many standard errors from its expectation has probability below 10⁻⁵ under a right truth; the seeds
 * are fixed, so a test that passes goes on passing.
 */
export const sigmas = 4.5;

/** How many of its standard errors the mean of a sample lies from the expectation. */
export function zScore(values: ArrayLike<number>, expectation: number): number {
  const { value, standardError } = estimateOf(values);
  // Where all values are equal nothing but rounding may separate them from the expectation.
  return (value - expectation) / (standardError + 1e-12 * (1 + Math.abs(expectation)));
}

export function expectMean(values: ArrayLike<number>, expectation: number): void {
  expect(Math.abs(zScore(values, expectation))).toBeLessThan(sigmas);
}

/** Cosines of row i of one matrix with row i of the other. */
export function pairCosines(x: { rows: number; dim: number; data: ArrayLike<number> }, y: typeof x): Float64Array {
  return new Float64Array(x.rows).map((_, i) => {
    let sum = 0;
    for (let k = 0; k < x.dim; k++) sum += x.data[i * x.dim + k]! * y.data[i * x.dim + k]!;
    return sum;
  });
}
