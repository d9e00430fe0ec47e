// From one number per row to a value with its standard error and interval.
//
// Most statistics here are not means but behave like one: θ̂ ≈ θ + (1/n) Σ_i ψ_i with ψ_i the influence of row i (for a mean
// of v: v_i − mean; for a mean over pairs: twice the row's own mean minus the overall one). The standard error is that of
// the mean of ψ, and the bootstrap resamples ψ. For means this is the ordinary bootstrap of rows; for statistics of pairs it
// is the bootstrap of their first-order part, which needs no new sweep over pairs and has none of the upward bias that
// repeated rows give to a resampled distance.
//
// Limit of the method: where the two laws are equal the first-order part of an energy distance or a discrepancy vanishes,
// and the interval is too narrow. Such estimates say so in a note; permutationTest is the remedy.

import { meanOfArray, sumOfArray } from "@nce-geometry/tensor";
import { requireInteger, requireLevel, requireSeed } from "../checks.ts";
import type { Estimate, Interval, Unit } from "../estimate.ts";
import {
  drawResampling,
  largestResampling,
  quantileOfSorted,
  type Resampling,
  resampledMeans,
} from "./bootstrap-resampling.ts";
import { normalQuantile } from "./normal-quantile.ts";

export interface UncertaintyOptions {
  /**
   * Bootstrap draws behind each percentile interval; 0 for normal intervals. Beyond 2²⁵ numbers drawn (33 000 rows at the
   * default) intervals are normal in any case. @defaultValue 1000
   */
  readonly bootstrap?: number;
  /** Confidence level of intervals, in (0, 1). @defaultValue 0.95 */
  readonly level?: number;
  /** Seed of everything random. @defaultValue 0 */
  readonly seed?: number;
}

/** Makes estimates from per-row numbers, all of one sample. */
export interface Uncertainty {
  /** Rows of the sample. */
  readonly samples: number;
  /** A statistic with the influence ψ_i of each row, Σ ψ_i = 0 up to rounding. */
  fromInfluence(value: number, influence: Float64Array, unit: Unit): Estimate;
  /**
   * The length ‖v̄‖ of a mean of vectors, from ⟨v_i, v̄⟩ and its floor f² = Σ‖v_i − v̄‖²/(n(n−1)). Noise lengthens a mean,
   * E‖v̄‖² = ‖E v‖² + E f², so the interval is for ‖E v‖: that of the unbiased ‖v̄‖² − f², of influence 2(⟨v_i, v̄⟩ − ‖v̄‖²), under
   * the root, and it begins at 0 where nothing but noise is seen. Where ‖E v‖ is near 0 that influence vanishes while ‖v̄‖² − f²
   * still varies, with a standard deviation of at most √2·f²; the upper end allows for that.
   */
  lengthOfMean(length: number, along: Float64Array, floorSquared: number, unit: Unit): Estimate;
  /** The mean of one number per row. */
  mean(values: Float64Array, unit: Unit): Estimate;
  /** The mean of one number in [0, 1] per row, with Wilson's interval. */
  share(values: Float64Array): Estimate;
  /** The median of one number per row. */
  median(values: Float64Array, unit: Unit): Estimate;
  /** A number whose sampling error is not estimated. */
  exact(value: number, unit: Unit): Estimate;
}

const defaults = { bootstrap: 1000, level: 0.95, seed: 0 };

/** The options with their defaults, checked. */
export function resolveUncertainty(where: string, options: UncertaintyOptions): Required<UncertaintyOptions> {
  const { bootstrap, level, seed } = { ...defaults, ...withoutUndefined(options) };
  requireInteger(where, "bootstrap", bootstrap, 0);
  requireLevel(where, level);
  requireSeed(where, seed);
  return { bootstrap, level, seed };
}

/** An estimator of uncertainty for a sample of `samples` ≥ 2 rows. */
export function createUncertainty(where: string, samples: number, options: UncertaintyOptions): Uncertainty {
  const { bootstrap, level, seed } = resolveUncertainty(where, options);
  const z = normalQuantile((1 + level) / 2);
  const byBootstrap = bootstrap > 0 && samples * bootstrap <= largestResampling;
  let resampling: Resampling | undefined;

  function interval(value: number, influence: Float64Array, error: number): Interval {
    if (!byBootstrap) return { low: value - z * error, high: value + z * error, level, method: "normal" };
    resampling ??= drawResampling(samples, bootstrap, seed);
    const means = resampledMeans(influence, resampling).sort();
    const low = value + quantileOfSorted(means, (1 - level) / 2);
    return { low, high: value + quantileOfSorted(means, (1 + level) / 2), level, method: "bootstrap" };
  }

  function fromInfluence(value: number, influence: Float64Array, unit: Unit): Estimate {
    const error = standardErrorOfMean(influence, 0);
    return { value, standardError: error, interval: interval(value, influence, error), samples, unit };
  }

  return {
    samples,
    fromInfluence,
    lengthOfMean(length, along, floorSquared, unit) {
      // At v̄ = 0 the length has no slope, hence no standard error.
      const tiny = length <= 8 * Number.EPSILON;
      const square = fromInfluence(
        length ** 2 - floorSquared,
        along.map((value) => 2 * (value - length ** 2)),
        unit,
      );
      const root = (value: number) => Math.sqrt(Math.max(0, value));
      const { low, high, method } = square.interval!;
      const secondOrder = square.value + z * Math.SQRT2 * floorSquared;
      return {
        value: length,
        ...(!tiny && { standardError: square.standardError! / (2 * length) }),
        interval: { low: root(low), high: root(Math.max(high, secondOrder)), level, method },
        samples,
        unit,
      };
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
      const value = meanOfArray(values);
      return {
        value,
        standardError: standardErrorOfMean(values, value),
        interval: wilson(value, samples, z, level),
        samples,
        unit: "1",
      };
    },
    median(values, unit) {
      const sorted = values.toSorted();
      return { value: quantileOfSorted(sorted, 0.5), interval: orderStatistics(sorted, z, level), samples, unit };
    },
    exact: (value, unit) => ({ value, samples, unit }),
  };
}

/** √( Σ(v − mean)²/(n(n − 1)) ). */
export function standardErrorOfMean(values: Float64Array, mean: number): number {
  const n = values.length;
  return Math.sqrt(sumOfArray(values.map((v) => (v - mean) ** 2)) / (n * (n - 1)));
}

/** Wilson's score interval. A mean of numbers in [0, 1] varies at most as much as a proportion, so it covers these too. */
export function wilson(share: number, samples: number, z: number, level: number): Interval {
  const spread = (z * z) / samples;
  const centre = (share + spread / 2) / (1 + spread);
  const half = Math.sqrt(spread * share * (1 - share) + (spread * spread) / 4) / (1 + spread);
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half), level, method: "wilson" };
}

/**
 * The order statistics that enclose the median: the number of values below it is binomial(n, ½), or as uncertain as with
 * `effective` values where they are not independent.
 */
export function orderStatistics(
  sorted: Float64Array,
  z: number,
  level: number,
  effective: number = sorted.length,
): Interval {
  const n = sorted.length;
  const half = ((z * Math.sqrt(n)) / 2) * Math.sqrt(n / effective);
  const low = Math.max(0, Math.floor(n / 2 - half) - 1);
  const high = Math.min(n - 1, Math.ceil(n / 2 + half));
  return { low: sorted[low]!, high: sorted[high]!, level, method: "orderStatistics" };
}

function withoutUndefined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
