// Rows as vectors: the little linear algebra that generators need.

import type { Random, RowMatrix } from "@nce-geometry/tensor";

/** A matrix whose row i is written by `fill`. */
export function makeRows(rows: number, dim: number, fill: (row: Float64Array, i: number) => void): RowMatrix {
  const data = new Float64Array(rows * dim);
  for (let i = 0; i < rows; i++) fill(data.subarray(i * dim, (i + 1) * dim), i);
  return { rows, dim, data };
}

/** Row i, as a view where the matrix is float64. */
export function rowOf({ dim, data }: RowMatrix, i: number): Float64Array {
  const row = data.subarray(i * dim, (i + 1) * dim);
  return row instanceof Float64Array ? row : Float64Array.from(row);
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

export function norm(a: ArrayLike<number>): number {
  return Math.sqrt(dot(a, a));
}

/** Divides a vector by its length, in place. */
export function normalizeInPlace(vector: Float64Array): Float64Array {
  const length = norm(vector);
  for (let k = 0; k < vector.length; k++) vector[k]! /= length;
  return vector;
}

/** A vector divided by its length. */
export function unit(vector: ArrayLike<number>): Float64Array {
  return normalizeInPlace(Float64Array.from(vector));
}

/** Rows uniform on S^{d−1}: normal vectors divided by their lengths, of which none is 0 in practice. */
export function uniformRows(random: Random, rows: number, dim: number): RowMatrix {
  const data = random.normal(rows * dim);
  for (let i = 0; i < rows; i++) normalizeInPlace(data.subarray(i * dim, (i + 1) * dim));
  return { rows, dim, data };
}

/** A random orthogonal n × n matrix, row-major: normal rows made orthonormal one after the other, twice against rounding. */
export function randomOrthogonal(random: Random, n: number): Float64Array {
  const matrix = random.normal(n * n);
  const row = (i: number): Float64Array => matrix.subarray(i * n, (i + 1) * n);
  for (let i = 0; i < n; i++) {
    const current = normalizeInPlace(row(i));
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) subtractMultiple(current, row(j), dot(current, row(j)));
      normalizeInPlace(current);
    }
  }
  return matrix;
}

function subtractMultiple(target: Float64Array, vector: Float64Array, factor: number): void {
  for (let k = 0; k < target.length; k++) target[k]! -= factor * vector[k]!;
}

/** Component labels 0 … weights.length − 1, drawn independently. */
export function drawLabels(random: Random, n: number, weights: readonly number[]): Int32Array {
  const last = weights.length - 1;
  return Int32Array.from(random.uniform(n), (u) => {
    let k = 0;
    for (let sum = weights[0]!; k < last && u >= sum; sum += weights[k]!) k++;
    return k;
  });
}
