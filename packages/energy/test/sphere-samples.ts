// Samples on spheres for tests: laws with known answers, and the moves under which every measure must stay.

import { type VonMisesFisher, vonMisesFisher } from "@nce-geometry/manifold";
import { createRandom, type RowMatrix } from "@nce-geometry/tensor";

/** The von Mises–Fisher law around (cos angle, sin angle, 0, …). */
export function lawAt(dim: number, concentration: number, angle = 0): VonMisesFisher {
  const meanDirection = new Float64Array(dim);
  meanDirection[0] = Math.cos(angle);
  meanDirection[1] = Math.sin(angle);
  return vonMisesFisher({ meanDirection, concentration });
}

export function sampleOf(law: VonMisesFisher, n: number, seed: number): RowMatrix {
  return law.rows.sample(createRandom(seed).split("sample"), n);
}

export function uniformRows(n: number, dim: number, seed: number): RowMatrix {
  return sampleOf(lawAt(dim, 0), n, seed);
}

/** The same row n times. */
export function equalRows(row: readonly number[], n: number): RowMatrix {
  const data = Float64Array.from({ length: n * row.length }, (_, i) => row[i % row.length]!);
  return { rows: n, dim: row.length, data };
}

/** Two reflections in random hyperplanes: a rotation, the same for the same seed and dimension. */
export function rotateRows({ rows, dim, data }: RowMatrix, seed = 1): RowMatrix {
  const turned = Float64Array.from(data);
  for (let step = 0; step < 2; step++) {
    const axis = uniformRows(1, dim, seed + step).data;
    for (let i = 0; i < rows; i++) {
      let along = 0;
      for (let k = 0; k < dim; k++) along += turned[i * dim + k]! * axis[k]!;
      for (let k = 0; k < dim; k++) turned[i * dim + k]! -= 2 * along * axis[k]!;
    }
  }
  return { rows, dim, data: turned };
}

/** Row i of the result is row order[i]. */
export function takeRows({ dim, data }: RowMatrix, order: ArrayLike<number>): RowMatrix {
  const taken = new Float64Array(order.length * dim);
  for (let i = 0; i < order.length; i++) taken.set(data.subarray(order[i]! * dim, (order[i]! + 1) * dim), i * dim);
  return { rows: order.length, dim, data: taken };
}

export function shuffled(x: RowMatrix, seed = 1): RowMatrix {
  return takeRows(x, createRandom(seed).permutation(x.rows));
}

/** Rows of one matrix, then of the other. */
export function stacked(x: RowMatrix, y: RowMatrix): RowMatrix {
  return { rows: x.rows + y.rows, dim: x.dim, data: Float64Array.from([...x.data, ...y.data]) };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation, divisor n − 1. */
export function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
