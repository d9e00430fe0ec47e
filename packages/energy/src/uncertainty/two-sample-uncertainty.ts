// The same as uncertainty.ts for two samples that were drawn independently: θ̂ ≈ θ + mean_i ψ_i + mean_j φ_j, so that the
// variances of the two means add.

import type { Estimate, Interval, Unit } from "../estimate.ts";
import { drawResampling, largestResampling, quantileOfSorted, resampledMeans } from "./bootstrap-resampling.ts";
import { normalQuantile } from "./normal-quantile.ts";
import { resolveUncertainty, standardErrorOfMean, type UncertaintyOptions } from "./uncertainty.ts";

/** Makes an estimate from the influences ψ [n] and φ [m] of the rows of two independent samples, each of mean 0. */
export type TwoSampleUncertainty = (
  value: number,
  ofX: Float64Array,
  ofY: Float64Array,
  unit: Unit,
) => Estimate & { readonly standardError: number; readonly interval: Interval };

/** An estimator of uncertainty for independent samples of n ≥ 2 and m ≥ 2 rows; counts n + m samples. */
export function createTwoSampleUncertainty(
  where: string,
  n: number,
  m: number,
  options: UncertaintyOptions,
): TwoSampleUncertainty {
  const { bootstrap, level, seed } = resolveUncertainty(where, options);
  const z = normalQuantile((1 + level) / 2);
  const byBootstrap = bootstrap > 0 && (n + m) * bootstrap <= largestResampling;
  const resamplings = byBootstrap && {
    x: drawResampling(n, bootstrap, seed),
    y: drawResampling(m, bootstrap, seed, "bootstrap of y"),
  };

  function interval(value: number, ofX: Float64Array, ofY: Float64Array, error: number): Interval {
    if (!resamplings) return { low: value - z * error, high: value + z * error, level, method: "normal" };
    const meansOfY = resampledMeans(ofY, resamplings.y);
    const means = resampledMeans(ofX, resamplings.x)
      .map((mean, draw) => mean + meansOfY[draw]!)
      .sort();
    const low = value + quantileOfSorted(means, (1 - level) / 2);
    return { low, high: value + quantileOfSorted(means, (1 + level) / 2), level, method: "bootstrap" };
  }

  return (value, ofX, ofY, unit) => {
    const standardError = Math.hypot(standardErrorOfMean(ofX, 0), standardErrorOfMean(ofY, 0));
    return { value, standardError, interval: interval(value, ofX, ofY, standardError), samples: n + m, unit };
  };
}
