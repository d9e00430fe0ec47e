// Points about given points of the sphere.

import { vonMisesFisher } from "@nce-geometry/manifold";
import type { Random, RowMatrix } from "@nce-geometry/tensor";
import { dot, makeRows, rowOf } from "./rows.ts";

/** n samples of vMF(e_d, κ). */
export function sampleAroundAxis(random: Random, rows: number, dim: number, concentration: number): RowMatrix {
  const meanDirection = new Float64Array(dim).with(dim - 1, 1);
  return vonMisesFisher({ meanDirection, concentration }).rows.sample(random, rows);
}

/** One sample of vMF(c_i, κ) for each row c_i. */
export function sampleAround(random: Random, centres: RowMatrix, concentration: number): RowMatrix {
  const { rows, dim } = centres;
  const sample = sampleAroundAxis(random, rows, dim, concentration);
  return makeRows(rows, dim, (row, i) => {
    row.set(rowOf(sample, i));
    reflectAxisTo(row, rowOf(centres, i));
  });
}

/** exp_{x_i}(σg_i), g_i standard normal in the tangent space at x_i. */
export function tangentNoise(random: Random, points: RowMatrix, scale: number): RowMatrix {
  const { rows, dim } = points;
  const noise = random.normal(rows * (dim - 1));
  return makeRows(rows, dim, (row, i) => {
    row.set(noise.subarray(i * (dim - 1), (i + 1) * (dim - 1)));
    const length = Math.sqrt(dot(row, row));
    const factor = length === 0 ? scale : Math.sin(scale * length) / length;
    for (let k = 0; k < dim - 1; k++) row[k]! *= factor;
    row[dim - 1] = Math.cos(scale * length);
    reflectAxisTo(row, rowOf(points, i));
  });
}

/** Applies to `vector` the reflection that exchanges e_d and the unit vector `target`, in place. */
function reflectAxisTo(vector: Float64Array, target: Float64Array): void {
  const last = vector.length - 1;
  // The mirror's normal is e_d − target; its squared length is 2(1 − target_d).
  let [along, square] = [0, 0];
  for (let k = 0; k <= last; k++) {
    const normal = (k === last ? 1 : 0) - target[k]!;
    along += normal * vector[k]!;
    square += normal * normal;
  }
  if (square === 0) return;
  const factor = (2 * along) / square;
  for (let k = 0; k <= last; k++) vector[k]! -= factor * ((k === last ? 1 : 0) - target[k]!);
}
