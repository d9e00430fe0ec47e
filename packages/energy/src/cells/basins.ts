// Where descents of two densities end when they begin in many places.

import { InputError, type Random } from "@nce-geometry/tensor";
import { requireLevel, requireNonNegative, requirePositive } from "../checks.ts";
import type { Estimate } from "../estimate.ts";
import type { Pair } from "../grid/denominators.ts";
import type { MultimodalOptions } from "../grid/free-energy-multimodal.ts";
import { type GridMeasure, normalizeLogDensity } from "../grid/grid-measure.ts";
import { createUncertainty } from "../uncertainty/uncertainty.ts";
import type { GridFlowState, GridFlowStatus } from "./grid-flow.ts";
import { type MirrorDescentOptions, mirrorDescent } from "./mirror-descent.ts";

/** `matched`: it converged with D_S up to the threshold. `separated`: above it. `unfinished`: it did not converge. */
export type Basin = "matched" | "separated" | "unfinished";

export interface CountBasinsOptions extends Omit<MirrorDescentOptions, "recordEvery" | "wells"> {
  /** D_S above which an end state counts as separated. Unit: nats. @defaultValue 0.5, a Jeffreys divergence of 1 */
  readonly separatedAbove?: number;
  /** Confidence level of the intervals. @defaultValue 0.95 */
  readonly level?: number;
}

/** How one descent ended. */
export interface BasinEnd {
  readonly basin: Basin;
  readonly status: GridFlowStatus;
  /** The functional. Unit: nats. */
  readonly value: number;
  readonly symmetricKL: number;
  readonly overlap: number;
  readonly state: GridFlowState;
}

export interface BasinCounts {
  /** How many descents ended in each. */
  readonly counts: Readonly<Record<Basin, number>>;
  /** The same as shares of all starts, with Wilson intervals: estimates for the law that the starts were drawn from. */
  readonly shares: Readonly<Record<Basin, Estimate>>;
  /** In the order of the starts; shorter than they are where the signal was aborted. */
  readonly ends: readonly BasinEnd[];
}

/**
 * Counts the basins that mirror descents from given starts end in.
 *
 * Math:     share of {D_S(ρ₁, ρ₂) ≤ threshold} among the limits of {@link mirrorDescent}, with Wilson's score interval
 * Shapes:   measure [n], starts: pairs of log densities [n].
 * Domain:   at least 2 starts. Starts are the caller's choice: the shares speak of their law and of no other.
 * Limits:   λ ≥ 1 with U₁₂ = U₂₁ → all matched;  λ < ½ with a floor → separated save for starts exactly matched.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN. When aborted, what was counted so far is returned; E_DOMAIN where that is less than 2.
 * Source:   E. B. Wilson, J. Am. Stat. Assoc. 22 (1927), for the interval; arXiv:2601.19597 for the functional.
 */
export async function countBasins(
  measure: GridMeasure,
  functional: MultimodalOptions,
  starts: readonly Pair<Float64Array>[],
  options: CountBasinsOptions = {},
): Promise<BasinCounts> {
  const where = "countBasins";
  const { separatedAbove = 0.5, level = 0.95, onProgress, signal } = options;
  requirePositive(where, "separatedAbove", separatedAbove);
  requireLevel(where, level);
  requireTwo(where, "starts", starts.length);
  const ends: BasinEnd[] = [];
  for (const start of starts) {
    onProgress?.({ done: ends.length, total: starts.length, label: "starts" });
    const quiet = { ...options, onProgress: undefined, recordEvery: options.maxSteps ?? 1000 };
    const run = await mirrorDescent(measure, { kind: "multimodal", ...functional }, start, quiet);
    if (signal?.aborted) break;
    const { value, symmetricKL, overlap } = run.trajectory.at(-1)!;
    const settled = symmetricKL! > separatedAbove ? "separated" : "matched";
    const basin = run.status === "converged" ? settled : "unfinished";
    ends.push({ basin, status: run.status, value, symmetricKL: symmetricKL!, overlap: overlap!, state: run.state });
  }
  requireTwo(where, "starts", ends.length);
  const shareOf = (basin: Basin): Estimate => {
    const hits = Float64Array.from(ends, (end) => (end.basin === basin ? 1 : 0));
    const share = createUncertainty(where, ends.length, { bootstrap: 0, level }).share(hits);
    return { ...share, method: `mirror descent, separated if D_S > ${separatedAbove}` };
  };
  const countOf = (basin: Basin): number => ends.filter((end) => end.basin === basin).length;
  const each = <T>(f: (basin: Basin) => T): Record<Basin, T> => ({
    matched: f("matched"),
    separated: f("separated"),
    unfinished: f("unfinished"),
  });
  return { counts: each(countOf), shares: each(shareOf), ends };
}

export interface SampleLogDensityOptions {
  /** Standard deviation of the logarithm in every cell, before normalisation. Unit: nats. @defaultValue 1 */
  readonly spread?: number;
  /** The density that is perturbed, [n]. @defaultValue the uniform law */
  readonly around?: Float64Array;
}

/**
 * A random density: independent normal perturbations of the logarithm in every cell.
 *
 * Math:     log ρ_i = log ρ̄_i + spread·N(0, 1) − log Z
 * Shapes:   measure [n] → [n].
 * Limits:   spread 0 → ρ̄.
 * Throws:   InputError E_OPTION, E_SHAPE, E_NOT_FINITE, E_DOMAIN.
 * Source:   classical.
 */
export function sampleLogDensity(
  random: Random,
  measure: GridMeasure,
  options: SampleLogDensityOptions = {},
): Float64Array {
  const { spread = 1, around = new Float64Array(measure.weights.length) } = options;
  requireNonNegative("sampleLogDensity", "spread", spread);
  const noise = random.normal(measure.weights.length);
  return normalizeLogDensity(
    measure,
    around.map((value, i) => value + spread * noise[i]!),
  );
}

function requireTwo(where: string, argument: string, count: number): void {
  if (count >= 2) return;
  const expected = "at least 2 states, for shares with intervals";
  throw new InputError({ code: "E_DOMAIN", where, argument, expected, received: String(count) });
}
