// Two paired modalities whose gap is known beforehand. Latent points u_i are uniform on the sphere S^{d−2}; their images
// and their texts live on two parallel bands of S^{d−1}, around the heights ±h:
//   x_i = (√(1 − a_i²) · u_i, a_i),  y_i = (√(1 − b_i²) · v_i, b_i),  a_i, b_i uniform within ±w of h and of −h,
//   v_i = (u_i + σ g_i)/‖u_i + σ g_i‖,  g_i ~ N(0, I).
// Since E u = E v = 0, the centroids of the two populations are exactly 2h apart, however well the pairs match.

import { InputError, type Random, type RowMatrix } from "@nce-geometry/tensor";

export interface DemoDataOptions {
  /** Pairs, at least 2. */
  readonly pairs: number;
  /** Dimension d of the embeddings, at least 3. */
  readonly dim: number;
  /** Distance 2h of the two population centroids, ≥ 0. */
  readonly centroidGap: number;
  /** Half-width w of the bands, ≥ 0 with h + w ≤ 1. */
  readonly bandWidth: number;
  /** Standard deviation σ of each coordinate of the mismatch between a latent and its partner. */
  readonly mismatch: number;
}

export interface DemoData {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
}

/** Draws the pairs; the same random stream gives the same rows. Throws InputError E_OPTION outside the stated domains. */
export function demoData(random: Random, options: DemoDataOptions): DemoData {
  const { pairs, dim, centroidGap, bandWidth, mismatch } = options;
  const height = centroidGap / 2;
  assertDomain("pairs", Number.isInteger(pairs) && pairs >= 2, "an integer >= 2", pairs);
  assertDomain("dim", Number.isInteger(dim) && dim >= 3, "an integer >= 3", dim);
  assertDomain("centroidGap", centroidGap >= 0 && centroidGap <= 2, "a number in [0, 2]", centroidGap);
  assertDomain("bandWidth", bandWidth >= 0 && height + bandWidth <= 1, "a number in [0, 1 − centroidGap/2]", bandWidth);
  assertDomain("mismatch", mismatch >= 0 && Number.isFinite(mismatch), "a finite number >= 0", mismatch);

  const latent = random.split("latent").normal(pairs * (dim - 1));
  const noise = random.split("mismatch").normal(pairs * (dim - 1));
  const band = { low: height - bandWidth, high: height + bandWidth };
  const heightsOf = (name: string) =>
    bandWidth > 0 ? random.split(name).uniform(pairs, band) : new Float64Array(pairs).fill(height);
  const [above, below] = [heightsOf("height of x"), heightsOf("height of y")];
  const x = new Float64Array(pairs * dim);
  const y = new Float64Array(pairs * dim);
  for (let i = 0; i < pairs; i++) {
    const u = unit(latent.subarray(i * (dim - 1), (i + 1) * (dim - 1)));
    const offset = i * (dim - 1);
    const v = unit(u.map((value, k) => value + mismatch * noise[offset + k]!));
    placeAtHeight(x, i * dim, u, above[i]!);
    placeAtHeight(y, i * dim, v, -below[i]!);
  }
  return { x: { rows: pairs, dim, data: x }, y: { rows: pairs, dim, data: y } };
}

function unit(vector: Float64Array): Float64Array {
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

function placeAtHeight(target: Float64Array, start: number, direction: Float64Array, height: number): void {
  const radius = Math.sqrt((1 - height) * (1 + height));
  for (let k = 0; k < direction.length; k++) target[start + k] = radius * direction[k]!;
  target[start + direction.length] = height;
}

function assertDomain(argument: keyof DemoDataOptions, holds: boolean, expected: string, received: number): void {
  if (!holds)
    throw new InputError({ code: "E_OPTION", where: "demoData", argument, expected, received: String(received) });
}
