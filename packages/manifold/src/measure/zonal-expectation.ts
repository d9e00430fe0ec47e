// Kernel means and distances between two von Mises–Fisher laws, unchecked; their public form is in von-mises-fisher.ts.

import { besselRatios } from "../special/bessel-ratio.ts";
import { logHypergeometric0F1OfRoot, scaledLogHypergeometric0F1 } from "../special/log-hypergeometric-0f1.ts";
import { uniformChordMoment } from "./uniform-law.ts";
import { harmonicQuotient, logZonalSeries, type ZonalPair } from "./zonal-series.ts";

/** log E e^{γ x·y}. */
export function logMeanExponential(pair: ZonalPair, gamma: number): number {
  const logFirst = logHypergeometric0F1OfRoot(pair.dimension / 2, gamma);
  return logZonalSeries(pair, { logFirst, quotients: exponentialQuotients(pair.dimension, gamma) }, "cross");
}

/** Squared maximum mean discrepancy with the kernel e^{−scale·‖x−y‖²}. */
export function gaussianDiscrepancy(pair: ZonalPair, scale: number): number {
  const logFirst = scaledLogHypergeometric0F1(pair.dimension / 2, 2 * scale);
  const quotients = exponentialQuotients(pair.dimension, 2 * scale);
  return Math.exp(logZonalSeries(pair, { logFirst, quotients }, "difference"));
}

/** 2E‖X−Y‖ − E‖X−X'‖ − E‖Y−Y'‖: the chord's eigenvalues are those of ‖x−y‖^s, E‖x−y‖^s·(−s/2)_n/(d−1+s/2)_n, at s = 1. */
export function chordEnergyDistance(pair: ZonalPair): number {
  const { dimension: d } = pair;
  const quotients = (count: number): Float64Array => {
    return new Float64Array(count).map((_, i) => {
      const eigenvalues = Math.abs(i - 0.5) / (d - 0.5 + i);
      return eigenvalues * harmonicQuotient(d, i + 1);
    });
  };
  return Math.exp(logZonalSeries(pair, { logFirst: Math.log(uniformChordMoment(d, 1)), quotients }, "difference"));
}

/** Of e^{γt}: number of harmonics times I_{ν+n}(γ). */
function exponentialQuotients(dimension: number, gamma: number): (count: number) => Float64Array {
  return (count) => {
    return besselRatios(dimension / 2 - 1, gamma, count).map((ratio, i) => ratio * harmonicQuotient(dimension, i + 1));
  };
}
