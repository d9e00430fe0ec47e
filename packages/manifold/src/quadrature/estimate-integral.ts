// Monte Carlo integration for manifolds without a quadrature of their own: uniform points, hence only a standard error.

import {
  InputError,
  logMeanExpOfArray,
  meanOfArray,
  type Random,
  type RunControl,
  sumOfArray,
  throwIfAborted,
  yieldToEventLoop,
} from "@nce-geometry/tensor";
import type { Manifold } from "../manifold.ts";
import { requireInteger } from "./option-checks.ts";
import { evaluateAt, type PointFunction } from "./quadrature.ts";

export interface EstimateIntegralOptions extends RunControl {
  /** How many points, ≥ 2. The standard error falls like samples^(−½). @defaultValue 65536 */
  readonly samples?: number;
  /** Where the points come from; advanced by the call. */
  readonly random: Random;
}

/** A Monte Carlo estimate. */
export interface IntegralEstimate {
  readonly value: number;
  /** Estimated standard deviation of `value`. */
  readonly standardError: number;
  readonly samples: number;
}

/**
 * Integral of a function over a compact manifold from uniform points.
 *
 * Math:     ∫ f dμ ≈ (|Z|/n) Σ_i f(x_i), x_i uniform; standard error |Z|·√(Var f/n)
 * Shapes:   f of one point [d] → number. Unit: that of f times volume.
 * Domain:   a manifold of finite volume; the variance of f must be finite, or the standard error means nothing.
 * Limits:   f = c → c·|Z| with standard error 0;  NaN propagates.
 * Numerics: unbiased. The same random stream at the same place gives the same number.
 * Throws:   InputError E_OPTION, E_UNSUPPORTED; rejects with `signal.reason` when aborted.
 */
export async function estimateIntegral(
  manifold: Manifold,
  f: PointFunction,
  options: EstimateIntegralOptions,
): Promise<IntegralEstimate> {
  const where = "estimateIntegral";
  const volume = finite(where, manifold, manifold.volume);
  const values = await sampleValues(where, manifold, f, options);
  const mean = meanOfArray(values);
  const standardError = volume * standardErrorOfMean(values, mean);
  return { value: volume * mean, standardError, samples: values.length };
}

/**
 * Logarithm of the integral of e^f over a compact manifold from uniform points.
 *
 * Math:     log ∫ e^f dμ ≈ log |Z| + log (1/n) Σ_i e^(f(x_i)); standard error CV/√n by the delta method, CV the coefficient of variation of e^f
 * Shapes:   f of one point [d] → number. Unit: nats.
 * Domain:   as {@link estimateIntegral}. When the standard error comes near 1 the estimate rests on few points and is too low.
 * Limits:   f = c → c + log |Z| with standard error 0;  f = −∞ everywhere → −∞ with standard error NaN.
 * Numerics: biased by −CV²/(2n). Exponentials relative to their mean, so that neither they nor the volume leave the range of numbers.
 * Throws:   InputError E_OPTION, E_UNSUPPORTED; rejects with `signal.reason` when aborted.
 */
export async function estimateLogIntegral(
  manifold: Manifold,
  f: PointFunction,
  options: EstimateIntegralOptions,
): Promise<IntegralEstimate> {
  const where = "estimateLogIntegral";
  const logVolume = finite(where, manifold, manifold.logVolume);
  const values = await sampleValues(where, manifold, f, options);
  const logMean = logMeanExpOfArray(values);
  const ratios = values.map((value) => Math.exp(value - logMean));
  return { value: logVolume + logMean, standardError: standardErrorOfMean(ratios, 1), samples: values.length };
}

/** Points drawn between two looks at the signal. */
const BLOCK = 4096;

async function sampleValues(
  where: string,
  manifold: Manifold,
  f: PointFunction,
  options: EstimateIntegralOptions,
): Promise<Float64Array> {
  const { samples = 65536, random, signal, onProgress } = options;
  requireInteger(where, "samples", samples, 2);
  const values = new Float64Array(samples);
  const stream = random.split(String(random.uniform(1)[0]));
  for (let start = 0; start < samples; start += BLOCK) {
    throwIfAborted(signal);
    const points = manifold.rows.sampleUniform(stream.split(start), Math.min(BLOCK, samples - start));
    values.set(
      evaluateAt(points, (point, i) => f(point, start + i)),
      start,
    );
    onProgress?.({ done: start + points.rows, total: samples, label: "points" });
    if (start + BLOCK < samples) await yieldToEventLoop();
  }
  return values;
}

function standardErrorOfMean(values: Float64Array, mean: number): number {
  const n = values.length;
  const squares = sumOfArray(values.map((value) => (value - mean) ** 2));
  return Math.sqrt(squares / ((n - 1) * n));
}

function finite(where: string, manifold: Manifold, volume: number | undefined): number {
  if (volume !== undefined) return volume;
  throw new InputError({
    code: "E_UNSUPPORTED",
    where,
    argument: "manifold",
    expected: "of finite volume",
    received: manifold.name,
  });
}
