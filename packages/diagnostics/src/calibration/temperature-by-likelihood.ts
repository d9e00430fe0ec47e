import { type Estimate, normalQuantile } from "@nce-geometry/energy";
import type { Rows, RunControl } from "@nce-geometry/tensor";
import { optionError, requireOneOf, requireOpenFraction, requirePositive } from "../law-tests/option-checks.ts";
import type { CloudSample } from "../law-tests/pair-angles.ts";
import { type ItemSampleOptions, type ItemScoreTable, influenceByItem, itemScoreTable } from "./item-score-table.ts";
import { type Likelihood, type LikelihoodDirection, softmaxLikelihood } from "./softmax-likelihood.ts";

export interface TemperatureByLikelihoodOptions extends ItemSampleOptions, RunControl {
  /** Who asks. @defaultValue "both" */
  readonly direction?: LikelihoodDirection;
  /** Smallest and largest τ considered, 0 < low < high. @defaultValue [0.001, 100] */
  readonly range?: readonly [number, number];
  /** Confidence level of the interval, in (0, 1). @defaultValue 0.95 */
  readonly level?: number;
}

export interface TemperatureByLikelihood {
  /**
   * - `found`;
   * - `atLowerEnd`: the likelihood still grows at the smallest τ, as it does where every match ranks first;
   * - `atUpperEnd`: it still grows at the largest τ, or without end, where matches score no higher than other pairs.
   */
  readonly status: "found" | "atLowerEnd" | "atUpperEnd";
  readonly direction: LikelihoodDirection;
  readonly sample: CloudSample;
  /** The minimiser, or the end of the range that was reached, without an interval. */
  readonly temperature: Estimate;
  /** Nats per caption: there, and for a softmax that knows nothing (τ = ∞). */
  readonly negativeLogLikelihood: { readonly value: number; readonly uniform: number };
}

/**
 * The temperature under which the matches are most likely: what a softmax of these cosines should be divided by.
 *
 * Math:     argmin_τ mean_j −log softmax(s/τ)_own, convex in 1/τ. Interval: the τ with 2n(NLL(τ) − min)·H/J ≤ χ²₁, H the curvature in 1/τ, J the
 *           variance of the slopes summed by item: the profile likelihood, scaled because captions of one item are not independent.
 * Shapes:   x [n, d], y [m, d] of unit rows, map [m] → record.
 * Domain:   n ≥ 2.
 * Limits:   matches drawn from a softmax with τ₀ → τ₀ as n → ∞;  every match ahead of all others → `atLowerEnd`;  all rows equal → `atUpperEnd`.
 * Numerics: false position on the slope to 1e-12 of log τ. The items with their captions are the sample; candidates are held fixed.
 *           Cost: O(nmd) once and O(nm) for each of some thirty evaluations.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 * Source:   C. Guo et al., On calibration of modern neural networks, ICML 2017; C. Varin, N. Reid, D. Firth, Statist. Sinica 21 (2011), for the interval.
 */
export async function temperatureByLikelihood(
  x: Rows,
  y: Rows,
  options: TemperatureByLikelihoodOptions = {},
): Promise<TemperatureByLikelihood> {
  const where = "temperatureByLikelihood";
  const { direction = "both", range = [0.001, 100], level = 0.95 } = options;
  requireOneOf(where, "direction", direction, ["xToY", "yToX", "both"]);
  requirePositive(where, "range[0]", range[0]);
  requirePositive(where, "range[1]", range[1]);
  if (range[0] >= range[1]) throw optionError(where, "range", "ascending", `[${range.join(", ")}]`);
  requireOpenFraction(where, "level", level);
  return fitTemperature(await itemScoreTable(where, x, y, options), { direction, range, level });
}

/** The fit to a table of scores. */
export function fitTemperature(
  table: ItemScoreTable,
  settings: {
    readonly direction: LikelihoodDirection;
    readonly range: readonly [number, number];
    readonly level: number;
  },
): TemperatureByLikelihood {
  const { direction, range, level } = settings;
  const at = (beta: number) => softmaxLikelihood(table, direction, beta);
  const slopeAt = (beta: number) => meanOf(at(beta).slopes);
  const [low, high] = [1 / range[1], 1 / range[0]];
  const uniform = at(0).value;
  const facts = { direction, sample: table.sample };
  const ended = (status: "atLowerEnd" | "atUpperEnd", beta: number): TemperatureByLikelihood => ({
    status,
    ...facts,
    temperature: { value: 1 / beta, samples: table.items, unit: "1" },
    negativeLogLikelihood: { value: at(beta).value, uniform },
  });
  // Where all cosines of a caption are equal the slope is rounding.
  const rounding = 8 * Number.EPSILON * table.scores.reduce((most, s) => Math.max(most, Math.abs(s)), 0);
  if (slopeAt(low) >= -rounding) return ended("atUpperEnd", low);
  if (slopeAt(high) <= 0) return ended("atLowerEnd", high);
  const beta = crossing(slopeAt, low, high);
  return {
    status: "found",
    ...facts,
    temperature: estimateAt(table, at, { beta, low, high, level }),
    negativeLogLikelihood: { value: at(beta).value, uniform },
  };
}

/** 1/β with the error of the sandwich and the scaled profile likelihood's interval. */
function estimateAt(
  table: ItemScoreTable,
  at: (beta: number) => Likelihood,
  range: { readonly beta: number; readonly low: number; readonly high: number; readonly level: number },
): Estimate {
  const { beta, low, high, level } = range;
  const best = at(beta);
  const influence = influenceByItem(best.slopes, table);
  const variance = influence.reduce((sum, value) => sum + value * value, 0) / (table.items - 1);
  const standardError = Math.sqrt(variance / table.items) / best.curvature / beta ** 2;
  const allowed = (normalQuantile((1 + level) / 2) ** 2 * variance) / (2 * table.items * best.curvature);
  const excess = (other: number) => at(other).value - best.value - allowed;
  const ends = { cold: excess(high) > 0, warm: excess(low) > 0 };
  const cold = ends.cold ? crossing(excess, beta, high) : high;
  const warm = ends.warm ? crossing((other) => -excess(other), low, beta) : low;
  return {
    value: 1 / beta,
    standardError,
    interval: { low: 1 / cold, high: 1 / warm, level, method: "normal" },
    samples: table.items,
    unit: "1",
    method: "profile likelihood",
    ...(!(ends.cold && ends.warm) && { notes: ["The interval reaches the end of the range."] }),
  };
}

/** Where an increasing function changes sign, in log: false position, halving the value of an end that stays (Illinois). */
function crossing(f: (beta: number) => number, from: number, to: number): number {
  let [low, high] = [Math.log(from), Math.log(to)];
  let [atLow, atHigh] = [f(from), f(to)];
  let stayed = 0;
  for (let step = 0; step < 200 && high - low > 1e-12; step++) {
    const next = (low * atHigh - high * atLow) / (atHigh - atLow);
    const value = f(Math.exp(next));
    if (value === 0 || next <= low || next >= high) return Math.exp(next);
    if (value < 0) {
      if (next - low < 1e-13) return Math.exp(next);
      [low, atLow] = [next, value];
      if (stayed > 0) atHigh /= 2;
      stayed = 1;
    } else {
      if (high - next < 1e-13) return Math.exp(next);
      [high, atHigh] = [next, value];
      if (stayed < 0) atLow /= 2;
      stayed = -1;
    }
  }
  return Math.exp((low + high) / 2);
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
