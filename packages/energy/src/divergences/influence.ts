// A statistic of two samples with the influence of each row: θ̂ ≈ θ + mean_i ψ_i + mean_j φ_j. Influences add where statistics
// do, which is how a symmetric divergence gets an honest error from its two directions.

import type { Estimate, Unit } from "../estimate.ts";
import { standardErrorOfMean } from "../uncertainty/uncertainty.ts";
import type { Sampling } from "./two-sample-options.ts";

export interface WithInfluence {
  readonly value: number;
  /** ψ [n] of mean 0; absent where the value is not finite. */
  readonly ofX?: Float64Array | undefined;
  /** φ [m] of mean 0. */
  readonly ofY?: Float64Array | undefined;
  readonly notes: readonly string[];
}

/** The sum of two statistics of the same samples; a note that both carry is given once. */
export function combine(a: WithInfluence, b: WithInfluence): WithInfluence {
  const add = (u?: Float64Array, v?: Float64Array) => u && v && u.map((value, i) => value + v[i]!);
  return {
    value: a.value + b.value,
    ofX: add(a.ofX, b.ofX),
    ofY: add(a.ofY, b.ofY),
    notes: [...new Set([...a.notes, ...b.notes])],
  };
}

/** A multiple of a statistic. */
export function scaled(a: WithInfluence, factor: number): WithInfluence {
  const multiply = (u?: Float64Array) => u?.map((value) => factor * value);
  return { ...a, value: factor * a.value, ofX: multiply(a.ofX), ofY: multiply(a.ofY) };
}

/** A note where twice the smoothing moves a divergence by more than two standard errors: then the smoothing decides it. */
export function trendNotes(
  { value, ofX, ofY }: Omit<WithInfluence, "notes">,
  smoother: number,
  change: string,
  name: "x" | "y",
): string[] {
  const directed = name === "x" ? "D_KL(x‖y)" : "D_KL(y‖x)";
  const error = ofX && ofY ? samplingError(ofX, ofY, "independent") : 0;
  if (!(Math.abs(smoother - value) > 2 * error + roundingOf(value))) return [];
  return [
    `${change} ${directed} would be ${smoother.toPrecision(3)} in place of ${value.toPrecision(3)}: smoothing decides it.`,
  ];
}

/** Values that ought to be equal differ by some rounding of sums of logarithms. */
function roundingOf(value: number): number {
  return 1e-9 * (1 + Math.abs(value));
}

export interface TwoSampleContext {
  readonly x: { readonly rows: number };
  readonly y: { readonly rows: number };
  readonly sampling: Sampling;
  readonly method: string;
  /** @defaultValue "nats" */
  readonly unit?: Unit;
  /** Variance of the value that does not come from the samples, e.g. of random directions. @defaultValue 0 */
  readonly extraVariance?: number;
}

/** The estimate, its standard error from the influences: of pairs where the rows are pairs, of two independent means otherwise. */
export function twoSampleEstimate(
  { value, ofX, ofY, notes }: WithInfluence,
  { x, y, sampling, method, unit = "nats", extraVariance = 0 }: TwoSampleContext,
): Estimate {
  const samples = sampling === "paired" ? x.rows : x.rows + y.rows;
  const known = ofX !== undefined && ofY !== undefined && Number.isFinite(value);
  const error = () => Math.sqrt(extraVariance + samplingError(ofX!, ofY!, sampling) ** 2);
  return {
    value,
    ...(known && { standardError: error() }),
    samples,
    unit,
    method,
    ...(notes.length > 0 && { notes }),
  };
}

function samplingError(ofX: Float64Array, ofY: Float64Array, sampling: Sampling): number {
  if (sampling === "independent") return Math.hypot(standardErrorOfMean(ofX, 0), standardErrorOfMean(ofY, 0));
  return standardErrorOfMean(
    ofX.map((value, i) => value + ofY[i]!),
    0,
  );
}
