// The modality gap: how far apart two paired clouds of unit vectors lie as wholes.
// Notation: μ_X, μ_Y centroids, Δ = μ_X − μ_Y, d_i = x_i − y_i.

import {
  assertPairedUnitRows,
  createUncertainty,
  type Estimate,
  type Uncertainty,
  type UncertaintyOptions,
} from "@nce-geometry/energy";
import { meanOfArray, type Rows, type RunControl, sumOfArray } from "@nce-geometry/tensor";
import { withinRowMeans } from "./cosine-summary.ts";
import type { ModalityGap } from "./pair-analysis.ts";
import { dot, type ModalityProducts, type PairProducts, pairProducts } from "./pair-products.ts";

/**
 * Distance of the centroids, their norms and cosine, and the gap relative to the spread within each modality.
 *
 * Math:     centroid ‖μ_X − μ_Y‖;  floor √(Σ_i ‖d_i − Δ‖²/(n(n−1)));  relative p/(p + ½(w_X + w_Y)),
 *           p = mean_i ‖x_i − y_i‖²/4, w = mean_{i≠j} (1 − ⟨x_i, x_j⟩)/2.
 * Shapes:   x, y [n, d] of unit rows → record.
 * Domain:   n ≥ 2.
 * Limits:   x = y → centroid 0, relative 0;  independent uniform modalities → relative ½;
 *           all x_i = a, all y_i = b → centroid ‖a − b‖, floor 0, relative 1.
 * Numerics: one rounding per addition, O(nd); standard errors by linearisation. Noise lengthens a distance of means, so the
 *           intervals of lengths are those of the population's, √(centroid² − floor²), and begin at 0 where there is no gap.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   centroid: Liang et al., Mind the Gap, NeurIPS 2022; relative: Schrodi et al., Two Effects, One Trigger, ICLR 2025.
 */
export async function modalityGap(
  x: Rows,
  y: Rows,
  options: UncertaintyOptions & RunControl = {},
): Promise<ModalityGap> {
  await assertPairedUnitRows("modalityGap", x, y, options);
  return gapOf(await pairProducts(x, y, options), createUncertainty("modalityGap", x.rows, options));
}

/** The gap from the products of {@link pairProducts}. */
export function gapOf(products: PairProducts, uncertainty: Uncertainty): ModalityGap {
  const { n, x, y } = products;
  const difference = x.centroid.map((value, k) => value - y.centroid[k]!);
  const centroid = Math.sqrt(dot(difference, difference));
  // Rounding may leave a tiny negative number where all differences are equal.
  const scatter = Math.max(0, sumOfArray(products.squaredDistance) - n * centroid ** 2);
  const along = x.own.map((own, i) => own - x.other[i]! - y.other[i]! + y.own[i]!);
  const floorSquared = scatter / (n * (n - 1));
  return {
    centroid: uncertainty.lengthOfMean(centroid, along, floorSquared, "chord"),
    centroidFloor: Math.sqrt(floorSquared),
    centroidNorm: { x: centroidNorm(x, uncertainty), y: centroidNorm(y, uncertainty) },
    centroidCosine: centroidCosine(products, uncertainty),
    relative: relativeGap(products, uncertainty),
  };
}

function centroidNorm({ centroid, own }: ModalityProducts, uncertainty: Uncertainty): Estimate {
  const square = dot(centroid, centroid);
  // Unit rows about their centroid: Σ‖x_i − μ‖² = n(1 − ‖μ‖²).
  const floorSquared = Math.max(0, 1 - square) / (uncertainty.samples - 1);
  return uncertainty.lengthOfMean(Math.sqrt(square), own, floorSquared, "chord");
}

function centroidCosine({ x, y }: PairProducts, uncertainty: Uncertainty): Estimate | null {
  const a = Math.sqrt(dot(x.centroid, x.centroid));
  const b = Math.sqrt(dot(y.centroid, y.centroid));
  if (Math.min(a, b) <= 8 * Number.EPSILON) return null;
  const cosine = dot(x.centroid, y.centroid) / (a * b);
  const influence = x.own.map(
    (_, i) => (x.other[i]! / b - (cosine * x.own[i]!) / a) / a + (y.other[i]! / a - (cosine * y.own[i]!) / b) / b,
  );
  return uncertainty.fromInfluence(cosine, influence, "1");
}

function relativeGap(products: PairProducts, uncertainty: Uncertainty): Estimate | null {
  const { x, y, squaredDistance } = products;
  const [withinX, withinY] = [withinRowMeans(x), withinRowMeans(y)];
  const pair = meanOfArray(squaredDistance) / 4;
  const within = (2 - meanOfArray(withinX) - meanOfArray(withinY)) / 4;
  const whole = pair + within;
  if (whole <= 16 * Number.EPSILON) return null;
  const influence = squaredDistance.map((squared, i) => {
    const ofPair = squared / 4 - pair;
    const ofWithin = 2 * ((2 - withinX[i]! - withinY[i]!) / 4 - within);
    return (within * ofPair - pair * ofWithin) / whole ** 2;
  });
  return uncertainty.fromInfluence(pair / whole, influence, "1");
}
