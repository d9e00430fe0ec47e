import { InputError, meanOfArray, sumOfArray } from "@nce-geometry/tensor";

/**
 * Number of independent draws that would determine the mean of a stationary series as well.
 *
 * Math:     n/(1 + 2Σ_{t≥1} ρ_t), ρ_t the autocorrelation; the sum ends with the last pair ρ_{2k} + ρ_{2k+1} > 0, the pairs made non-increasing
 * Shapes:   [n] → number in (0, n].
 * Domain:   n ≥ 4, a series from its stationary law (drop the burn-in).
 * Limits:   independent draws → n up to sampling error;  autoregression of coefficient a → n(1 − a)/(1 + a);  constant series → n.
 * Numerics: never above n: series that alternate are not given credit for it. NaN → NaN. Cost: O(n·t), t the length of the correlation.
 * Throws:   InputError E_SHAPE.
 * Source:   C. Geyer, Practical Markov chain Monte Carlo, Statist. Sci. 7 (1992): initial monotone sequence.
 */
export function effectiveSampleSize(series: ArrayLike<number>): number {
  const n = series.length;
  if (n < 4) {
    const details = { argument: "series", expected: "at least 4 numbers", received: `${n}` };
    throw new InputError({ code: "E_SHAPE", where: "effectiveSampleSize", ...details });
  }
  const mean = meanOfArray(series);
  const centred = Float64Array.from(series, (value) => value - mean);
  const covariance = (lag: number): number => {
    return sumOfArray(centred.subarray(lag).map((value, i) => value * centred[i]!)) / n;
  };
  const variance = covariance(0);
  if (variance === 0) return n;
  let time = -1;
  let smallest = Number.POSITIVE_INFINITY;
  for (let lag = 0; lag + 1 < n; lag += 2) {
    const pair = (covariance(lag) + covariance(lag + 1)) / variance;
    if (pair <= 0) break;
    smallest = Math.min(smallest, pair);
    time += 2 * smallest;
  }
  return n / Math.max(1, time);
}
