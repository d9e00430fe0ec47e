// How many directions a set of rows uses.
// Notation: σ singular values of the rows, λ eigenvalues of their covariance.

import { assertTwoUnitSamples, createPhases } from "@nce-geometry/energy";
import type { Rows, RunControl } from "@nce-geometry/tensor";
import type { PerModality, Spectrum } from "./pair-analysis.ts";
import { centroidOf } from "./pair-products.ts";
import { singularValuesAbout } from "./singular-values.ts";

/** More axes than a figure can show. */
const mostShares = 100;

/**
 * RankMe, and the effective rank and participation ratio of the covariance, of each modality.
 *
 * Math:     RankMe exp(−Σ p log p), p = σ/Σσ, rows not centred;  effective rank the same of p = λ/Σλ;
 *           participation ratio (Σλ)²/Σλ².
 * Shapes:   x [n, d], y [m, d] of unit rows → one record each.
 * Domain:   n ≥ 2. Nothing is added to p; 0·log 0 = 0.
 * Limits:   d orthonormal rows → RankMe d;  all rows equal → RankMe 1, the others 0 (no variance);
 *           n rows uniform on the sphere → participation ratio near 1/(1/n + (1 − 1/n)/d).
 * Numerics: as `singularValuesAbout`: full accuracy up to n·d·min(n, d) = 4e8, beyond that singular values below some 1e-7·σ₁
 *           are not seen. Cost: O(n·d·min(n, d) + min(n, d)³); no standard errors.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   RankMe: Garrido et al., ICML 2023; effective rank: Roy and Vetterli, EUSIPCO 2007.
 */
export async function spectrum(x: Rows, y: Rows, control: RunControl = {}): Promise<PerModality<Spectrum>> {
  await assertTwoUnitSamples("spectrum", x, y, control);
  return spectraOf(x, y, control);
}

/** The spectra of rows that have been checked. */
export async function spectraOf(x: Rows, y: Rows, control: RunControl): Promise<PerModality<Spectrum>> {
  const phase = createPhases(control, 4);
  return { x: await spectrumOf(x, phase, "X"), y: await spectrumOf(y, phase, "Y") };
}

/** The spectrum of rows that have been checked. */
export async function spectrumOf(rows: Rows, phase: (label: string) => RunControl, name: string): Promise<Spectrum> {
  const n = rows.rows;
  const singular = await singularValuesAbout(rows, new Float64Array(rows.dim), phase(`singular values of ${name}`));
  const covariance = phase(`covariance of ${name}`);
  const centroid = await centroidOf(rows, covariance);
  const spread = (await singularValuesAbout(rows, centroid, covariance)).map((value) => value ** 2);
  const total = sum(spread);
  const squares = sum(spread.map((value) => value ** 2));
  const estimate = (value: number) => ({ value, samples: n, unit: "1" }) as const;
  return {
    rankMe: estimate(exponentialEntropy(singular)),
    effectiveRank: estimate(total === 0 ? 0 : exponentialEntropy(spread)),
    participationRatio: estimate(total === 0 ? 0 : total ** 2 / squares),
    rankCeiling: Math.min(n - 1, rows.dim),
    varianceShares: Array.from(spread.subarray(0, mostShares), (value) => (total === 0 ? 0 : value / total)),
  };
}

function exponentialEntropy(weights: Float64Array): number {
  const total = sum(weights);
  return Math.exp(-sum(weights.map((weight) => (weight === 0 ? 0 : (weight / total) * Math.log(weight / total)))));
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
