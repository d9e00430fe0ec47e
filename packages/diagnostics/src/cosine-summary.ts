// Cosines of matched pairs against those of unmatched ones, across and within modalities.

import {
  createPairUncertainty,
  type Estimate,
  type PairUncertainty,
  type Uncertainty,
  type UncertaintyOptions,
} from "@nce-geometry/energy";
import { meanOfArray, type Rows, type RunControl } from "@nce-geometry/tensor";
import type { CosineSummary } from "./pair-analysis.ts";
import { type ModalityProducts, type PairProducts, pairProducts } from "./pair-products.ts";
import { assertPairs, captionCount, ownerOf, type PairingOptions } from "./pairing.ts";

/**
 * Mean cosines of matched pairs, of unmatched pairs, and of different rows within a modality; alignment.
 *
 * Math:     matched mean_i ⟨x_i, y_i⟩;  unmatched mean_{i≠j} ⟨x_i, y_j⟩;  within mean_{i≠j} ⟨x_i, x_j⟩;
 *           alignment mean_i ‖x_i − y_i‖². With a map matched pairs are the captions with their items, and no pair of an item and
 *           its own caption or of two captions of one item counts as unmatched or within.
 * Shapes:   x [n, d], y [m, d] of unit rows → record; n = m without `map`.
 * Domain:   n ≥ 2.
 * Limits:   x = y → matched 1, alignment 0, unmatched = within;  orthonormal rows → within 0.
 * Numerics: sums over pairs from centroids, mean_{i≠j} = (n²‖μ‖² − Σ‖x_i‖²)/(n(n−1)): exact to rounding, O(nd).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   alignment: Wang and Isola, Understanding Contrastive Representation Learning, ICML 2020.
 */
export async function cosineSummary(
  x: Rows,
  y: Rows,
  options: PairingOptions & UncertaintyOptions & RunControl = {},
): Promise<CosineSummary> {
  const pairing = await assertPairs("cosineSummary", x, y, options);
  const uncertainty = createPairUncertainty("cosineSummary", pairing.n, pairing.owners, options);
  return cosinesOf(await pairProducts(x, y, pairing, options), uncertainty);
}

/**
 * ⟨x_i, y_i⟩ of each matched pair.
 *
 * Shapes:   x [n, d], y [m, d] of unit rows → [m], one for each row of y; n = m without `map`.
 * Domain:   n ≥ 2.
 * Limits:   x = y → 1;  y = −x → −1.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   classical.
 */
export async function pairCosines(x: Rows, y: Rows, options: PairingOptions & RunControl = {}): Promise<Float64Array> {
  const pairing = await assertPairs("pairCosines", x, y, options);
  return (await pairProducts(x, y, pairing, options)).matched;
}

/** The summary from the products of {@link pairProducts}. */
export function cosinesOf(products: PairProducts, uncertainty: PairUncertainty): CosineSummary {
  const { x, matched, squaredDistance } = products;
  const { ofItems, ofCaptions } = uncertainty;
  return {
    matched: ofCaptions.mean(matched, "1"),
    matchedDeviation: deviation(matched, ofCaptions),
    unmatched: meanOverPairs(unmatchedItemMeans(products, uncertainty), ofItems),
    within: {
      x: meanOverPairs(evenly(withinRowMeans(x)), ofItems),
      y: meanOverPairs(withinCaptionMeans(products), ofCaptions),
    },
    alignment: ofCaptions.mean(squaredDistance, "chord²"),
  };
}

/** Means over the pairs of each row, and how many pairs it has over the average. */
export interface RowMeans {
  readonly weights: Float64Array;
  /** Mean times weight: their mean is that over all pairs. */
  readonly weighted: Float64Array;
}

/** mean_{j≠i} ⟨x_i, x_j⟩ of each row. */
export function withinRowMeans({ own, self }: ModalityProducts): Float64Array {
  const n = own.length;
  return own.map((value, i) => (n * value - self[i]!) / (n - 1));
}

/** The mean of ⟨y_j, y_k⟩ over the captions k of other items, for each caption. */
export function withinCaptionMeans({ pairing, y: { own, self } }: PairProducts): RowMeans {
  const { n, m } = pairing;
  let pairs = m ** 2;
  for (let i = 0; i < n; i++) pairs -= captionCount(pairing, i) ** 2;
  const others = Float64Array.from(own, (_, j) => m - captionCount(pairing, ownerOf(pairing, j)));
  const weights = others.map((count) => (count * m) / pairs);
  return { weights, weighted: own.map((value, j) => ((m * value - self[j]!) / others[j]!) * weights[j]!) };
}

/** The mean over the unmatched pairs in which each item or one of its captions takes part. */
function unmatchedItemMeans(
  { pairing: { n }, x, y, matched }: PairProducts,
  { perItem, weights: captions }: PairUncertainty,
): RowMeans {
  const [toX, matches] = [perItem(y.other), perItem(matched)];
  // Of m pairs as an item and c(n − 1) with its captions, less c with itself; in units of m/n.
  const pairs = captions.map((weight) => n + weight * (n - 2));
  const weights = pairs.map((count) => count / (2 * (n - 1)));
  const means = matches.map((match, i) => (n * (x.other[i]! + toX[i]!) - 2 * match) / pairs[i]!);
  return { weights, weighted: means.map((mean, i) => mean * weights[i]!) };
}

function evenly(rowMeans: Float64Array): RowMeans {
  return { weights: new Float64Array(rowMeans.length).fill(1), weighted: rowMeans };
}

/** The mean over ordered pairs from each row's own mean: a U-statistic of degree 2, hence the factor 2. */
function meanOverPairs({ weights, weighted }: RowMeans, uncertainty: Uncertainty): Estimate {
  const value = meanOfArray(weighted);
  return uncertainty.fromInfluence(
    value,
    weighted.map((mean, i) => 2 * (mean - weights[i]! * value)),
    "1",
  );
}

function deviation(values: Float64Array, uncertainty: Uncertainty): Estimate {
  const mean = meanOfArray(values);
  const squares = values.map((value) => (value - mean) ** 2);
  const variance = meanOfArray(squares);
  const sigma = Math.sqrt(variance);
  const influence = squares.map((square) => (sigma === 0 ? 0 : (square - variance) / (2 * sigma)));
  return uncertainty.fromInfluence(sigma, influence, "1");
}
