// Two paired modalities whose gap is known beforehand. Latent points u_i are uniform on the sphere S^{d−2}; their images
// and their texts live on two parallel caps of S^{d−1}, at heights ± sin φ:
//   x_i = (cos φ · u_i, sin φ),   y_i = (cos φ · v_i, −sin φ),   v_i = (u_i + σ g_i)/‖u_i + σ g_i‖,   g_i ~ N(0, I).
// Since E u = E v = 0, the centroids of the two populations are exactly 2 sin φ apart, however well the pairs match.

import { InputError, type Random, type RowMatrix } from "@nce-geometry/tensor";

export interface DemoDataOptions {
  /** Pairs, at least 2. */
  readonly pairs: number;
  /** Dimension d of the embeddings, at least 3. */
  readonly dim: number;
  /** Distance 2 sin φ of the two population centroids, 0 ≤ gap < 2. */
  readonly centroidGap: number;
  /** Standard deviation σ of each coordinate of the mismatch between a latent and its partner. */
  readonly mismatch: number;
}

export interface DemoData {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
}

/** Draws the pairs; the same random stream gives the same rows. Throws InputError E_OPTION outside the stated domains. */
export function demoData(random: Random, options: DemoDataOptions): DemoData {
  const { pairs, dim, centroidGap, mismatch } = options;
  assertDomain("pairs", Number.isInteger(pairs) && pairs >= 2, "an integer >= 2", pairs);
  assertDomain("dim", Number.isInteger(dim) && dim >= 3, "an integer >= 3", dim);
  assertDomain("centroidGap", centroidGap >= 0 && centroidGap < 2, "a number in [0, 2)", centroidGap);
  assertDomain("mismatch", mismatch >= 0 && Number.isFinite(mismatch), "a finite number >= 0", mismatch);

  const height = centroidGap / 2;
  const latent = random.split("latent").normal(pairs * (dim - 1));
  const noise = random.split("mismatch").normal(pairs * (dim - 1));
  const x = new Float64Array(pairs * dim);
  const y = new Float64Array(pairs * dim);
  for (let i = 0; i < pairs; i++) {
    const u = unit(latent.subarray(i * (dim - 1), (i + 1) * (dim - 1)));
    const offset = i * (dim - 1);
    const v = unit(u.map((value, k) => value + mismatch * noise[offset + k]!));
    placeOnCap(x, i * dim, u, height);
    placeOnCap(y, i * dim, v, -height);
  }
  return { x: { rows: pairs, dim, data: x }, y: { rows: pairs, dim, data: y } };
}

function unit(vector: Float64Array): Float64Array {
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

function placeOnCap(target: Float64Array, start: number, direction: Float64Array, height: number): void {
  const radius = Math.sqrt((1 - height) * (1 + height));
  for (let k = 0; k < direction.length; k++) target[start + k] = radius * direction[k]!;
  target[start + direction.length] = height;
}

function assertDomain(argument: keyof DemoDataOptions, holds: boolean, expected: string, received: number): void {
  if (!holds)
    throw new InputError({ code: "E_OPTION", where: "demoData", argument, expected, received: String(received) });
}
