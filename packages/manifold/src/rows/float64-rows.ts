// Arguments and results of the maps on rows.

import { InputError, type RowBlock, type RowMatrix } from "@nce-geometry/tensor";
import type { Float64Rows } from "../manifold.ts";

/** Where the current row of each argument begins, in the order of the arguments. */
export type RowOffsets = readonly number[];

/** n rows of the given dimension, all 0. */
export function zeroRows(rows: number, dim: number): Float64Rows {
  return { rows, dim, data: new Float64Array(rows * dim) };
}

/**
 * Rows made one by one from rows of the arguments, each of which has n rows or one that stands for all.
 *
 * Throws: InputError E_SHAPE.
 */
export function mapRows(
  where: string,
  dimension: number,
  args: Readonly<Record<string, RowMatrix>>,
  write: (offsets: RowOffsets, out: Float64Array, at: number) => void,
): Float64Rows {
  const { rows, steps } = checkRows(where, dimension, args);
  const result = zeroRows(rows, dimension);
  const offsets = steps.map(() => 0);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < steps.length; k++) offsets[k] = i * steps[k]!;
    write(offsets, result.data, i * dimension);
  }
  return result;
}

/** As {@link mapRows}, with one number per row. */
export function mapValues(
  where: string,
  dimension: number,
  args: Readonly<Record<string, RowMatrix>>,
  value: (offsets: RowOffsets, row: number) => number,
): Float64Array {
  const { rows, steps } = checkRows(where, dimension, args);
  const offsets = steps.map(() => 0);
  return new Float64Array(rows).map((_, i) => {
    for (let k = 0; k < steps.length; k++) offsets[k] = i * steps[k]!;
    return value(offsets, i);
  });
}

/** How many rows the arguments have in common, and how far apart their rows are: 0 for one that stands for all. */
export function checkRows(
  where: string,
  dimension: number,
  args: Readonly<Record<string, RowMatrix>>,
): { readonly rows: number; readonly steps: readonly number[] } {
  const given = Object.entries(args);
  for (const [name, x] of given) requireDimension(where, name, x, dimension);
  const rows = given.find(([, x]) => x.rows !== 1)?.[1].rows ?? 1;
  for (const [name, x] of given) {
    if (x.rows === rows || x.rows === 1) continue;
    throw shapeError(where, name, `of shape [${rows}, ${dimension}], or [1, ${dimension}]`, shapeOf(x));
  }
  return { rows, steps: given.map(([, x]) => (x.rows === 1 ? 0 : dimension)) };
}

/** Throws E_SHAPE unless x is of shape [n, dimension] and holds as many numbers. */
export function requireDimension(where: string, name: string, x: RowMatrix, dimension: number): void {
  if (x.dim !== dimension) throw shapeError(where, name, `of shape [n, ${dimension}]`, shapeOf(x));
  if (x.data.length === x.rows * x.dim) return;
  throw shapeError(where, `${name}.data`, `of length rows · dim = ${x.rows * x.dim}`, String(x.data.length));
}

/** A time for every row: one number, or as many as there are rows. */
export function timeOf(where: string, t: number | Float64Array, rows: number): (row: number) => number {
  if (typeof t === "number") return () => t;
  if (t.length !== rows) throw shapeError(where, "t", `a number, or of length ${rows}`, String(t.length));
  return (row) => t[row]!;
}

/** Σ_k x_k y_k of the rows that begin at a and b. */
export function dotAt(x: RowBlock, a: number, y: RowBlock, b: number, dimension: number): number {
  let sum = 0;
  for (let k = 0; k < dimension; k++) sum += x[a + k]! * y[b + k]!;
  return sum;
}

/** ‖x‖ of the row that begins at a; squares neither overflow nor vanish. */
export function normAt(x: RowBlock, a: number, dimension: number): number {
  return combinedNorm(dimension, (k) => x[a + k]!);
}

/** ‖x + sign·y‖ of the rows that begin at a and b. */
export function combinationNormAt(
  x: RowBlock,
  a: number,
  y: RowBlock,
  b: number,
  dimension: number,
  sign: 1 | -1,
): number {
  let sum = 0;
  for (let k = 0; k < dimension; k++) {
    const entry = x[a + k]! + sign * y[b + k]!;
    sum += entry * entry;
  }
  return isSafe(sum) ? Math.sqrt(sum) : combinedNorm(dimension, (k) => x[a + k]! + sign * y[b + k]!);
}

/** √Σ entry², scaled where the squares leave the range in which they keep their digits. */
export function combinedNorm(dimension: number, entry: (k: number) => number): number {
  let sum = 0;
  for (let k = 0; k < dimension; k++) sum += entry(k) ** 2;
  if (isSafe(sum)) return Math.sqrt(sum);
  let largest = 0;
  for (let k = 0; k < dimension; k++) largest = Math.max(largest, Math.abs(entry(k)));
  if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return largest;
  let scaled = 0;
  for (let k = 0; k < dimension; k++) scaled += (entry(k) / largest) ** 2;
  return largest * Math.sqrt(scaled);
}

function isSafe(sumOfSquares: number): boolean {
  return sumOfSquares > 1e-270 && sumOfSquares < 1e300;
}

function shapeOf(x: RowMatrix): string {
  return `[${x.rows}, ${x.dim}]`;
}

function shapeError(where: string, argument: string, expected: string, received: string): InputError {
  return new InputError({ code: "E_SHAPE", where, argument, expected, received });
}
