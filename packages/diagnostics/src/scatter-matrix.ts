// Second moments of rows about a point, on the smaller side: [d, d] Σ_i r_i r_iᵀ, or [n, n] ⟨r_i, r_j⟩ where n < d. Both have
// the same non-zero eigenvalues.

import { forEachBlock } from "@nce-geometry/energy";
import type { Rows, RunControl } from "@nce-geometry/tensor";
import { EVD, Matrix } from "ml-matrix";
import { denseSingularValues } from "./dense-singular-values.ts";

export interface ScatterMatrix {
  readonly side: "columns" | "rows";
  /** d or n. */
  readonly size: number;
  /** [size, size], row-major, symmetric. */
  readonly data: Float64Array;
  /** n, all sets together. */
  readonly rows: number;
}

/** Rows with the factor that their differences from the centre are multiplied by. */
export interface ScaledRows {
  readonly rows: Rows;
  readonly scale: number;
}

/** Σ_i s²(r_i − centre)(r_i − centre)ᵀ over the rows of all sets, or their Gram matrix where that is smaller. */
export async function scatterMatrix(
  sets: readonly ScaledRows[],
  centre: Float64Array,
  control: RunControl,
): Promise<ScatterMatrix> {
  const dim = centre.length;
  const n = rowsOf(sets);
  return n < dim ? gramMatrix(await centredRows(sets, centre, control), n, dim) : columnScatter(sets, centre, control);
}

function rowsOf(sets: readonly ScaledRows[]): number {
  return sets.reduce((sum, { rows }) => sum + rows.rows, 0);
}

/**
 * Eigenvalues of a scatter matrix, descending.
 *
 * Numerics: as the singular values of the matrix, without vectors, to a few size·ε·λ₁; what is below that is set to 0, being
 *           rounding, as is everything where the trace is that of n equal unit rows, whose centroid is known to n·ε.
 *           Cost: O(size³), about 0.7 s at 500.
 */
export function eigenvaluesOf(scatter: ScatterMatrix): Float64Array {
  const { size, data } = scatter;
  return withoutRounding(denseSingularValues(data, size, size), scatter);
}

export interface Eigen {
  /** Descending. */
  readonly values: Float64Array;
  /** The vector of eigenvalue number k. */
  vector(k: number): Float64Array;
}

/** Eigenvalues as {@link eigenvaluesOf}, with vectors. */
export function eigenOf(scatter: ScatterMatrix): Eigen {
  const { size, data } = scatter;
  const decomposition = new EVD(Matrix.from1DArray(size, size, data), { assumeSymmetric: true });
  const unsorted = decomposition.realEigenvalues;
  const order = Array.from(unsorted, (_, k) => k).sort((a, b) => unsorted[b]! - unsorted[a]!);
  return {
    values: withoutRounding(
      Float64Array.from(order, (k) => unsorted[k]!),
      scatter,
    ),
    vector: (k) => Float64Array.from(decomposition.eigenvectorMatrix.getColumn(order[k]!)),
  };
}

function withoutRounding(values: Float64Array, { size, rows }: ScatterMatrix): Float64Array {
  const trace = values.reduce((sum, value) => sum + value, 0);
  const floor = isRounding(trace, rows) ? Number.POSITIVE_INFINITY : size * Number.EPSILON * values[0]!;
  return values.map((value) => (value > floor ? value : 0));
}

/** Whether a sum of squares about the centroid is that of n equal unit rows, whose centroid is known to n·ε. */
export function isRounding(sumOfSquares: number, rows: number): boolean {
  return sumOfSquares <= rows * (rows * Number.EPSILON) ** 2;
}

/** The rows minus the centre, scaled, in memory. */
export async function centredRows(
  sets: readonly ScaledRows[],
  centre: Float64Array,
  control: RunControl,
): Promise<Float64Array> {
  const dim = centre.length;
  const data = new Float64Array(rowsOf(sets) * dim);
  let at = 0;
  for (const { rows, scale } of sets) {
    await forEachBlock(rows, control, (block, _start, count) => {
      for (let i = 0; i < count * dim; i++) data[at++] = scale * (block[i]! - centre[i % dim]!);
    });
  }
  return data;
}

function gramMatrix(rows: Float64Array, n: number, dim: number): ScatterMatrix {
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < dim; k++) sum += rows[i * dim + k]! * rows[j * dim + k]!;
      data[i * n + j] = sum;
      data[j * n + i] = sum;
    }
  }
  return { side: "rows", size: n, data, rows: n };
}

/** Rows taken in fours, so that each entry of the matrix is loaded and stored once for four products. */
const together = 4;

/** The same as a matrix [d, d] in any case. */
export async function columnScatter(
  sets: readonly ScaledRows[],
  centre: Float64Array,
  control: RunControl,
): Promise<ScatterMatrix> {
  const dim = centre.length;
  const data = new Float64Array(dim * dim);
  const group = new Float64Array(together * dim);
  for (const { rows, scale } of sets) {
    await forEachBlock(rows, control, (block, _start, count) => {
      for (let i = 0; i < count; i += together) {
        const filled = Math.min(together, count - i) * dim;
        for (let k = 0; k < filled; k++) group[k] = scale * (block[i * dim + k]! - centre[k % dim]!);
        group.fill(0, filled);
        addOuterProducts(data, group, dim);
      }
    });
  }
  for (let a = 0; a < dim; a++) for (let b = 0; b < a; b++) data[b * dim + a] = data[a * dim + b]!;
  return { side: "columns", size: dim, data, rows: rowsOf(sets) };
}

/** Adds the lower triangle of Σ r rᵀ over a group of rows. */
function addOuterProducts(data: Float64Array, group: Float64Array, dim: number): void {
  for (let a = 0; a < dim; a++) {
    const [r0, r1, r2, r3] = [group[a]!, group[dim + a]!, group[2 * dim + a]!, group[3 * dim + a]!];
    for (let b = 0; b <= a; b++) {
      data[a * dim + b]! += r0 * group[b]! + r1 * group[dim + b]! + r2 * group[2 * dim + b]! + r3 * group[3 * dim + b]!;
    }
  }
}
