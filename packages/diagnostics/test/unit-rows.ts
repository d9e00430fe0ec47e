// Sets of unit rows for tests: random ones from a seed, and the moves under which every measure must stay.

import { createRandom, type RowMatrix } from "@nce-geometry/tensor";

/** n independent rows uniform on the sphere, or around `centre` (added before normalising). */
export function randomRows(seed: number, n: number, dim: number, centre: readonly number[] = []): RowMatrix {
  const data = createRandom(seed).normal(n * dim);
  return unitRows(
    Array.from({ length: n }, (_, i) =>
      Array.from(data.subarray(i * dim, (i + 1) * dim), (v, k) => v + (centre[k] ?? 0)),
    ),
  );
}

/** Rows of x moved by noise of the given size, then normalised: imperfect matches. */
export function noisyCopy(seed: number, x: RowMatrix, noise: number, offset: readonly number[] = []): RowMatrix {
  const { rows, dim } = x;
  const shift = createRandom(seed).normal(rows * dim);
  return unitRows(
    Array.from({ length: rows }, (_, i) =>
      Array.from({ length: dim }, (_, k) => x.data[i * dim + k]! + noise * shift[i * dim + k]! + (offset[k] ?? 0)),
    ),
  );
}

export function unitRows(rows: readonly (readonly number[])[]): RowMatrix {
  const dim = rows[0]!.length;
  const data = Float64Array.from(rows.flatMap((row) => row.map((value) => value / Math.hypot(...row))));
  return { rows: rows.length, dim, data };
}

/** The same row n times. */
export function equalRows(row: readonly number[], n: number): RowMatrix {
  return unitRows(Array.from({ length: n }, () => row));
}

/** e_from … e_{from + n − 1} in R^dim. */
export function axisRows(n: number, dim: number, from = 0): RowMatrix {
  return unitRows(Array.from({ length: n }, (_, i) => Array.from({ length: dim }, (_, k) => (k === from + i ? 1 : 0))));
}

/** Row i of the result is row order[i]; rows may be repeated. */
export function permuteRows({ dim, data }: RowMatrix, order: ArrayLike<number>): RowMatrix {
  const rows = order.length;
  const moved = new Float64Array(rows * dim);
  for (let i = 0; i < rows; i++) moved.set(data.subarray(order[i]! * dim, (order[i]! + 1) * dim), i * dim);
  return { rows, dim, data: moved };
}

/** Without row i. */
export function dropRow({ rows, dim, data }: RowMatrix, i: number): RowMatrix {
  const kept = Array.from(data).filter((_, at) => Math.floor(at / dim) !== i);
  return { rows: rows - 1, dim, data: Float64Array.from(kept) };
}

/** Three reflections in random hyperplanes: an orthogonal map, the same for the same seed and dimension. */
export function turnRows(seed: number, { rows, dim, data }: RowMatrix): RowMatrix {
  const turned = Float64Array.from(data);
  for (let step = 0; step < 3; step++) {
    const axis = randomRows(seed + step, 1, dim).data;
    for (let i = 0; i < rows; i++) {
      let along = 0;
      for (let k = 0; k < dim; k++) along += turned[i * dim + k]! * axis[k]!;
      for (let k = 0; k < dim; k++) turned[i * dim + k]! -= 2 * along * axis[k]!;
    }
  }
  return { rows, dim, data: turned };
}

export function rowOf({ dim, data }: RowMatrix, i: number): Float64Array {
  return Float64Array.from(data.subarray(i * dim, (i + 1) * dim));
}

export function inner(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + value * b[k]!, 0);
}

/** Mean of f(a_i, b_j) over all pairs, or over i ≠ j. */
export function meanOverPairs(
  a: RowMatrix,
  b: RowMatrix,
  f: (cosine: number) => number,
  diagonal: "include" | "exclude" = "include",
): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      if (diagonal === "exclude" && i === j) continue;
      sum += f(inner(rowOf(a, i), rowOf(b, j)));
      count++;
    }
  }
  return sum / count;
}

/** ‖x − y‖ of unit vectors with the given cosine. */
export function chordOf(cosine: number): number {
  return Math.sqrt(Math.max(0, 2 - 2 * cosine));
}

/** Mean and standard error of the mean. */
export function meanAndError(values: readonly number[]): { mean: number; error: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return { mean, error: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n * (n - 1))) };
}
