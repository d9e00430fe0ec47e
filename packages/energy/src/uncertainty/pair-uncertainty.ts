// Uncertainty where one row of x, an item, has several rows of y, its captions. Captions of one item are alike and come into the
// sample together, so that the independent unit is the item: θ̂ ≈ θ + (1/n) Σ_i ( ψ(i) + (n/m) Σ_{j of i} φ(j) ).

import { meanOfArray } from "@nce-geometry/tensor";
import type { Estimate, Unit } from "../estimate.ts";
import { quantileOfSorted } from "./bootstrap-resampling.ts";
import { normalQuantile } from "./normal-quantile.ts";
import {
  createUncertainty,
  orderStatistics,
  resolveUncertainty,
  standardErrorOfMean,
  type Uncertainty,
  type UncertaintyOptions,
  wilson,
} from "./uncertainty.ts";

/** Makes estimates from numbers per item, per caption, or both. */
export interface PairUncertainty {
  /** From one number per item. */
  readonly ofItems: Uncertainty;
  /** From one number per caption, captions of one item being no independent samples. Their `samples` are items. */
  readonly ofCaptions: Uncertainty;
  /** A statistic with the influence of each item [n] and of each caption [m], both of mean 0. */
  fromInfluences(value: number, ofX: Float64Array, ofY: Float64Array, unit: Unit): Estimate;
  /** mean_i of one number per item + mean_j of one number per caption. */
  meanOfBoth(ofX: Float64Array, ofY: Float64Array, unit: Unit): Estimate;
  /** Captions of each item over the mean number, c_i·n/m. */
  readonly weights: Float64Array;
  /** (n/m) Σ over the captions of each item, [m] → [n]; the values themselves where each item has the caption of its index. */
  perItem(ofCaptions: Float64Array): Float64Array;
}

/**
 * An estimator of uncertainty for n ≥ 2 items and their captions.
 *
 * Shapes:   `owners` [m]: item of each caption; without it caption i is that of item i, and n = m.
 * Limits:   one caption of each item, in order → the intervals and draws of `createUncertainty`.
 * Numerics: standard errors are those of ratio estimators, by linearisation; the bootstrap draws items with all their captions.
 *           Wilson's intervals and order statistics take m over the design effect, the variance with clusters over the variance
 *           without, as the number of samples: at most m, and n where no caption differs from another.
 * Source:   L. Kish, Survey Sampling, 1965, for the design effect.
 */
export function createPairUncertainty(
  where: string,
  items: number,
  owners: Int32Array | undefined,
  options: UncertaintyOptions,
): PairUncertainty {
  const ofItems = createUncertainty(where, items, options);
  const perItem = owners
    ? (values: Float64Array) => sumsPerItem(values, owners, items)
    : (values: Float64Array) => values;
  const ofCaptions = owners
    ? clusteredUncertainty(ofItems, perItem, owners.length, resolveUncertainty(where, options).level)
    : ofItems;
  const weights = perItem(new Float64Array(owners?.length ?? items).fill(1));
  return {
    ofItems,
    ofCaptions,
    perItem,
    weights,
    meanOfBoth(ofX, ofY, unit) {
      const fromCaptions = perItem(ofY);
      const sums = ofX.map((ofItem, i) => ofItem + fromCaptions[i]!);
      const value = meanOfArray(sums);
      const captionMean = meanOfArray(ofY);
      // The mean over captions is a ratio: items with more captions than others are expected to add more.
      const influence = sums.map((sum, i) => sum - value - (weights[i]! - 1) * captionMean);
      return ofItems.fromInfluence(value, influence, unit);
    },
    fromInfluences(value, ofX, ofY, unit) {
      const fromCaptions = perItem(ofY);
      const influence = ofX.map((ofItem, i) => ofItem + fromCaptions[i]!);
      return ofItems.fromInfluence(value, influence, unit);
    },
  };
}

function sumsPerItem(values: Float64Array, owners: Int32Array, items: number): Float64Array {
  const sums = new Float64Array(items);
  owners.forEach((owner, caption) => {
    sums[owner]! += values[caption]!;
  });
  return sums.map((sum) => (sum * items) / owners.length);
}

function clusteredUncertainty(
  ofItems: Uncertainty,
  perItem: (values: Float64Array) => Float64Array,
  captions: number,
  level: number,
): Uncertainty {
  const { samples } = ofItems;
  const z = normalQuantile((1 + level) / 2);

  function fromInfluence(value: number, influence: Float64Array, unit: Unit): Estimate {
    return ofItems.fromInfluence(value, perItem(influence), unit);
  }

  function effectiveNumber(values: Float64Array): number {
    const mean = meanOfArray(values);
    const naive = standardErrorOfMean(values, mean) ** 2;
    if (naive === 0) return samples;
    const clustered = standardErrorOfMean(perItem(values.map((value) => value - mean)), 0) ** 2;
    return Math.min(captions, (captions * naive) / clustered);
  }

  return {
    samples,
    fromInfluence,
    lengthOfMean(length, along, floorSquared, unit) {
      const offsets = perItem(along.map((value) => value - length ** 2));
      return ofItems.lengthOfMean(
        length,
        offsets.map((offset) => offset + length ** 2),
        floorSquared,
        unit,
      );
    },
    mean(values, unit) {
      const value = meanOfArray(values);
      return fromInfluence(
        value,
        values.map((v) => v - value),
        unit,
      );
    },
    share(values) {
      const { value, standardError } = this.mean(values, "1");
      const interval = wilson(value, effectiveNumber(values), z, level);
      return { value, ...(standardError !== undefined && { standardError }), interval, samples, unit: "1" };
    },
    median(values, unit) {
      const sorted = values.toSorted();
      const value = quantileOfSorted(sorted, 0.5);
      const below = effectiveNumber(values.map((v) => (v <= value ? 1 : 0)));
      return { value, interval: orderStatistics(sorted, z, level, below), samples, unit };
    },
    exact: (value, unit) => ({ value, samples, unit }),
  };
}
