// Entropy and divergences with kernel density estimates. Notation: p̃, q̃ the densities smoothed by the von Mises–Fisher kernel of
// temperature τ, p̃⁽⁻ⁱ⁾ without row i.

import { type PairwiseEngine, referenceEngine } from "@nce-geometry/pairwise";
import { meanOfArray, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import type { Estimate } from "../estimate.ts";
import { createPhases } from "../rows/phases.ts";
import { copyRows } from "../rows/row-blocks.ts";
import { assertSphereDimension, assertUnitSample } from "../rows/unit-rows.ts";
import { standardErrorOfMean } from "../uncertainty/uncertainty.ts";
import { entropyNotes } from "./entropy-bound.ts";
import { combine, scaled, trendNotes, twoSampleEstimate, type WithInfluence } from "./influence.ts";
import {
  assertTemperature,
  type ChosenTemperature,
  chooseTemperature,
  type DensityAtRows,
  densityAtRows,
  type NamedSample,
} from "./kernel-density.ts";
import { assertSamples, type EngineOptions, type Sampling, type SamplingOptions } from "./two-sample-options.ts";

export interface KernelDensityOptions extends EngineOptions, RunControl {
  /**
   * τ > 0 of the kernel, which is a von Mises–Fisher density of concentration 1/τ.
   * @defaultValue the one at which the rows of each sample predict each other best (leave-one-out likelihood)
   */
  readonly temperature?: number;
}

export interface KernelDensityDivergenceOptions extends KernelDensityOptions, SamplingOptions {}

/**
 * Entropy of a law on the sphere from a kernel density estimate that leaves each row out at itself.
 *
 * Math:     H = −mean_i log p̃⁽⁻ⁱ⁾(x_i), p̃ normalised by the kernel volume V(τ).
 * Shapes:   x [n, d] of unit rows → estimate. Unit: nats, with respect to the area of the sphere.
 * Domain:   n ≥ 2, d ≥ 2, τ > 0.
 * Limits:   τ → ∞ → log|S^{d−1}|;  all rows equal → −log C_d(1/τ) − 1/τ;  a rotation of all rows changes nothing.
 * Numerics: estimates the cross-entropy to the smoothed law, which is ≥ H: biased up by smoothing, much so in high dimension (a note
 *           says where no law with this mean could have it). The standard error is that of sampling, by linearisation in the
 *           rows as points and as sources. O(n²d).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   P. Hall and S. C. Morton, Ann. Inst. Stat. Math. 45 (1993), for the leave-one-out form.
 */
export async function kdeEntropy(x: Rows, options: KernelDensityOptions = {}): Promise<Estimate> {
  const where = "kdeEntropy";
  const { engine = referenceEngine(), temperature, ...control } = options;
  assertTemperature(where, temperature);
  await assertUnitSample(where, "x", x, control);
  assertSphereDimension(where, x);
  const matrix = await copyRows(x, control);
  const phase = createPhases(control, 2);
  const chosen = await temperatureOf({ engine, x: matrix }, temperature, phase("temperature"));
  const own = await ownDensity(engine, matrix, chosen.temperature, "x", phase("density"));
  const influence = ownInfluence(own).map((value) => -value);
  const value = -meanOfArray(own.logDensity);
  const standardError = standardErrorOfMean(influence, 0);
  const notes = [...chosen.notes, ...own.notes, ...entropyNotes(matrix, value, standardError)];
  return {
    value,
    ...(Number.isFinite(value) && { standardError }),
    samples: x.rows,
    unit: "nats",
    method: methodOf(chosen.temperature),
    ...(notes.length > 0 && { notes }),
  };
}

/**
 * Cross-entropy of one law relative to another, known by samples, with a kernel density estimate of the second.
 *
 * Math:     H×(p, q) = −mean_i log q̃(x_i).
 * Shapes:   x [n, d] from p, y [m, d] from q, unit rows → estimate. Unit: nats.
 * Domain:   n, m ≥ 2, τ > 0. The samples must be disjoint: rows of x among those of y make it too small.
 * Limits:   τ → ∞ → log|S^{d−1}|.
 * Numerics: as {@link kdeEntropy}; the standard error covers both samples. The kernel reaches everywhere: a point far from all
 *           sources has a very low log density, never −∞, and a note counts the points that see fewer than 2 effective sources.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 */
export async function kdeCrossEntropy(
  x: Rows,
  y: Rows,
  options: KernelDensityDivergenceOptions = {},
): Promise<Estimate> {
  const { context, phase } = await prepare("kdeCrossEntropy", x, y, options, 2);
  const chosen = await temperatureOf(
    { engine: context.engine, y: context.y },
    options.temperature,
    phase("temperature"),
  );
  const log = await meanLogDensity(context, context.x, context.y, chosen.temperature, "x", phase("density"));
  const method = methodOf(chosen.temperature);
  const notes = [...chosen.notes, ...log.notes];
  return twoSampleEstimate({ ...scaled(log, -1), notes }, { ...context, method });
}

/**
 * Kullback–Leibler divergence of two laws on the sphere from kernel density estimates.
 *
 * Math:     D_KL(p‖q) = mean_i( log p̃⁽⁻ⁱ⁾(x_i) − log q̃(x_i) ).
 * Shapes:   x [n, d] from p, y [m, d] from q, unit rows → estimate. Unit: nats.
 * Domain:   n, m ≥ 2, τ > 0.
 * Limits:   τ → ∞ → 0;  a rotation of all rows changes nothing.
 * Numerics: both terms use one τ, so that their smoothing biases cancel in part; they do not where the laws hardly overlap. A note
 *           says where twice the temperature moves the value by more than two standard errors.
 *           A chosen τ varies with the sample, which the standard error leaves out.
 *           Standard error as {@link kdeEntropy}, over both samples.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 */
export async function kdeDivergence(x: Rows, y: Rows, options: KernelDensityDivergenceOptions = {}): Promise<Estimate> {
  const { context, phase } = await prepare("kdeDivergence", x, y, options, 3);
  const { temperature, notes } = await temperatureOf(context, options.temperature, phase("temperature"));
  const log = await logRatio(context, temperature, "x", phase);
  const method = methodOf(temperature);
  return twoSampleEstimate({ ...log, notes: [...notes, ...log.notes] }, { ...context, method });
}

/**
 * The symmetric divergence D_S = ½(D_KL(p‖q) + D_KL(q‖p)) from kernel density estimates; half the Jeffreys divergence.
 *
 * Math:     the mean of {@link kdeDivergence} in both directions.
 * Shapes:   x [n, d], y [m, d] of unit rows → estimate. Unit: nats.
 * Domain:   n, m ≥ 2, τ > 0.
 * Limits:   τ → ∞ → 0;  swapping x and y changes nothing.
 * Numerics: as {@link kdeDivergence}; the standard error follows both directions together.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   arXiv:2601.19597 for D_S.
 */
export async function kdeSymmetricKL(
  x: Rows,
  y: Rows,
  options: KernelDensityDivergenceOptions = {},
): Promise<Estimate> {
  const { context, phase } = await prepare("kdeSymmetricKL", x, y, options, 5);
  const { temperature, notes } = await temperatureOf(context, options.temperature, phase("temperature"));
  const forth = await logRatio(context, temperature, "x", phase);
  const back = await logRatio({ ...context, x: context.y, y: context.x }, temperature, "y", phase);
  const both = scaled(combine(forth, { ...back, ofX: back.ofY, ofY: back.ofX }), 0.5);
  const method = methodOf(temperature);
  return twoSampleEstimate({ ...both, notes: [...notes, ...both.notes] }, { ...context, method });
}

interface Context {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
  readonly engine: PairwiseEngine;
  readonly sampling: Sampling;
}

type Phase = (label: string) => RunControl;

async function prepare(
  where: string,
  x: Rows,
  y: Rows,
  options: KernelDensityDivergenceOptions,
  phases: number,
): Promise<{ readonly context: Context; readonly phase: Phase }> {
  const { engine = referenceEngine(), temperature, sampling = "independent", signal } = options;
  assertTemperature(where, temperature);
  await assertSamples(where, x, y, { sampling, signal });
  assertSphereDimension(where, x);
  const context = { x: await copyRows(x, { signal }), y: await copyRows(y, { signal }), engine, sampling };
  return { context, phase: createPhases(options, phases) };
}

/** As given, or chosen for the samples at hand. */
async function temperatureOf(
  { engine, x, y }: { readonly engine: PairwiseEngine; readonly x?: RowMatrix; readonly y?: RowMatrix },
  temperature: number | undefined,
  control: RunControl,
): Promise<ChosenTemperature> {
  if (temperature !== undefined) return { temperature, notes: [] };
  const samples: NamedSample[] = [];
  if (x) samples.push({ name: "x", rows: x });
  if (y) samples.push({ name: "y", rows: y });
  return chooseTemperature(engine, samples, control);
}

/** mean_i( log p̃⁽⁻ⁱ⁾ − log q̃ ) at the rows of x. */
async function logRatio(context: Context, temperature: number, name: "x" | "y", phase: Phase): Promise<WithInfluence> {
  const { engine, x, y } = context;
  const own = await ownDensity(engine, x, temperature, name, phase("own density"));
  const other = await meanLogDensity(context, x, y, temperature, name, phase("other density"));
  const first = { value: meanOfArray(own.logDensity), ofX: ownInfluence(own), ofY: new Float64Array(y.rows) };
  const ratio = combine({ ...first, notes: own.notes }, scaled(other, -1));
  const trend = trendNotes(ratio, own.smootherMean - other.smootherMean, "At twice the temperature", name);
  return { ...ratio, notes: [...ratio.notes, ...trend] };
}

/** mean_i log q̃(x_i) with the influence of the points and of the sources. */
async function meanLogDensity(
  { engine }: Context,
  x: RowMatrix,
  y: RowMatrix,
  temperature: number,
  name: "x" | "y",
  control: RunControl,
): Promise<WithInfluence & { readonly smootherMean: number }> {
  const request = { temperature, diagonal: "include", points: `${name} in the other sample` } as const;
  const { logDensity, sourceWeights, smootherMean, notes } = await densityAtRows(engine, x, y, request, control);
  const value = meanOfArray(logDensity);
  const ofX = logDensity.map((log) => log - value);
  return { value, ofX, ofY: sourceWeights.map((weight) => weight - 1), smootherMean, notes };
}

function ownDensity(
  engine: PairwiseEngine,
  x: RowMatrix,
  temperature: number,
  name: string,
  control: RunControl,
): Promise<DensityAtRows> {
  return densityAtRows(engine, x, x, { temperature, diagonal: "exclude", points: name }, control);
}

/** Of mean log p̃⁽⁻ⁱ⁾: each row as a point and as a source. */
function ownInfluence({ logDensity, sourceWeights }: DensityAtRows): Float64Array {
  const mean = meanOfArray(logDensity);
  return logDensity.map((log, i) => log - mean + (sourceWeights[i]! - 1));
}

function methodOf(temperature: number): string {
  return `vmf-kde leave-one-out τ=${Number(temperature.toPrecision(4))}`;
}
