// Entropy and divergences of fitted mixtures of von Mises–Fisher laws, by Monte Carlo. Notation: p̂, q̂ the fits, z_s draws from p̂.
//
// Two errors add: that of the draws, and that of the samples behind the fits. The second is a jackknife over groups of rows: each refit
// starts from the full one, and the same draws are reweighted by p'(z)/p̂(z), so that no new noise enters.

import { createRandom, meanOfArray, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import { refuseOption, requireInteger } from "../checks.ts";
import type { Estimate } from "../estimate.ts";
import { copyRows } from "../rows/row-blocks.ts";
import { assertSphereDimension, assertUnitSample } from "../rows/unit-rows.ts";
import { unitAgain } from "./entropy-bound.ts";
import { assertSamples, type Sampling, type SamplingOptions } from "./two-sample-options.ts";
import {
  assertMixtureOptions,
  climb,
  fitVonMisesFisherMixture,
  logMixtureDensity,
  type MixtureComponent,
  type VonMisesFisherMixtureFit,
  type VonMisesFisherMixtureOptions,
} from "./von-mises-fisher-mixture.ts";

export interface MixtureEntropyOptions extends VonMisesFisherMixtureOptions {
  /** Draws from each fitted mixture, an integer ≥ 2 per component. @defaultValue 10000 */
  readonly draws?: number;
  /** Groups of rows left out in turn for the standard error, from 2 to the number of rows; fewer are cheaper. @defaultValue 20 */
  readonly jackknifeGroups?: number;
}

export interface MixtureDivergenceOptions extends MixtureEntropyOptions, SamplingOptions {}

/**
 * Entropy of the mixture of von Mises–Fisher laws that fits a sample.
 *
 * Math:     H = −Σ_k π_k E_{p_k} log p̂, each expectation over its own draws.
 * Shapes:   x [n, d] of unit rows → estimate. Unit: nats, with respect to the area of the sphere.
 * Domain:   n ≥ 2, d ≥ 2, 1 ≤ components ≤ n.
 * Limits:   one component → the entropy of the von Mises–Fisher fit.
 * Numerics: standard error of the draws and of the sample together. Notes say where the fit did not settle, or a component rests on fewer
 *           rows than it has parameters. A fit that collapses gives NaN, with a note.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 * Source:   A. Banerjee et al., JMLR 6 (2005), for the fit.
 */
export async function mixtureEntropy(x: Rows, options: MixtureEntropyOptions): Promise<Estimate> {
  const where = "mixtureEntropy";
  await assertUnitSample(where, "x", x, { signal: options.signal });
  const p = await fitSide(where, "x", x, options);
  const entropy: Functional = ({ logP }) => logP.map((log) => -log);
  return estimateOf(p, undefined, entropy, "independent", options);
}

/**
 * Kullback–Leibler divergence of the mixtures of von Mises–Fisher laws that fit two samples.
 *
 * Math:     D_KL(p̂‖q̂) = Σ_k π_k E_{p_k}( log p̂ − log q̂ ).
 * Shapes:   x [n, d], y [m, d] of unit rows → estimate. Unit: nats.
 * Domain:   n, m ≥ 2, d ≥ 2, 1 ≤ components ≤ min(n, m).
 * Limits:   x = y → 0;  one component → the divergence of the von Mises–Fisher fits.
 * Numerics: as {@link mixtureEntropy}.
 * Throws:   as {@link mixtureEntropy}.
 */
export async function mixtureDivergence(x: Rows, y: Rows, options: MixtureDivergenceOptions): Promise<Estimate> {
  const { p, q, sampling } = await fitBoth("mixtureDivergence", x, y, options);
  return estimateOf(p, q, ({ logP, logQ }) => logP.map((log, s) => log - logQ![s]!), sampling, options);
}

/**
 * The symmetric divergence D_S = ½(D_KL(p̂‖q̂) + D_KL(q̂‖p̂)) of the mixtures that fit two samples.
 *
 * Math:     the mean of {@link mixtureDivergence} in both directions.
 * Shapes:   x [n, d], y [m, d] of unit rows → estimate. Unit: nats.
 * Domain:   as {@link mixtureDivergence}.
 * Limits:   x = y → 0;  one component → that of the von Mises–Fisher fits.
 * Numerics: both expectations with their own draws; the standard error follows both directions together.
 * Throws:   as {@link mixtureEntropy}.
 * Source:   arXiv:2601.19597 for D_S.
 */
export async function mixtureSymmetricKL(x: Rows, y: Rows, options: MixtureDivergenceOptions): Promise<Estimate> {
  const { p, q, sampling } = await fitBoth("mixtureSymmetricKL", x, y, options);
  const half: Functional = ({ logP, logQ }) => logP.map((log, s) => (log - logQ![s]!) / 2);
  return estimateOf(p, q, half, sampling, options, "bothWays");
}

/** The integrand at draws of which the log densities are given. */
type Functional = (at: { readonly logP: Float64Array; readonly logQ: Float64Array | undefined }) => Float64Array;

interface Side {
  readonly name: string;
  readonly rows: RowMatrix;
  readonly fit: VonMisesFisherMixtureFit;
  readonly draws: Draws;
}

interface Draws {
  readonly points: RowMatrix;
  /** Share of the expectation that each draw stands for. */
  readonly shares: Float64Array;
  /** Which component it is from. */
  readonly component: Int32Array;
  readonly logDensity: Float64Array;
}

async function fitBoth(where: string, x: Rows, y: Rows, options: MixtureDivergenceOptions) {
  const { sampling = "independent", signal } = options;
  await assertSamples(where, x, y, { sampling, signal });
  return { p: await fitSide(where, "x", x, options), q: await fitSide(where, "y", y, options), sampling };
}

async function fitSide(where: string, name: string, x: Rows, options: MixtureEntropyOptions): Promise<Side> {
  assertSphereDimension(where, x);
  assertMixtureOptions(where, x.rows, options);
  assertCounts(where, x.rows, options);
  const rows = unitAgain(await copyRows(x, { signal: options.signal }));
  const fit = await fitVonMisesFisherMixture(rows, options);
  stopIfAborted(fit, options);
  const { draws = 10_000, seed = 0 } = options;
  return { name, rows, fit, draws: drawFrom(fit.components, draws, rows.dim, `${seed} ${name}`) };
}

async function estimateOf(
  p: Side,
  q: Side | undefined,
  integrand: Functional,
  sampling: Sampling,
  options: MixtureEntropyOptions,
  ways: "oneWay" | "bothWays" = "oneWay",
): Promise<Estimate> {
  const sides = q ? [p, q] : [p];
  const samples = sampling === "paired" || !q ? p.rows.rows : p.rows.rows + q.rows.rows;
  const shared = { samples, unit: "nats", method: `vmf-mixture components=${options.components}` } as const;
  const notes = sides.flatMap(sideNotes);
  if (sides.some(({ fit }) => fit.status === "collapsed")) return { value: Number.NaN, ...shared, notes };
  const of = (a: readonly MixtureComponent[], b: readonly MixtureComponent[] | undefined) => {
    const forth = expectation(p.draws, a, b, integrand);
    if (ways === "oneWay") return forth;
    const back = expectation(q!.draws, b!, a, integrand);
    return { value: forth.value + back.value, variance: forth.variance + back.variance };
  };
  const { value, variance } = of(p.fit.components, q?.fit.components);
  const sampling2 = await jackknifeVariance(sides, sampling, options, (refits) => of(refits[0]!, refits[1]).value);
  return { value, standardError: Math.sqrt(variance + sampling2), ...shared, ...(notes.length > 0 && { notes }) };
}

/** Expectation under p' from draws of p̂, with the variance of its Monte Carlo error. */
function expectation(
  { points, shares, component, logDensity }: Draws,
  p: readonly MixtureComponent[],
  q: readonly MixtureComponent[] | undefined,
  integrand: Functional,
): { readonly value: number; readonly variance: number } {
  const logP = logMixtureDensity(points, p);
  const values = integrand({ logP, logQ: q && logMixtureDensity(points, q) });
  const weights = shares.map((share, s) => share * Math.exp(logP[s]! - logDensity[s]!));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const value = values.reduce((sum, v, s) => sum + weights[s]! * v, 0) / total;
  return { value, variance: stratifiedVariance(values, shares, component) };
}

/** Σ_k π_k² s_k²/n_k. */
function stratifiedVariance(values: Float64Array, shares: Float64Array, component: Int32Array): number {
  let variance = 0;
  for (const k of new Set(component)) {
    const own = values.filter((_, s) => component[s] === k);
    const weight = own.length * shares[component.indexOf(k)]!;
    const centre = meanOfArray(own);
    const spread = own.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (own.length - 1);
    variance += (weight ** 2 * spread) / own.length;
  }
  return variance;
}

/** Draws of each component in proportion to its weight, at least two of each. */
function drawFrom(components: readonly MixtureComponent[], draws: number, dim: number, seed: string): Draws {
  const random = createRandom(seed).split("mixture draws");
  const counts = components.map(({ weight }) => Math.max(2, Math.round(weight * draws)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const points = { rows: total, dim, data: new Float64Array(total * dim) };
  const shares = new Float64Array(total);
  const component = new Int32Array(total);
  let at = 0;
  components.forEach(({ weight, law }, k) => {
    points.data.set(law.rows.sample(random.split(k), counts[k]!).data, at * dim);
    shares.fill(weight / counts[k]!, at, at + counts[k]!);
    component.fill(k, at, at + counts[k]!);
    at += counts[k]!;
  });
  return {
    points,
    shares,
    component,
    logDensity: total === 0 ? new Float64Array(0) : logMixtureDensity(points, components),
  };
}

/** (G − 1)/G Σ_g (θ_{−g} − mean)², added over the samples, or over pairs where the rows are pairs. */
async function jackknifeVariance(
  sides: readonly Side[],
  sampling: Sampling,
  options: MixtureEntropyOptions & RunControl,
  statistic: (refits: readonly (readonly MixtureComponent[])[]) => number,
): Promise<number> {
  const full = sides.map(({ fit }) => fit.components);
  const together = sampling === "paired";
  const turns = together ? [sides.map((_, s) => s)] : sides.map((_, s) => [s]);
  let variance = 0;
  for (const [turn, affected] of turns.entries()) {
    const groups = Math.min(options.jackknifeGroups ?? 20, sides[affected[0]!]!.rows.rows);
    const values: number[] = [];
    for (let g = 0; g < groups; g++) {
      const refits = [...full];
      for (const s of affected) refits[s] = await refitWithout(sides[s]!, g, groups, options);
      values.push(statistic(refits));
      options.onProgress?.({ done: turn * groups + g + 1, total: turns.length * groups, label: "rows left out" });
    }
    const centre = meanOfArray(values);
    variance += ((groups - 1) / groups) * values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  }
  return variance;
}

const refitTolerance = 1e-6;

async function refitWithout(
  { rows, fit }: Side,
  group: number,
  groups: number,
  options: MixtureEntropyOptions,
): Promise<readonly MixtureComponent[]> {
  // The same random groups for both samples, so that pairs stay together.
  const order = createRandom(options.seed ?? 0)
    .split("jackknife groups")
    .permutation(rows.rows);
  const kept = Array.from(order.keys()).filter((i) => order[i]! % groups !== group);
  const data = new Float64Array(kept.length * rows.dim);
  kept.forEach((i, at) => {
    data.set(rows.data.subarray(i * rows.dim, (i + 1) * rows.dim), at * rows.dim);
  });
  // Far below the standard error is settled enough.
  const settings = { ...options, tolerance: Math.max(refitTolerance, options.tolerance ?? 0) };
  const refit = await climb({ rows: kept.length, dim: rows.dim, data }, fit.components, settings);
  stopIfAborted(refit, options);
  return refit.components.length > 0 ? refit.components : fit.components;
}

function sideNotes({ name, rows, fit }: Side): string[] {
  if (fit.status === "collapsed") {
    return [
      `The mixture of ${name} collapsed onto equal rows at every start; take fewer components or merge duplicates.`,
    ];
  }
  const notes = fit.status === "maxSteps" ? [`The mixture of ${name} had not settled after ${fit.steps} steps.`] : [];
  const smallest = Math.round(fit.components.at(-1)!.weight * rows.rows);
  if (smallest > rows.dim) return notes;
  return [
    ...notes,
    `A component of ${name} rests on ${smallest} rows, fewer than the ${rows.dim + 1} parameters it has.`,
  ];
}

function stopIfAborted(fit: VonMisesFisherMixtureFit, { signal }: RunControl): void {
  if (fit.status === "aborted") throw signal?.reason ?? new Error("aborted");
}

function assertCounts(
  where: string,
  rows: number,
  { draws = 10_000, jackknifeGroups = 20 }: MixtureEntropyOptions,
): void {
  requireInteger(where, "draws", draws, 2);
  if (Number.isSafeInteger(jackknifeGroups) && jackknifeGroups >= 2) return;
  const expected = `an integer from 2 to ${rows}, the number of rows`;
  refuseOption(where, "jackknifeGroups", expected, String(jackknifeGroups));
}
