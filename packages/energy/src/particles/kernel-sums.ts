// Sums of a kernel over all pairs of particles on a sphere and the gradient of their logarithms: O(n + m) memory, each pair of one cloud
// visited once. Rows whose sum is too small for float64 are recomputed in log space, so that nothing underflows.

import { logSumExpOfArray, type RowMatrix } from "@nce-geometry/tensor";
import type { FieldForm } from "../fields/field-options.ts";
import type { KernelShape } from "./particle-kernel.ts";
import { ANTIPODAL, DEPTH, kernelOfCosines, type ProfileTable, slopeOfCosines } from "./profile-table.ts";

/** A kernel ready for use: its shape and its table. */
export interface TabulatedKernel {
  readonly shape: KernelShape;
  readonly table: ProfileTable;
}

/** Logarithms of kernel sums, and the way back. */
export interface KernelSums {
  /** log Σ_j k(x_i, y_j), [n]. */
  readonly rows: Float64Array;
  /** log Σ_i k(x_i, y_j), [m]; the same array as `rows` for a cloud with itself. */
  readonly columns: Float64Array;
  /**
   * Ambient gradient of Σ_i a_i rows_i + Σ_j b_j columns_j in x and in y. For a cloud with itself of Σ_i a_i rows_i: `columnWeights` is
   * the same array as `rowWeights`, and so are the two results.
   */
  gradient(
    rowWeights: Float64Array,
    columnWeights: Float64Array,
  ): { readonly x: Float64Array; readonly y: Float64Array };
}

/** Coordinates, one array per dimension. */
type Columns = readonly Float64Array[];

/** A kernel summed over the particles of one cloud; `leaveOneOut` leaves each particle out of its own sum. */
export function selfKernelSums(z: RowMatrix, kernel: TabulatedKernel, form: FieldForm): KernelSums {
  const x = columnsOf(z);
  const { shape } = kernel;
  const self =
    form === "all" ? Math.exp(Math.min(0, shape.exponent(Math.sqrt(0.5 + 0.5 * Math.min(1, shape.clamp))))) : 0;
  const sums = new Float64Array(z.rows).fill(self);
  accumulateSums({ x, y: x, self: true, ...kernel }, sums, sums);
  return kernelSums({ x, y: x, self: true, ...kernel }, sums, sums);
}

/** A kernel summed over all pairs of two clouds. */
export function crossKernelSums(first: RowMatrix, second: RowMatrix, kernel: TabulatedKernel): KernelSums {
  const [x, y] = [columnsOf(first), columnsOf(second)];
  const [rows, columns] = [new Float64Array(first.rows), new Float64Array(second.rows)];
  accumulateSums({ x, y, self: false, ...kernel }, rows, columns);
  return kernelSums({ x, y, self: false, ...kernel }, rows, columns);
}

interface Pairs {
  readonly x: Columns;
  readonly y: Columns;
  /** Whether the two are one cloud, so that only pairs i < j are visited. */
  readonly self: boolean;
  readonly shape: KernelShape;
  readonly table: ProfileTable;
}

function kernelSums(pairs: Pairs, rowSums: Float64Array, columnSums: Float64Array): KernelSums {
  const { x, y, self } = pairs;
  const [faintRows, faintColumns] = [faint(pairs, rowSums), self ? [] : faint(pairs, columnSums)];
  const rows = logarithms(rowSums, faintRows, (i) => exponentsAt(pairs, x, y, i));
  const columns = self ? rows : logarithms(columnSums, faintColumns, (j) => exponentsAt(pairs, y, x, j));
  return {
    rows,
    columns,
    gradient: (rowWeights, columnWeights) => {
      const a = shares(rowWeights, rowSums, faintRows);
      const b = self ? a : shares(columnWeights, columnSums, faintColumns);
      const gx = x.map((c) => new Float64Array(c.length));
      const gy = self ? gx : y.map((c) => new Float64Array(c.length));
      accumulateForces(pairs, { a, b, gx, gy });
      for (const i of faintRows) addFaintForce(pairs, { x, y, gx, gy, i, weight: rowWeights[i]!, log: rows[i]! });
      for (const j of faintColumns) {
        addFaintForce(pairs, { x: y, y: x, gx: gy, gy: gx, i: j, weight: columnWeights[j]!, log: columns[j]! });
      }
      const gradientX = rowsOf(gx);
      return { x: gradientX, y: self ? gradientX : rowsOf(gy) };
    },
  };
}

/** Sums below this may owe a share of more than rounding to kernels that the table reads as 0. */
const FAINT = Math.exp(50 - DEPTH);

/** The indices of such sums; none with a clamped kernel, whose floor is far above them. */
function faint({ shape }: Pairs, sums: Float64Array): number[] {
  if (shape.floor > 0) return [];
  const found: number[] = [];
  for (let i = 0; i < sums.length; i++) if (sums[i]! < FAINT) found.push(i);
  return found;
}

function logarithms(
  sums: Float64Array,
  faintOnes: readonly number[],
  exponents: (i: number) => Float64Array,
): Float64Array {
  const logs = sums.map(Math.log);
  for (const i of faintOnes) logs[i] = logSumExpOfArray(exponents(i));
  return logs;
}

function shares(weights: Float64Array, sums: Float64Array, faintOnes: readonly number[]): Float64Array {
  const result = weights.map((weight, i) => weight / sums[i]!);
  for (const i of faintOnes) result[i] = 0;
  return result;
}

function accumulateSums({ x, y, self, shape, table }: Pairs, rowSums: Float64Array, columnSums: Float64Array): void {
  const [n, m] = [rowSums.length, columnSums.length];
  const buffer = new Float64Array(m);
  for (let i = 0; i < n; i++) {
    const from = self ? i + 1 : 0;
    cosinesOfRow(x, y, i, buffer, from);
    if (shape.clamp < 1) clampCosines(buffer, from, shape.clamp);
    kernelOfCosines(table, buffer, from, m);
    let sum = 0;
    for (let j = from; j < m; j++) {
      const k = buffer[j]!;
      sum += k;
      columnSums[j]! += k;
    }
    rowSums[i]! += sum;
  }
}

interface Forces {
  /** Weight of each row's sum, and of each column's. */
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly gx: Columns;
  readonly gy: Columns;
}

function accumulateForces({ x, y, self, shape, table }: Pairs, { a, b, gx, gy }: Forces): void {
  const [n, m] = [a.length, b.length];
  const buffer = new Float64Array(m);
  for (let i = 0; i < n; i++) {
    const from = self ? i + 1 : 0;
    cosinesOfRow(x, y, i, buffer, from);
    const flat = shape.clamp < 1 ? clampCosines(buffer, from, shape.clamp) : [];
    slopeOfCosines(table, buffer, from, m);
    for (const j of flat) buffer[j] = 0;
    const ai = a[i]!;
    for (let j = from; j < m; j++) buffer[j]! *= ai + b[j]!;
    for (let k = 0; k < x.length; k++) {
      const [yk, gyk, xik] = [y[k]!, gy[k]!, x[k]![i]!];
      let sum = 0;
      for (let j = from; j < m; j++) {
        const c = buffer[j]!;
        sum += c * yk[j]!;
        gyk[j]! += c * xik;
      }
      gx[k]![i]! += sum;
    }
  }
}

/** ⟨x_i, y_j⟩ for j ≥ from. */
function cosinesOfRow(x: Columns, y: Columns, i: number, out: Float64Array, from: number): void {
  out.fill(0, from);
  for (let k = 0; k < x.length; k++) {
    const xik = x[k]![i]!;
    const yk = y[k]!;
    for (let j = from; j < out.length; j++) out[j]! += xik * yk[j]!;
  }
}

/** Moves cosines beyond the clamp onto it; returns their indices. */
function clampCosines(cosines: Float64Array, from: number, clamp: number): number[] {
  const moved: number[] = [];
  for (let j = from; j < cosines.length; j++) {
    const t = cosines[j]!;
    if (Math.abs(t) <= clamp) continue;
    cosines[j] = t > 0 ? clamp : t < 0 ? -clamp : t;
    moved.push(j);
  }
  return moved;
}

/** log k(x_i, y_j) for every j; −∞ for the particle itself. */
function exponentsAt({ self, shape }: Pairs, x: Columns, y: Columns, i: number): Float64Array {
  const cosines = new Float64Array(y[0]!.length);
  cosinesOfRow(x, y, i, cosines, 0);
  const exponents = cosines.map((t) => shape.exponent(halfAngleCosine(t)));
  if (self) exponents[i] = Number.NEGATIVE_INFINITY;
  return exponents;
}

interface FaintForce {
  readonly x: Columns;
  readonly y: Columns;
  readonly gx: Columns;
  readonly gy: Columns;
  readonly i: number;
  readonly weight: number;
  /** The logarithm of the sum. */
  readonly log: number;
}

/** The forces of one such sum, with the softmax of its exponents for weights. */
function addFaintForce(pairs: Pairs, { x, y, gx, gy, i, weight, log }: FaintForce): void {
  const exponents = exponentsAt(pairs, x, y, i);
  const cosines = new Float64Array(exponents.length);
  cosinesOfRow(x, y, i, cosines, 0);
  for (let j = 0; j < exponents.length; j++) {
    const s = halfAngleCosine(cosines[j]!);
    const p = Math.exp(exponents[j]! - log);
    if (p === 0 || s < ANTIPODAL) continue;
    const c = (weight * p * pairs.shape.rate(s)) / s;
    for (let k = 0; k < x.length; k++) {
      gx[k]![i]! += c * y[k]![j]!;
      gy[k]![j]! += c * x[k]![i]!;
    }
  }
}

function halfAngleCosine(cosine: number): number {
  return Math.sqrt(Math.abs(0.5 + 0.5 * cosine));
}

function columnsOf({ rows, dim, data }: RowMatrix): Columns {
  return Array.from({ length: dim }, (_, k) => new Float64Array(rows).map((_, i) => data[i * dim + k]!));
}

function rowsOf(columns: Columns): Float64Array {
  const dim = columns.length;
  const rows = new Float64Array(dim * columns[0]!.length);
  columns.forEach((column, k) => {
    for (let i = 0; i < column.length; i++) rows[i * dim + k] = column[i]!;
  });
  return rows;
}
