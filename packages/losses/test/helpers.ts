import {
  type Backend,
  createRandom,
  fromArray,
  type RowMatrix,
  referenceBackend,
  type Tensor,
} from "@nce-geometry/tensor";

export type Matrix = readonly (readonly number[])[];

export const backend: Backend = referenceBackend();

/** Machine epsilon of float64. */
export const EPSILON = 2 ** -52;

export function randomRows(seed: number, rows: number, dim: number): number[][] {
  const values = createRandom(seed).normal(rows * dim);
  return Array.from({ length: rows }, (_, i) => [...values.subarray(i * dim, (i + 1) * dim)]);
}

export function unitRows(seed: number, rows: number, dim: number): number[][] {
  return randomRows(seed, rows, dim).map((row) => {
    const norm = Math.hypot(...row);
    return row.map((value) => value / norm);
  });
}

/** Unit rows near those of `rows`, so that positives are better than negatives by an amount of order 1 − noise². */
export function nearby(seed: number, rows: Matrix, noise: number): number[][] {
  const shift = randomRows(seed, rows.length, rows[0]!.length);
  return rows.map((row, i) => {
    const moved = row.map((value, k) => value + noise * shift[i]![k]!);
    const norm = Math.hypot(...moved);
    return moved.map((value) => value / norm);
  });
}

export function identity(n: number): number[][] {
  return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));
}

/** n unit vectors with all inner products −1/(n−1). */
export function simplex(n: number): number[][] {
  const scale = Math.sqrt(n / (n - 1));
  return identity(n).map((row) => row.map((value) => scale * (value - 1 / n)));
}

export function equalRows(n: number, row: readonly number[]): number[][] {
  return Array.from({ length: n }, () => [...row]);
}

export function asRows(matrix: Matrix): RowMatrix {
  return { rows: matrix.length, dim: matrix[0]!.length, data: Float64Array.from(matrix.flat()) };
}

export function asTensor(matrix: Matrix, on: Backend = backend): Tensor {
  return fromArray(on, matrix as number[][]);
}

export function numberOf(x: Tensor): number {
  return x.dataSync()[0]!;
}

/** Rotates the first two coordinates by `angle`, then the last two by twice that. */
export function rotate(matrix: Matrix, angle: number): number[][] {
  return matrix.map((row) => turn(turn([...row], 0, angle), row.length - 2, 2 * angle));
}

function turn(row: number[], at: number, angle: number): number[] {
  const [u, v] = [row[at]!, row[at + 1]!];
  row[at] = Math.cos(angle) * u - Math.sin(angle) * v;
  row[at + 1] = Math.sin(angle) * u + Math.cos(angle) * v;
  return row;
}

/**
 * How many ε the loss of unit rows may be off by, relative to itself: a score of d products is off by d + 2 of them and a
 * difference of two by twice that, τ divides, and the sum over n candidates adds n.
 */
export function growth(sizes: { readonly n: number; readonly d: number; readonly temperature: number }): number {
  return (2 * (sizes.d + 2)) / sizes.temperature + sizes.n + 16;
}

export function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}
