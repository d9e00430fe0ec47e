// The alignment potential as a field, by kernel regression on the pairs.
//
// Notation: u_i = −s(x_i, y_i); K_i = e^{(⟨z, x_i⟩ − 1)/h²}, 1 at its peak; p = K/ΣK.

import { type Diagonal, type PairwiseEngine, referenceEngine } from "@nce-geometry/pairwise";
import { meanOfArray, type Rows, type RunControl } from "@nce-geometry/tensor";
import {
  requireLevel,
  requireMatched,
  requireNonNegative,
  requireOneOf,
  requirePositive,
  requireSameDimension,
} from "../checks.ts";
import { appendColumns } from "../rows/append-columns.ts";
import { createPhases } from "../rows/phases.ts";
import { assertUnitSample } from "../rows/unit-rows.ts";
import { normalQuantile } from "../uncertainty/normal-quantile.ts";
import { type AlignmentPotentialOptions, pairPotentials } from "./alignment-potential.ts";
import { type FieldForm, fieldForms } from "./field-options.ts";

export interface AlignmentPotentialFieldOptions extends AlignmentPotentialOptions {
  /** Width h > 0 of the von Mises–Fisher kernel, in radians: its concentration is 1/h². */
  readonly kernelWidth: number;
  /** Which pairs a point sees; `leaveOneOut`: point i is x_i, and its pair is left out. @defaultValue "all" */
  readonly form?: FieldForm;
  /**
   * Least Σ_i K_i, the number of pairs near a point as the kernel counts them, at which the potential is estimated.
   * @defaultValue 5: with fewer the scatter of the pairs, and so the standard error, is hardly known
   */
  readonly supportFloor?: number;
  /** Confidence level of the interval of one point, in (0, 1). @defaultValue 0.95 */
  readonly level?: number;
  /** What sweeps over the pairs. @defaultValue `referenceEngine()` */
  readonly engine?: PairwiseEngine;
}

/** A potential estimated at points; arrays are [n]. */
export interface PotentialField {
  /** NaN where the pairs do not support an estimate. Unit: that of the critic. */
  readonly values: Float64Array;
  /** Standard error of each value as an estimate of the potential smoothed by the kernel; NaN where unsupported. */
  readonly standardError: Float64Array;
  /** Normal interval of each point by itself. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Confidence level of the interval of one point. */
  readonly level: number;
  /** Σ_i K_i: a pair at the point counts 1, a pair at distance h about 0.6. */
  readonly kernelMass: Float64Array;
  /** 1 where `kernelMass` reaches the floor, else 0. */
  readonly supported: Uint8Array;
  /** Points below the floor. */
  readonly unsupported: number;
  /** Pairs that a point sees. */
  readonly samples: number;
  readonly unit: "1";
  readonly method: string;
  readonly notes?: readonly string[];
}

/**
 * Alignment potential of modality 1 as a field on the sphere, by Nadaraya–Watson regression on the pairs.
 *
 * Math:     Û_{1→2}(z) = Σ_i p_i u_i, u_i = −s(x_i, y_i), p_i ∝ e^{⟨z, x_i⟩/h²};  standardError² = Σ p_i²(u_i − Û)²/(1 − Σ p_i²).
 *           U_{2→1} is the same with x and y exchanged.
 * Shapes:   points [n, d], x [N, d], y [N, d] → arrays [n].
 * Domain:   N ≥ 2, d ≥ 2, unit rows of points and x; supportFloor ≥ 0.
 * Limits:   equal u_i → that number with standard error 0;  h → ∞ → the mean over pairs;  y ~ vMF(x, κ) → −A_d(κ).
 * Numerics: weights in log space, values centred before they are averaged. The estimate is that of U averaged over the kernel, which is
 *           off by about (h²/2)(ΔU + 2⟨∇U, ∇log ρ₁⟩); compare two widths. Cost: one sweep and two gradients of the engine.
 * Throws:   InputError E_SHAPE, E_OPTION, E_ZERO_ROW, E_NOT_FINITE; rejects with `signal.reason`.
 * Source:   E. A. Nadaraya, On estimating regression (1964); G. S. Watson, Smooth regression analysis (1964).
 */
export async function alignmentPotentialField(
  points: Rows,
  x: Rows,
  y: Rows,
  options: AlignmentPotentialFieldOptions,
): Promise<PotentialField> {
  const where = "alignmentPotentialField";
  const { kernelWidth, form = "all", supportFloor = 5, level = 0.95 } = options;
  requirePositive(where, "kernelWidth", kernelWidth);
  requireNonNegative(where, "supportFloor", supportFloor);
  requireOneOf(where, "form", form, fieldForms);
  requireLevel(where, level);
  const names = [
    { name: "points", rows: points },
    { name: "x", rows: x },
  ] as const;
  requireSameDimension(where, ...names);
  if (form === "leaveOneOut") requireMatched(where, ...names, "Point i must be row i of `x`.");
  const potentials = await pairPotentials(where, x, y, options);
  const { signal } = options;
  await assertUnitSample(where, "points", points, { signal }, 1);
  await assertUnitSample(where, "x", x, { signal });
  const regression = await regress(points, x, potentials, { ...options, form });
  return fieldOf(regression, {
    supportFloor,
    level,
    samples: form === "leaveOneOut" ? x.rows - 1 : x.rows,
    method: `Nadaraya–Watson, vMF kernel, kernelWidth=${kernelWidth}`,
  });
}

interface Regression {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  /** log Σ_i K_i. */
  readonly logMass: Float64Array;
}

/** Kernel means of the values, with the variances of these means. */
async function regress(
  points: Rows,
  x: Rows,
  values: Float64Array,
  options: AlignmentPotentialFieldOptions & { readonly form: FieldForm },
): Promise<Regression> {
  const { kernelWidth, form, engine = referenceEngine() } = options;
  const critic = { kind: "cosine" } as const;
  const temperature = kernelWidth ** 2;
  const diagonal = form === "leaveOneOut" ? "exclude" : "include";
  const sum = { kind: "logSumExp", critic, diagonal } as const;
  const reductions = [
    { ...sum, temperature },
    { ...sum, temperature: temperature / 2 },
  ] as const;
  const phases = createPhases(options, 3);
  const [first, second] = await engine.reduce(points, x, reductions, phases("kernel sums"));
  const centre = meanOfArray(values);
  const centred = values.map((value) => value - centre);
  const averages = (at: number, logNormalizer: Float64Array, columns: readonly Float64Array[], label: string) =>
    softmaxAverages(points, x, columns, { ...phases(label), temperature: at, logNormalizer, diagonal, engine });
  const [mean] = await averages(temperature, first.rows, [centred], "mean");
  const squares = centred.map((value) => value * value);
  const [m1, m2] = await averages(temperature / 2, second.rows, [centred, squares], "scatter");
  const variance = mean!.map((u, i) => {
    const share = Math.exp(second.rows[i]! - 2 * first.rows[i]!);
    // Rounding may leave a scatter of nothing slightly negative.
    return (share / (1 - share)) * Math.max(0, m2![i]! - 2 * u * m1![i]! + u * u);
  });
  return {
    mean: mean!.map((u) => u + centre),
    variance,
    logMass: first.rows.map((r) => r - 1 / temperature),
  };
}

interface AveragePass extends RunControl {
  readonly temperature: number;
  /** log Σ_i e^{⟨z, x_i⟩/τ}. */
  readonly logNormalizer: Float64Array;
  readonly diagonal: Diagonal;
  readonly engine: PairwiseEngine;
}

/** Σ_i p_i v_i for each column v, which the gradient of the engine gives along coordinates that no inner product sees. */
async function softmaxAverages(points: Rows, x: Rows, columns: readonly Float64Array[], pass: AveragePass) {
  const { temperature, logNormalizer, diagonal, engine } = pass;
  const lifted = appendColumns(
    points,
    columns.map(() => 0),
  );
  const rowWeights = { coefficient: new Float64Array(points.rows).fill(1), logNormalizer };
  const weights = { critic: { kind: "cosine" }, temperature, rowWeights, diagonal } as const;
  const { x: all } = await engine.gradient(lifted, appendColumns(x, columns), weights, pass);
  return columns.map((_, k) => logNormalizer.map((_, i) => all[i * lifted.dim + points.dim + k]!));
}

interface Reporting {
  readonly supportFloor: number;
  readonly level: number;
  readonly samples: number;
  readonly method: string;
}

function fieldOf(
  { mean, variance, logMass }: Regression,
  { supportFloor, level, samples, method }: Reporting,
): PotentialField {
  const kernelMass = logMass.map(Math.exp);
  const supported = Uint8Array.from(kernelMass, (mass) => (mass >= supportFloor ? 1 : 0));
  const masked = (values: Float64Array) => values.map((value, i) => (supported[i] ? value : Number.NaN));
  const values = masked(mean);
  const standardError = masked(variance.map(Math.sqrt));
  const quantile = normalQuantile((1 + level) / 2);
  const unsupported = supported.length - supported.reduce((count, yes) => count + yes, 0);
  const note = `At ${unsupported} of ${supported.length} points fewer than ${supportFloor} pairs are near, as the kernel counts; there is no estimate.`;
  return {
    values,
    standardError,
    low: values.map((value, i) => value - quantile * standardError[i]!),
    high: values.map((value, i) => value + quantile * standardError[i]!),
    level,
    kernelMass,
    supported,
    unsupported,
    samples,
    unit: "1",
    method,
    ...(unsupported > 0 && { notes: [note] }),
  };
}
