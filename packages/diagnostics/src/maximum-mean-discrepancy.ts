import { pairQuantiles, referenceEngine } from "@nce-geometry/pairwise";
import { InputError, type Rows, type RunControl } from "@nce-geometry/tensor";
import { type EngineOptions, measurePairs, type PairStatisticOptions, type Plan } from "./measure-pairs.ts";
import type { MaximumMeanDiscrepancy, MaximumMeanDiscrepancyAtBandwidth } from "./pair-analysis.ts";
import { planTwoSample } from "./pair-statistics.ts";
import { assertPairedUnitRows } from "./paired-rows.ts";

export interface MaximumMeanDiscrepancyOptions extends PairStatisticOptions {
  /** Bandwidths as multiples of the median cross distance, each > 0. @defaultValue [0.5, 1, 2] */
  readonly bandwidthFactors?: readonly number[];
}

/** Half, once and twice the median: the usual range. */
export const defaultBandwidthFactors: readonly number[] = [0.5, 1, 2];

/**
 * Squared maximum mean discrepancy of the laws of two modalities, Gaussian kernel.
 *
 * Math:     E k(X, X') + E k(Y, Y') − 2E k(X, Y), k(x, y) = exp(−‖x − y‖²/(2σ²)), σ = factor · median ‖x_i − y_j‖;
 *           V: means over all n² pairs, U: over i ≠ j within a modality.
 * Shapes:   x, y [n, d] of unit rows → record, or null where the median distance is 0.
 * Domain:   n ≥ 2, factors > 0.
 * Limits:   x = y → V = 0;  all x_i = a, all y_i = b → 2 − 2e^{−1/(2·factor²)}.
 * Numerics: the median is exact, over all n² pairs. Standard errors by linearisation with the bandwidth held fixed: too
 *           small where the two laws are (nearly) equal.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   Gretton et al., A kernel two-sample test, JMLR 13 (2012).
 */
export async function maximumMeanDiscrepancy(
  x: Rows,
  y: Rows,
  options: MaximumMeanDiscrepancyOptions = {},
): Promise<MaximumMeanDiscrepancy | null> {
  const factors = options.bandwidthFactors ?? defaultBandwidthFactors;
  assertBandwidthFactors("maximumMeanDiscrepancy", factors);
  await assertPairedUnitRows("maximumMeanDiscrepancy", x, y, options);
  const median = await medianCrossDistance(x, y, options);
  return measurePairs("maximumMeanDiscrepancy", x, y, options, (plan) =>
    planMaximumMeanDiscrepancy(plan, { median, factors }),
  );
}

/** Median of ‖x_i − y_j‖ over all pairs. */
export async function medianCrossDistance(x: Rows, y: Rows, options: EngineOptions & RunControl): Promise<number> {
  const { engine = referenceEngine(), ...control } = options;
  const median = { value: { kind: "distance" }, probabilities: [0.5] } as const;
  const { values } = await pairQuantiles(engine, x, y, median, control);
  return values[0]!;
}

/** Requests the sums at every bandwidth. */
export function planMaximumMeanDiscrepancy(
  plan: Plan,
  { median, factors }: { readonly median: number; readonly factors: readonly number[] },
): () => MaximumMeanDiscrepancy | null {
  if (median === 0) return () => null;
  const statistics = factors.map((factor) => {
    const bandwidth = factor * median;
    const statistic = planTwoSample(plan, { value: { kind: "gaussian", bandwidth }, self: 1, sign: -1 });
    return (): [string, MaximumMeanDiscrepancyAtBandwidth] => [String(factor), { factor, bandwidth, ...statistic() }];
  });
  return () => ({
    medianCrossDistance: plan.uncertainty.exact(median, "chord"),
    atBandwidth: Object.fromEntries(statistics.map((statistic) => statistic())),
  });
}

export function assertBandwidthFactors(where: string, factors: readonly number[]): void {
  const wrong = factors.find((factor) => !(factor > 0 && Number.isFinite(factor)));
  if (wrong === undefined) return;
  const expected = "finite numbers > 0";
  throw new InputError({ code: "E_OPTION", where, argument: "bandwidthFactors", expected, received: String(wrong) });
}
