// Entropy and divergences of the von Mises–Fisher laws that fit samples best. Notation: x̄, ȳ sample means, θ = κμ, A = A_d(κ), so that
// x̄ = A₁μ₁ at maximum likelihood.

import { besselRatioDerivative, fitVonMisesFisher, type VonMisesFisher, vonMisesFisher } from "@nce-geometry/manifold";
import { type RowMatrix, type Rows, type RunControl, sumOfArray } from "@nce-geometry/tensor";
import type { Estimate } from "../estimate.ts";
import { copyRows } from "../rows/row-blocks.ts";
import { assertSphereDimension, assertUnitSample } from "../rows/unit-rows.ts";
import { standardErrorOfMean } from "../uncertainty/uncertainty.ts";
import { unitAgain } from "./entropy-bound.ts";
import { combine, scaled, twoSampleEstimate, type WithInfluence } from "./influence.ts";
import { assertSamples, type SamplingOptions } from "./two-sample-options.ts";
import { fitNotes } from "./von-mises-fisher-notes.ts";

export interface VonMisesFisherEntropyOptions extends RunControl {
  /** As `fitVonMisesFisher` has it: `debiased` does not take the noise of a mean for concentration. @defaultValue "debiased" */
  readonly estimator?: "maximumLikelihood" | "debiased";
}

export interface VonMisesFisherDivergenceOptions extends VonMisesFisherEntropyOptions, SamplingOptions {}

/**
 * Entropy of the von Mises–Fisher law that fits a sample.
 *
 * Math:     H = −log C_d(κ̂) − κ̂A_d(κ̂): the largest entropy of all laws with that mean.
 * Shapes:   x [n, d] of unit rows → estimate. Unit: nats, with respect to the area of the sphere.
 * Domain:   n ≥ 2, d ≥ 2.
 * Limits:   no mean direction → log|S^{d−1}|;  equal rows → −∞, with a note.
 * Numerics: influence of a row −κ(⟨x_i, μ⟩ − R̄). An upper bound where the law is another; a note says where the rows contradict the
 *           fit (spread of ⟨x, μ⟩, isotropy around μ). O(nd).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   K. V. Mardia and P. E. Jupp, Directional Statistics (2000).
 */
export async function vonMisesFisherEntropy(x: Rows, options: VonMisesFisherEntropyOptions = {}): Promise<Estimate> {
  const where = "vonMisesFisherEntropy";
  const { estimator = "debiased", ...control } = options;
  await assertUnitSample(where, "x", x, control);
  assertSphereDimension(where, x);
  const fit = fitSample(unitAgain(await copyRows(x, control)), estimator, "x");
  const shared = { samples: x.rows, unit: "nats", method: `vmf ${estimator}` } as const;
  if (fit.law === undefined) return { value: Number.NEGATIVE_INFINITY, ...shared, notes: fit.notes };
  const { concentration, entropy } = fit.law;
  const standardError = standardErrorOfMean(
    centred(fit.rows, scaledVector(fit.law.meanDirection, -concentration), fit.mean),
    0,
  );
  return { value: entropy, standardError, ...shared, ...(fit.notes.length > 0 && { notes: fit.notes }) };
}

/**
 * Kullback–Leibler divergence of the von Mises–Fisher laws that fit two samples.
 *
 * Math:     D_KL(p̂‖q̂) = log C(κ₁) − log C(κ₂) + A(κ₁)(κ₁ − κ₂⟨μ₁, μ₂⟩).
 * Shapes:   x [n, d], y [m, d] of unit rows → estimate. Unit: nats.
 * Domain:   n, m ≥ 2, d ≥ 2.
 * Limits:   equal rows in either sample → +∞, with a note;  a rotation of all rows changes nothing.
 * Numerics: influences (θ₁ − θ₂)·(x_i − x̄) and (ȳ − x̄)·(∂θ₂/∂ȳ)(y_j − ȳ). Right only where both laws are von Mises–Fisher;
 *           a note says where the rows contradict that. O((n + m)d).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 */
export async function vonMisesFisherDivergence(
  x: Rows,
  y: Rows,
  options: VonMisesFisherDivergenceOptions = {},
): Promise<Estimate> {
  const fits = await fitBoth("vonMisesFisherDivergence", x, y, options);
  return twoSampleEstimate(withNotes(divergence(fits.x, fits.y), fits), fits);
}

/**
 * The symmetric divergence D_S = ½(D_KL(p̂‖q̂) + D_KL(q̂‖p̂)) of the von Mises–Fisher laws that fit two samples.
 *
 * Math:     ½[ A(κ₁)(κ₁ − κ₂c) + A(κ₂)(κ₂ − κ₁c) ], c = ⟨μ₁, μ₂⟩.
 * Shapes:   x [n, d], y [m, d] of unit rows → estimate. Unit: nats.
 * Domain:   n, m ≥ 2, d ≥ 2.
 * Limits:   x = y → 0;  swapping x and y changes nothing.
 * Numerics: as {@link vonMisesFisherDivergence}. Near equal laws the estimate is ≥ 0 and biased up by about d/2·(1/n + 1/m).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   arXiv:2601.19597 for D_S.
 */
export async function vonMisesFisherSymmetricKL(
  x: Rows,
  y: Rows,
  options: VonMisesFisherDivergenceOptions = {},
): Promise<Estimate> {
  const fits = await fitBoth("vonMisesFisherSymmetricKL", x, y, options);
  const back = divergence(fits.y, fits.x);
  const both = combine(divergence(fits.x, fits.y), { ...back, ofX: back.ofY, ofY: back.ofX });
  return twoSampleEstimate(withNotes(scaled(both, 0.5), fits), fits);
}

interface Fit {
  readonly rows: RowMatrix;
  readonly mean: Float64Array;
  /** Absent where the rows agree to within rounding. */
  readonly law: VonMisesFisher | undefined;
  readonly notes: readonly string[];
}

async function fitBoth(where: string, x: Rows, y: Rows, options: VonMisesFisherDivergenceOptions) {
  const { estimator = "debiased", sampling = "independent", ...control } = options;
  await assertSamples(where, x, y, { sampling, ...control });
  assertSphereDimension(where, x);
  return {
    x: inContext(fitSample(unitAgain(await copyRows(x, control)), estimator, "x")),
    y: inContext(fitSample(unitAgain(await copyRows(y, control)), estimator, "y")),
    sampling,
    method: `vmf ${estimator}`,
  };
}

function inContext(fit: Fit) {
  return { ...fit, matrix: fit.rows, rows: fit.rows.rows };
}

type FitInContext = ReturnType<typeof inContext>;

function fitSample(rows: RowMatrix, estimator: "maximumLikelihood" | "debiased", name: string): Fit {
  const fit = fitVonMisesFisher(rows, { estimator });
  const mean = meanOf(rows);
  if (fit.status === "noSpread") {
    return { rows, mean, law: undefined, notes: [`The rows of ${name} agree to within rounding: κ has no estimate.`] };
  }
  if (fit.law !== undefined) return { rows, mean, law: fit.law, notes: fitNotes(rows, fit.law, name) };
  const anyDirection = Float64Array.from({ length: rows.dim }, (_, k) => (k === 0 ? 1 : 0));
  return { rows, mean, law: vonMisesFisher({ meanDirection: anyDirection, concentration: 0 }), notes: [] };
}

function divergence(p: FitInContext, q: FitInContext): WithInfluence {
  if (p.law === undefined || q.law === undefined) return { value: Number.POSITIVE_INFINITY, notes: [] };
  const [theta1, theta2] = [natural(p.law), natural(q.law)];
  const towards = q.mean.map((value, k) => value - p.mean[k]!);
  return {
    value: p.law.klDivergence(q.law),
    ofX: centred(
      p.matrix,
      theta1.map((value, k) => value - theta2[k]!),
      p.mean,
    ),
    ofY: centred(q.matrix, naturalDerivative(q.law, towards), q.mean),
    notes: [],
  };
}

function withNotes(statistic: WithInfluence, fits: { readonly x: Fit | FitInContext; readonly y: Fit | FitInContext }) {
  return { ...statistic, notes: [...fits.x.notes, ...fits.y.notes] };
}

function natural({ meanDirection, concentration }: VonMisesFisher): Float64Array {
  return scaledVector(meanDirection, concentration);
}

/** (∂θ/∂ȳ)v: 1/A' along μ, κ/A across it; both are d at κ = 0. */
function naturalDerivative(law: VonMisesFisher, v: Float64Array): Float64Array {
  const { ambientDimension: d, concentration, meanDirection: mu, meanResultantLength } = law;
  const across = concentration === 0 ? d : concentration / meanResultantLength;
  const along = 1 / besselRatioDerivative(d / 2 - 1, concentration);
  const component = v.reduce((sum, value, k) => sum + value * mu[k]!, 0);
  return v.map((value, k) => across * value + (along - across) * component * mu[k]!);
}

/** ⟨direction, x_i − mean⟩ of each row. */
function centred({ rows, dim, data }: RowMatrix, direction: Float64Array, mean: Float64Array): Float64Array {
  return new Float64Array(rows).map((_, i) => {
    let sum = 0;
    for (let k = 0; k < dim; k++) sum += direction[k]! * (data[i * dim + k]! - mean[k]!);
    return sum;
  });
}

function meanOf({ rows, dim, data }: RowMatrix): Float64Array {
  const column = new Float64Array(rows);
  return new Float64Array(dim).map((_, k) => {
    for (let i = 0; i < rows; i++) column[i] = data[i * dim + k]!;
    return sumOfArray(column) / rows;
  });
}

function scaledVector(v: Float64Array, factor: number): Float64Array {
  return v.map((value) => factor * value);
}
