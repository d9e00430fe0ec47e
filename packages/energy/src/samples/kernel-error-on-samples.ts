// How far a smoothed density is from the density, and an energy from its functional: both sides of the inequalities.

import { besselRatioComplement } from "@nce-geometry/manifold";
import { InputError, type Rows } from "@nce-geometry/tensor";
import { refuseOption, requireKernel, requireNonNegative, requirePositive } from "../checks.ts";
import type { Estimate } from "../estimate.ts";
import type { KernelOptions } from "../fields/field-options.ts";
import { logSmoothedDensity } from "../fields/log-smoothed-density.ts";
import { type Comparison, comparison } from "../grid/comparison.ts";
import { logDensityStatistic } from "./contrast.ts";
import { methodOf } from "./parametric-energy-on-samples.ts";
import { poolInfluence } from "./pool-influence.ts";
import { passOf, resolveSample, type SampleOptions } from "./sample-options.ts";
import { combine, estimateOf, meanStatistic } from "./statistic.ts";

export interface SmoothingErrorOptions extends KernelOptions {
  /** Lipschitz constant of the density with respect to the chord ‖z − w‖. */
  readonly lipschitz: number;
}

/**
 * Largest error that smoothing by the kernel can make, from the density's steepness alone.
 *
 * Math:     sup|ρ̃ − ρ| ≤ Lip·E‖z − W‖ ≤ Lip·√(2(1 − A_d(1/τ))),  W ~ vMF(z, 1/τ);  rbf critic: concentration 2·scale/τ.
 * Domain:   ambient dimension d ≥ 2; τ > 0; Lip ≥ 0.
 * Limits:   τ → 0 → Lip·√((d − 1)τ);  τ → ∞ → Lip·√2;  a constant density → 0.
 * Numerics: 1 − A is formed as such; relative error a few ε.
 * Throws:   InputError E_OPTION.
 * Source:   arXiv:2601.19597.
 */
export function smoothingErrorBound(dimension: number, options: SmoothingErrorOptions): number {
  const where = "smoothingErrorBound";
  const { temperature, critic = { kind: "cosine" }, lipschitz } = options;
  if (!(Number.isSafeInteger(dimension) && dimension >= 2)) {
    refuseOption(where, "dimension", "an integer ≥ 2", String(dimension));
  }
  requireKernel(where, { temperature, critic });
  requireNonNegative(where, "lipschitz", lipschitz);
  const concentration = (critic.kind === "cosine" ? 1 : 2 * critic.scale) / temperature;
  return lipschitz * Math.sqrt(2 * besselRatioComplement(dimension / 2 - 1, concentration));
}

export interface KernelErrorOnSamplesOptions extends SampleOptions, SmoothingErrorOptions {
  /** log ρ at the samples, [n]: the density that they were drawn from. */
  readonly logDensity: Float64Array;
  /** min ρ over the whole sphere, > 0. */
  readonly densityMinimum: number;
}

export interface KernelErrorOnSamples {
  /** sup|ρ̃ − ρ| over the samples against {@link smoothingErrorBound}. The left side holds sampling error as well. */
  readonly density: Comparison;
  /** Largest standard error of ρ̃ over the samples: how much of `density.left` may be sampling. */
  readonly samplingError: number;
  /** J_τ − F_{τ,U} = E log ρ̃ − E log ρ; the potential cancels. */
  readonly energyDifference: Estimate;
  /** |J_τ − F_{τ,U}| ≤ 2ε/min ρ with ε = density.left, which the samples show. */
  readonly energy: Comparison;
  /** The same with ε = density.right, which the steepness allows. */
  readonly energyByLipschitz: Comparison;
}

/**
 * The kernel error bounds on a sample of a known density: both sides, and how much room is between them.
 *
 * Math:     sup|ρ̃ − ρ| ≤ Lip·√(2(1 − A_d(1/τ)));  |J_τ − F_{τ,U}| ≤ 2ε/min ρ, ε = sup|ρ̃ − ρ|.  ρ̃ leaves one out.
 * Shapes:   samples [n, d], logDensity [n] → record. The density sides are in units of ρ, which overflow in high dimension; energies in nats.
 * Domain:   n ≥ 3, d ≥ 2, unit rows; min ρ > 0.
 * Limits:   a uniform density → right sides 0, left sides sampling error.
 * Numerics: the bounds are of the laws; on few samples the left sides may exceed them by `samplingError` and the like.
 * Throws:   InputError E_SHAPE, E_OPTION, E_ZERO_ROW, E_NOT_FINITE; rejects with `signal.reason`.
 * Source:   arXiv:2601.19597.
 */
export async function kernelErrorOnSamples(
  samples: Rows,
  options: KernelErrorOnSamplesOptions,
): Promise<KernelErrorOnSamples> {
  const where = "kernelErrorOnSamples";
  const { logDensity, densityMinimum, lipschitz } = options;
  requirePositive(where, "densityMinimum", densityMinimum);
  requireNonNegative(where, "lipschitz", lipschitz);
  checkLogDensity(where, samples, logDensity);
  const sample = await resolveSample(where, { samples }, options);
  const { critic, temperature, engine, errorSources } = sample;
  const form = "leaveOneOut";
  const field = await logSmoothedDensity(samples, samples, { ...options, critic, temperature, engine, form });
  const smoothed = field.values.map(Math.exp);
  const left = largest(smoothed.map((density, i) => Math.abs(density - Math.exp(logDensity[i]!))));
  const right = smoothingErrorBound(samples.dim, { temperature, critic, lipschitz });
  const terms = samples.rows - 1;
  const { logKernelVolume } = field;
  const logSums = field.values.map((value) => value + logKernelVolume + Math.log(terms));
  const asPopulation =
    errorSources === "all"
      ? await poolInfluence(samples, samples, logSums, passOf(sample, "exclude", { signal: options.signal }))
      : undefined;
  const difference = combine([
    [1, logDensityStatistic({ logSums, terms, logKernelVolume, asPopulation })],
    [-1, meanStatistic(logDensity)],
  ]);
  const gap = Math.abs(difference.value);
  return {
    density: comparison(left, right),
    samplingError: largest(smoothed.map((density, i) => density * field.standardError![i]!)),
    energyDifference: estimateOf(difference, "nats", methodOf(sample, "leave-one-out")),
    energy: comparison(gap, (2 * left) / densityMinimum),
    energyByLipschitz: comparison(gap, (2 * right) / densityMinimum),
  };
}

/** The largest number, NaN if there is one. */
function largest(values: Float64Array): number {
  return values.reduce((a, b) => Math.max(a, b), 0);
}

function checkLogDensity(where: string, samples: Rows, logDensity: Float64Array): void {
  const argument = "logDensity";
  if (logDensity.length !== samples.rows) {
    const expected = `of length ${samples.rows}, one per sample`;
    throw new InputError({ code: "E_SHAPE", where, argument, expected, received: `length ${logDensity.length}` });
  }
  const bad = logDensity.findIndex((value) => !Number.isFinite(value));
  if (bad === -1) return;
  const received = `${logDensity[bad]} at sample ${bad}`;
  throw new InputError({ code: "E_NOT_FINITE", where, argument, expected: "finite", received });
}
