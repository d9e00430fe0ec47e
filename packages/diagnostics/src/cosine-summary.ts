// Cosines of matched pairs against those of unmatched ones, across and within modalities.

import {
  assertPairedUnitRows,
  createUncertainty,
  type Estimate,
  type Uncertainty,
  type UncertaintyOptions,
} from "@nce-geometry/energy";
import { meanOfArray, type Rows, type RunControl } from "@nce-geometry/tensor";
import type { CosineSummary } from "./pair-analysis.ts";
import { type ModalityProducts, type PairProducts, pairProducts } from "./pair-products.ts";

/**
 * Mean cosines of matched pairs, of unmatched pairs, and of different rows within a modality; alignment.
 *
 * Math:     matched mean_i ⟨x_i, y_i⟩;  unmatched mean_{i≠j} ⟨x_i, y_j⟩;  within mean_{i≠j} ⟨x_i, x_j⟩;
 *           alignment mean_i ‖x_i − y_i‖².
 * Shapes:   x, y [n, d] of unit rows → record.
 * Domain:   n ≥ 2.
 * Limits:   x = y → matched 1, alignment 0, unmatched = within;  orthonormal rows → within 0.
 * Numerics: sums over pairs from centroids, mean_{i≠j} = (n²‖μ‖² − Σ‖x_i‖²)/(n(n−1)): exact to rounding, O(nd).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   alignment: Wang and Isola, Understanding Contrastive Representation Learning, ICML 2020.
 */
export async function cosineSummary(
  x: Rows,
  y: Rows,
  options: UncertaintyOptions & RunControl = {},
): Promise<CosineSummary> {
  await assertPairedUnitRows("cosineSummary", x, y, options);
  return cosinesOf(await pairProducts(x, y, options), createUncertainty("cosineSummary", x.rows, options));
}

/**
 * ⟨x_i, y_i⟩ of each matched pair.
 *
 * Shapes:   x, y [n, d] of unit rows → [n].
 * Domain:   n ≥ 2.
 * Limits:   x = y → 1;  y = −x → −1.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   classical.
 */
export async function pairCosines(x: Rows, y: Rows, control: RunControl = {}): Promise<Float64Array> {
  await assertPairedUnitRows("pairCosines", x, y, control);
  return (await pairProducts(x, y, control)).matched;
}

/** The summary from the products of {@link pairProducts}. */
export function cosinesOf(products: PairProducts, uncertainty: Uncertainty): CosineSummary {
  const { x, y, matched, squaredDistance } = products;
  return {
    matched: uncertainty.mean(matched, "1"),
    matchedDeviation: deviation(matched, uncertainty),
    unmatched: meanOverPairs(unmatchedRowMeans(products), uncertainty),
    within: { x: meanOverPairs(withinRowMeans(x), uncertainty), y: meanOverPairs(withinRowMeans(y), uncertainty) },
    alignment: uncertainty.mean(squaredDistance, "chord²"),
  };
}

/** mean_{j≠i} ⟨x_i, x_j⟩ of each row. */
export function withinRowMeans({ own, self }: ModalityProducts): Float64Array {
  const n = own.length;
  return own.map((value, i) => (n * value - self[i]!) / (n - 1));
}

/** mean_{j≠i} ½(⟨x_i, y_j⟩ + ⟨x_j, y_i⟩) of each pair. */
function unmatchedRowMeans({ n, x, y, matched }: PairProducts): Float64Array {
  return matched.map((value, i) => (n * (x.other[i]! + y.other[i]!) - 2 * value) / (2 * (n - 1)));
}

/** The mean over ordered pairs i ≠ j from each row's own mean: a U-statistic of degree 2, hence the factor 2. */
function meanOverPairs(rowMeans: Float64Array, uncertainty: Uncertainty): Estimate {
  const value = meanOfArray(rowMeans);
  return uncertainty.fromInfluence(
    value,
    rowMeans.map((mean) => 2 * (mean - value)),
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
