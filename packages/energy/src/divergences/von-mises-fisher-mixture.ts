// Mixtures of a few von Mises–Fisher laws, fitted by expectation and maximisation.

import { fitVonMisesFisher, type VonMisesFisher, vonMisesFisher } from "@nce-geometry/manifold";
import {
  createRandom,
  logSumExpOfArray,
  meanOfArray,
  type Random,
  type RowMatrix,
  type RunControl,
  yieldToEventLoop,
} from "@nce-geometry/tensor";
import { refuseOption, requireInteger, requirePositive, requireSeed } from "../checks.ts";
import { assertSphereDimension, assertUnitSample } from "../rows/unit-rows.ts";
import { unitAgain } from "./entropy-bound.ts";

export interface VonMisesFisherMixtureOptions extends RunControl {
  /** Number of laws, an integer ≥ 1. */
  readonly components: number;
  /** Starts from different random rows; the fit of the largest likelihood is kept. An integer ≥ 1. @defaultValue 4 */
  readonly restarts?: number;
  /** Most steps of each start, an integer ≥ 1. @defaultValue 500 */
  readonly maxSteps?: number;
  /** A start ends when the mean log-likelihood grows by less, in nats. @defaultValue 1e-8 */
  readonly tolerance?: number;
  /** Seed of the starts. @defaultValue 0 */
  readonly seed?: number;
}

export interface MixtureComponent {
  /** > 0; the weights sum to 1. */
  readonly weight: number;
  readonly law: VonMisesFisher;
}

/**
 * - `converged`: the likelihood settled;
 * - `maxSteps`: it still grew at the last step;
 * - `collapsed`: at every start a component shrank onto rows that agree to within rounding, or lost all rows;
 * - `aborted`: the signal asked to stop; the best fit so far.
 */
export type MixtureStatus = "converged" | "maxSteps" | "collapsed" | "aborted";

export interface VonMisesFisherMixtureFit {
  readonly status: MixtureStatus;
  /** Largest weight first; empty where `collapsed`, or aborted before the first fit. */
  readonly components: readonly MixtureComponent[];
  /** mean_i log p(x_i), in nats; −∞ without components. */
  readonly meanLogLikelihood: number;
  /** Of the start that was kept. */
  readonly steps: number;
  readonly samples: number;
}

/**
 * The mixture of von Mises–Fisher laws that fits rows best, of a given number of components.
 *
 * Math:     p(z) = Σ_k π_k C_d(κ_k) e^{κ_k⟨μ_k, z⟩}; shares r_ik ∝ π_k p_k(x_i), then π_k = mean_i r_ik and (μ_k, κ_k) from the mean of the
 *           rows weighted by r_ik, repeated.
 * Shapes:   x [n, d] of unit rows → record.
 * Domain:   n ≥ 2, d ≥ 2, 1 ≤ components ≤ n.
 * Limits:   one component → the maximum-likelihood fit of `fitVonMisesFisher`;  equal rows → `collapsed`.
 * Numerics: the likelihood never falls. Starts are k-means++ seeds on the sphere. O(steps·n·d·components).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   A. Banerjee et al., Clustering on the unit hypersphere using von Mises–Fisher distributions, JMLR 6 (2005).
 */
export async function fitVonMisesFisherMixture(
  x: RowMatrix,
  options: VonMisesFisherMixtureOptions,
): Promise<VonMisesFisherMixtureFit> {
  const where = "fitVonMisesFisherMixture";
  await assertUnitSample(where, "x", x, {});
  assertSphereDimension(where, x);
  const { restarts = 4, seed = 0, signal, onProgress } = options;
  assertMixtureOptions(where, x.rows, options);
  const unit = unitAgain(x);
  const random = createRandom(seed).split("mixture");
  let best: VonMisesFisherMixtureFit = failed("collapsed", x.rows);
  for (let start = 0; start < restarts; start++) {
    await yieldToEventLoop();
    if (signal?.aborted) return { ...best, status: "aborted" };
    const shares = seedShares(unit, options.components, random.split(start));
    const components = maximise(unit, shares, options.components);
    const fit = components ? await climb(unit, components, options) : failed("collapsed", x.rows);
    if (fit.components.length > 0 && fit.meanLogLikelihood > best.meanLogLikelihood) best = fit;
    if (fit.status === "aborted") return { ...best, status: "aborted" };
    onProgress?.({ done: start + 1, total: restarts, label: "mixture starts" });
  }
  return best;
}

/** Expectation and maximisation from given components until the likelihood settles. */
export async function climb(
  x: RowMatrix,
  start: readonly MixtureComponent[],
  { maxSteps = 500, tolerance = 1e-8, signal }: Omit<VonMisesFisherMixtureOptions, "components">,
): Promise<VonMisesFisherMixtureFit> {
  let components = start;
  let before = Number.NEGATIVE_INFINITY;
  for (let steps = 1; ; steps++) {
    const { shares, meanLogLikelihood } = expect(x, components);
    const result = { components: byWeight(components), meanLogLikelihood, steps, samples: x.rows };
    if (meanLogLikelihood - before < tolerance) return { status: "converged", ...result };
    if (steps >= maxSteps) return { status: "maxSteps", ...result };
    if (steps % 16 === 0) await yieldToEventLoop();
    if (signal?.aborted) return { status: "aborted", ...result };
    const next = maximise(x, shares, components.length);
    if (next === undefined) return failed("collapsed", x.rows);
    components = next;
    before = meanLogLikelihood;
  }
}

/**
 * Logarithm of the density of a mixture.
 *
 * Math:   log Σ_k π_k p_k(x_i).
 * Shapes: x [n, d], on the sphere → [n], with respect to the area.
 * Domain: at least one component.
 * Limits: one component → its `rows.logDensity`.
 * Throws: InputError E_DOMAIN.
 */
export function logMixtureDensity(x: RowMatrix, components: readonly MixtureComponent[]): Float64Array {
  return expect(x, components).logDensity;
}

/** Refuses options outside their domain. */
export function assertMixtureOptions(
  where: string,
  rows: number,
  { components, restarts = 4, maxSteps = 500, tolerance = 1e-8, seed = 0 }: VonMisesFisherMixtureOptions,
): void {
  if (!Number.isSafeInteger(components) || components < 1 || components > rows) {
    refuseOption(where, "components", `an integer from 1 to ${rows}, the number of rows`, String(components));
  }
  requireInteger(where, "restarts", restarts, 1);
  requireInteger(where, "maxSteps", maxSteps, 1);
  requirePositive(where, "tolerance", tolerance);
  requireSeed(where, seed);
}

function failed(status: "collapsed", samples: number): VonMisesFisherMixtureFit {
  return { status, components: [], meanLogLikelihood: Number.NEGATIVE_INFINITY, steps: 0, samples };
}

function byWeight(components: readonly MixtureComponent[]): MixtureComponent[] {
  return components.toSorted((a, b) => b.weight - a.weight);
}

/** Shares r [components][n], the log density at each row, and its mean. */
function expect(x: RowMatrix, components: readonly MixtureComponent[]) {
  const logs = components.map(({ weight, law }) => law.rows.logDensity(x).map((log) => log + Math.log(weight)));
  const terms = new Float64Array(components.length);
  const logDensity = new Float64Array(x.rows).map((_, i) => {
    for (let k = 0; k < terms.length; k++) terms[k] = logs[k]![i]!;
    return logSumExpOfArray(terms);
  });
  const shares = logs.map((log) => log.map((value, i) => Math.exp(value - logDensity[i]!)));
  return { shares, logDensity, meanLogLikelihood: meanOfArray(logDensity) };
}

/** The components of largest expected likelihood, or undefined where one has collapsed. */
function maximise(x: RowMatrix, shares: readonly Float64Array[], count: number): MixtureComponent[] | undefined {
  const components: MixtureComponent[] = [];
  for (let k = 0; k < count; k++) {
    const share = shares[k]!;
    const total = share.reduce((sum, value) => sum + value, 0);
    const law = total > 0 ? lawOfMean(weightedMean(x, share, total)) : undefined;
    if (law === undefined) return undefined;
    components.push({ weight: total / x.rows, law });
  }
  return components;
}

function weightedMean({ rows, dim, data }: RowMatrix, share: Float64Array, total: number): Float64Array {
  const mean = new Float64Array(dim);
  for (let i = 0; i < rows; i++) for (let k = 0; k < dim; k++) mean[k]! += share[i]! * data[i * dim + k]!;
  return mean.map((value) => value / total);
}

/** The law with a given mean vector: that of two rows placed symmetrically to it, so that there is one fit of κ and no second. */
function lawOfMean(mean: Float64Array): VonMisesFisher | undefined {
  const dim = mean.length;
  const length = Math.sqrt(mean.reduce((sum, value) => sum + value * value, 0));
  const direction = length > 0 ? mean.map((value) => value / length) : mean.map((_, k) => (k === 0 ? 1 : 0));
  if (length < 8 * Number.EPSILON) return vonMisesFisher({ meanDirection: direction, concentration: 0 });
  const data = new Float64Array(2 * dim);
  data[0] = Math.min(1, length);
  data[dim] = data[0];
  data[1] = Math.sqrt((1 - data[0]) * (1 + data[0]));
  data[dim + 1] = -data[1];
  const { law } = fitVonMisesFisher({ rows: 2, dim, data });
  return law && vonMisesFisher({ meanDirection: direction, concentration: law.concentration });
}

/** Each row to the nearest of `count` random rows, each chosen with a probability growing as its squared distance from those before. */
function seedShares(x: RowMatrix, count: number, random: Random): Float64Array[] {
  const { rows: n, dim, data } = x;
  const distance = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const nearest = new Int32Array(n);
  let seed = random.integers(1, { high: n })[0]!;
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < n; i++) {
      let square = 0;
      for (let at = 0; at < dim; at++) square += (data[i * dim + at]! - data[seed * dim + at]!) ** 2;
      if (square >= distance[i]!) continue;
      distance[i] = square;
      nearest[i] = k;
    }
    seed = drawProportionalTo(distance, random);
  }
  return Array.from({ length: count }, (_, k) => new Float64Array(n).map((_, i) => (nearest[i] === k ? 1 : 0)));
}

function drawProportionalTo(weights: Float64Array, random: Random): number {
  const total = weights.reduce((sum, value) => sum + value, 0);
  let left = random.uniform(1)[0]! * total;
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return weights.length - 1;
}
