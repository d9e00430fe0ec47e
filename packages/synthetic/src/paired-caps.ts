// Two modalities on two bands of the sphere whose centroids are a given distance apart. Latents u are uniform on S^{d−2}:
//   x = (√(1 − a²) u, a),   y = (√(1 − b²) v, b),   v = (u + σg)/‖u + σg‖,  g ~ N(0, I),
// a uniform within ±w of h, b within ±w of −h. Since E u = E v = 0, the centroids of the populations are 2h apart, however
// well the pairs match.

import type { Random, RowMatrix } from "@nce-geometry/tensor";
import { requireCount, requireNonNegative, requireOption } from "./option-checks.ts";
import { projectedNormalMean } from "./projected-normal.ts";
import { makeRows, normalizeInPlace, rowOf, uniformRows } from "./rows.ts";

export interface PairedCapsOptions {
  readonly kind: "pairedCaps";
  /** Pairs n, at least 2. */
  readonly pairs: number;
  /** Dimension d of the embeddings, at least 3. */
  readonly dim: number;
  /** Distance 2h of the two population centroids, in [0, 2]. @defaultValue 0.85 */
  readonly centroidGap?: number;
  /** Half-width w of the bands, in [0, 1 − h]. @defaultValue 0.1 */
  readonly bandWidth?: number;
  /** Deviation σ of each coordinate of the mismatch between a latent and its partner. @defaultValue 0.3 */
  readonly mismatch?: number;
}

export interface PairedCapsTruth {
  readonly kind: "pairedCaps";
  /** ‖E x − E y‖ = 2h. */
  readonly centroidGap: number;
  /** ‖E x‖ = ‖E y‖ = h. */
  readonly centroidNorm: number;
  /** E⟨x, y⟩ of a pair: (E√(1 − a²))² E⟨u, v⟩ − h². */
  readonly pairCosine: number;
  /** E⟨x, y⟩ of rows that do not match: −h². */
  readonly unmatchedCosine: number;
  /** E⟨x, x'⟩ = h² of different rows of one modality. */
  readonly withinCosine: number;
  /** E‖x − y‖² of a pair. */
  readonly alignment: number;
}

/**
 * Two paired bands with a known gap between their centroids.
 *
 * Shapes:   → x, y [n, d] of unit rows.
 * Limits:   centroidGap = 2 → all x one pole, all y the other;  mismatch = bandWidth = 0 → pairCosine 1 − 2h².
 * Throws:   InputError E_OPTION.
 */
export function generatePairedCaps(
  random: Random,
  options: PairedCapsOptions,
): { readonly x: RowMatrix; readonly y: RowMatrix; readonly truth: PairedCapsTruth } {
  const { pairs, dim, height, bandWidth, mismatch } = resolve(options);
  const latent = uniformRows(random.split("latent"), pairs, dim - 1);
  const noise = random.split("mismatch").normal(pairs * (dim - 1));
  const partner = makeRows(pairs, dim - 1, (row, i) => {
    row.set(rowOf(latent, i));
    for (let k = 0; k < row.length; k++) row[k]! += mismatch * noise[i * row.length + k]!;
    normalizeInPlace(row);
  });
  const heights = (label: string): Float64Array =>
    random
      .split(label)
      .uniform(pairs)
      .map((u) => height + bandWidth * (2 * u - 1));
  return {
    x: onBand(latent, heights("height of x")),
    y: onBand(
      partner,
      heights("height of y").map((depth) => -depth),
    ),
    truth: truthOf(dim, height, bandWidth, mismatch),
  };
}

function resolve(options: PairedCapsOptions) {
  const where = "generatePairedCaps";
  const { pairs, dim, centroidGap = 0.85, bandWidth = 0.1, mismatch = 0.3 } = options;
  const height = centroidGap / 2;
  requireCount(where, "pairs", pairs, 2);
  requireCount(where, "dim", dim, 3);
  requireOption(where, "centroidGap", centroidGap >= 0 && centroidGap <= 2, "a number in [0, 2]", centroidGap);
  const fits = bandWidth >= 0 && height + bandWidth <= 1;
  requireOption(where, "bandWidth", fits, `a number in [0, 1 − centroidGap/2 = ${1 - height}]`, bandWidth);
  requireNonNegative(where, "mismatch", mismatch);
  return { pairs, dim, height, bandWidth, mismatch };
}

function onBand(latent: RowMatrix, heights: Float64Array): RowMatrix {
  return makeRows(latent.rows, latent.dim + 1, (row, i) => {
    const height = heights[i]!;
    const radius = Math.sqrt((1 - height) * (1 + height));
    const direction = rowOf(latent, i);
    for (let k = 0; k < latent.dim; k++) row[k] = radius * direction[k]!;
    row[latent.dim] = height;
  });
}

function truthOf(dim: number, height: number, bandWidth: number, mismatch: number): PairedCapsTruth {
  const matched = meanRadius(height, bandWidth) ** 2 * projectedNormalMean(dim - 1, mismatch);
  const pairCosine = matched - height ** 2;
  return {
    kind: "pairedCaps",
    centroidGap: 2 * height,
    centroidNorm: height,
    pairCosine,
    unmatchedCosine: -(height ** 2),
    withinCosine: height ** 2,
    alignment: 2 - 2 * pairCosine,
  };
}

/** The mean of √(1 − a²) over |a − h| ≤ w. */
function meanRadius(height: number, bandWidth: number): number {
  if (bandWidth < 1e-6) return Math.sqrt((1 - height) * (1 + height));
  const primitive = (a: number): number =>
    (a * Math.sqrt(Math.max(0, (1 - a) * (1 + a))) + Math.asin(Math.min(1, a))) / 2;
  return (primitive(height + bandWidth) - primitive(height - bandWidth)) / (2 * bandWidth);
}
