// The modality gap: how far apart two paired clouds of unit vectors lie as wholes.
// Notation: μ_X, μ_Y centroids, Δ = μ_X − μ_Y, d_i = x_i − y_i.

import {
  createPairUncertainty,
  type Estimate,
  type PairUncertainty,
  type UncertaintyOptions,
} from "@nce-geometry/energy";
import { meanOfArray, type Rows, type RunControl, sumOfArray } from "@nce-geometry/tensor";
import { withinCaptionMeans, withinRowMeans } from "./cosine-summary.ts";
import type { ModalityGap } from "./pair-analysis.ts";
import { dot, type PairProducts, pairProducts } from "./pair-products.ts";
import { assertPairs, type PairingOptions } from "./pairing.ts";

/**
 * Distance of the centroids, their norms and cosine, and the gap relative to the spread within each modality.
 *
 * Math:     centroid ‖μ_X − μ_Y‖;  floor √(Σ_i ‖d_i − Δ‖²/(n(n−1)));  relative p/(p + ½(w_X + w_Y)),
 *           p = mean_i ‖x_i − y_i‖²/4, w = mean_{i≠j} (1 − ⟨x_i, x_j⟩)/2. With a map d_i = x_i − (n/m) Σ y_j over the captions of
 *           item i, p is a mean over captions, and w_Y leaves out captions of one item.
 * Shapes:   x [n, d], y [m, d] of unit rows → record; n = m without `map`.
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
  options: PairingOptions & UncertaintyOptions & RunControl = {},
): Promise<ModalityGap> {
  const pairing = await assertPairs("modalityGap", x, y, options);
  const uncertainty = createPairUncertainty("modalityGap", pairing.n, pairing.owners, options);
  return gapOf(await pairProducts(x, y, pairing, options), uncertainty);
}

/** The gap from the products of {@link pairProducts}. */
export function gapOf(products: PairProducts, uncertainty: PairUncertainty): ModalityGap {
  const { x, y, pairing } = products;
  const { n } = pairing;
  const { ofItems, perItem } = uncertainty;
  const difference = x.centroid.map((value, k) => value - y.centroid[k]!);
  const centroid = Math.sqrt(dot(difference, difference));
  // Rounding may leave a tiny negative number where all differences are equal.
  const scatter = Math.max(0, sumOfArray(products.offset) - n * centroid ** 2);
  const [toX, toOwn] = [perItem(y.other), perItem(y.own)];
  const along = x.own.map((own, i) => own - x.other[i]! - toX[i]! + toOwn[i]!);
  const floorSquared = scatter / (n * (n - 1));
  return {
    centroid: ofItems.lengthOfMean(centroid, along, floorSquared, "chord"),
    centroidFloor: Math.sqrt(floorSquared),
    centroidNorm: { x: itemCentroidNorm(products, uncertainty), y: captionCentroidNorm(products, uncertainty) },
    centroidCosine: centroidCosine(products, uncertainty),
    relative: relativeGap(products, uncertainty),
  };
}

function itemCentroidNorm(
  { pairing: { n }, x: { centroid, own } }: PairProducts,
  { ofItems }: PairUncertainty,
): Estimate {
  const square = dot(centroid, centroid);
  // Unit rows about their centroid: Σ‖x_i − μ‖² = n(1 − ‖μ‖²).
  return ofItems.lengthOfMean(Math.sqrt(square), own, Math.max(0, 1 - square) / (n - 1), "chord");
}

function captionCentroidNorm(
  { pairing: { n, m, owners }, y }: PairProducts,
  { ofCaptions }: PairUncertainty,
): Estimate {
  const { centroid, own, self } = y;
  const square = dot(centroid, centroid);
  // Sums s of the captions of an item, times n/m, about their mean: Σ‖s‖² − n‖μ‖², with Σ‖Σ_j y_j‖² = Σ_j ⟨y_j, own sum⟩.
  const mean = owners ? (sumOfArray(self) * n) / m ** 2 : 1;
  return ofCaptions.lengthOfMean(Math.sqrt(square), own, Math.max(0, mean - square) / (n - 1), "chord");
}

function centroidCosine({ x, y }: PairProducts, uncertainty: PairUncertainty): Estimate | null {
  const a = Math.sqrt(dot(x.centroid, x.centroid));
  const b = Math.sqrt(dot(y.centroid, y.centroid));
  if (Math.min(a, b) <= 8 * Number.EPSILON) return null;
  const cosine = dot(x.centroid, y.centroid) / (a * b);
  const ofX = x.own.map((own, i) => (x.other[i]! / b - (cosine * own) / a) / a);
  const ofY = y.own.map((own, j) => (y.other[j]! / a - (cosine * own) / b) / b);
  return uncertainty.fromInfluences(cosine, ofX, ofY, "1");
}

function relativeGap(products: PairProducts, { ofItems, perItem, weights }: PairUncertainty): Estimate | null {
  const { x, squaredDistance } = products;
  const [withinX, withinY] = [withinRowMeans(x), withinCaptionMeans(products)];
  const pair = meanOfArray(squaredDistance) / 4;
  const [meanX, meanY] = [meanOfArray(withinX), meanOfArray(withinY.weighted)];
  const within = (2 - meanX - meanY) / 4;
  const whole = pair + within;
  if (whole <= 16 * Number.EPSILON) return null;
  const squaredPerItem = perItem(squaredDistance);
  const [cosines, counts] = [perItem(withinY.weighted), perItem(withinY.weights)];
  const influence = squaredPerItem.map((squared, i) => {
    const ofPair = squared / 4 - weights[i]! * pair;
    // Items with more captions than others make more pairs, which are expected to add to the mean.
    const surplus = ((counts[i]! - 1) * (1 - meanY)) / 4;
    const ofWithin = 2 * ((1 + counts[i]! - withinX[i]! - cosines[i]!) / 4 - within - surplus);
    return (within * ofPair - pair * ofWithin) / whole ** 2;
  });
  return ofItems.fromInfluence(pair / whole, influence, "1");
}
