import type { Random } from "@nce-geometry/tensor";
import type { Float64Rows } from "../manifold.ts";
import { zeroRows } from "../rows/float64-rows.ts";
import { sampleVersines } from "./sample-versines.ts";

/** n rows of the von Mises–Fisher law around a unit vector. Unchecked. */
export function sampleAround(random: Random, n: number, direction: Float64Array, concentration: number): Float64Rows {
  const d = direction.length;
  const versines = sampleVersines(random, n, d, concentration);
  const normals = random.normal(n * (d - 1));
  const rows = zeroRows(n, d);
  const reflection = reflectionTo(direction);
  for (let i = 0; i < n; i++) {
    const row = rows.data.subarray(i * d, (i + 1) * d);
    const versine = versines[i]!;
    const tangent = unitVector(random, normals.subarray(i * (d - 1), (i + 1) * (d - 1)));
    const sine = Math.sqrt(versine * (2 - versine));
    row[0] = 1 - versine;
    for (let k = 1; k < d; k++) row[k] = sine * tangent[k - 1]!;
    reflect(row, reflection);
  }
  return rows;
}

/** The vector divided by its length, in place; drawn anew in the event, of probability 0, that it has none. */
function unitVector(random: Random, vector: Float64Array): Float64Array {
  let squares = vector.reduce((sum, x) => sum + x * x, 0);
  while (squares === 0) {
    vector.set(random.normal(vector.length));
    squares = vector.reduce((sum, x) => sum + x * x, 0);
  }
  const scale = 1 / Math.sqrt(squares);
  for (let k = 0; k < vector.length; k++) vector[k]! *= scale;
  return vector;
}

interface Reflection {
  /** Normal of the mirror, of squared length `squares`. */
  readonly normal: Float64Array;
  readonly squares: number;
  readonly sign: 1 | -1;
}

/** The orthogonal map, a Householder reflection up to sign, that takes the first axis to the direction; the sign avoids cancellation. */
function reflectionTo(direction: Float64Array): Reflection {
  const sign = direction[0]! > 0 ? -1 : 1;
  const normal = Float64Array.from(direction);
  normal[0]! -= sign;
  // ‖μ ∓ e₁‖² = 2 ∓ 2μ₁ for a unit vector.
  return { normal, squares: 2 * (1 + Math.abs(direction[0]!)), sign };
}

function reflect(row: Float64Array, { normal, squares, sign }: Reflection): void {
  const product = row.reduce((sum, x, k) => sum + x * normal[k]!, 0);
  for (let k = 0; k < row.length; k++) row[k] = sign * (row[k]! - (2 * product * normal[k]!) / squares);
}
