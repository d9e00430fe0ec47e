import { pairQuantiles, referenceEngine } from "@nce-geometry/pairwise";
import type { Rows, RunControl } from "@nce-geometry/tensor";
import { refuseOption } from "../checks.ts";
import type { Estimate } from "../estimate.ts";
import { pooledRows } from "../rows/row-blocks.ts";
import { withMethod } from "./energy-distance.ts";
import { gaussianStatistic, type PairPlan, planTwoSample, type TwoSampleForms } from "./two-sample-forms.ts";
import { assertSamples, type EngineOptions, measureTwoSamples, type TwoSampleOptions } from "./two-sample-options.ts";

/**
 * The distance of which bandwidths are multiples.
 * - `crossMedian`: median ‖x_i − y_j‖, as in the paper; it moves with the gap, so that two models are not measured alike.
 * - `pooledMedian`: median distance of two different rows of both samples together.
 * - a number: the same scale for everything that is to be compared. Unit: chord.
 */
export type BandwidthScale = "crossMedian" | "pooledMedian" | number;

export interface MaximumMeanDiscrepancyOptions extends TwoSampleOptions {
  /** @defaultValue "crossMedian" */
  readonly bandwidthScale?: BandwidthScale;
  /** Bandwidths as multiples of the scale, each > 0. @defaultValue [0.5, 1, 2] */
  readonly bandwidthFactors?: readonly number[];
}

/** Squared maximum mean discrepancy of the Gaussian kernel of one bandwidth. */
export interface MaximumMeanDiscrepancyAtBandwidth extends TwoSampleForms {
  /** Bandwidth as a multiple of the scale. */
  readonly factor: number;
  /** Unit: chord. */
  readonly bandwidth: number;
}

export interface MaximumMeanDiscrepancy {
  /** The bandwidth of factor 1. */
  readonly bandwidthScale: Estimate;
  /** Keyed by `factor`: `0.5`, `1`, `2`. */
  readonly atBandwidth: Readonly<Record<string, MaximumMeanDiscrepancyAtBandwidth>>;
}

/** Half, once and twice the median: the usual range. */
export const defaultBandwidthFactors: readonly number[] = [0.5, 1, 2];

/**
 * Squared maximum mean discrepancy of two laws from a sample of each, Gaussian kernel.
 *
 * Math:     E k(X, X') + E k(Y, Y') − 2E k(X, Y), k(x, y) = exp(−‖x − y‖²/(2σ²)), σ = factor · scale;
 *           V: means over all pairs, U: over i ≠ j within a sample, paired: across as well.
 * Shapes:   x [n, d], y [m, d] of unit rows → record, or null where the median distance is 0.
 * Domain:   n, m ≥ 2; factors > 0.
 * Limits:   x = y → V = 0;  all x_i = a, all y_i = b → 2 − 2e^{−‖a−b‖²/(2σ²)};  equal laws → E U = 0.
 * Numerics: medians are exact, over all pairs. Standard errors by linearisation with the bandwidth held fixed: too
 *           small where the two laws are (nearly) equal, which a note then says.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   Gretton et al., A kernel two-sample test, JMLR 13 (2012).
 */
export async function maximumMeanDiscrepancy(
  x: Rows,
  y: Rows,
  options: MaximumMeanDiscrepancyOptions = {},
): Promise<MaximumMeanDiscrepancy | null> {
  const where = "maximumMeanDiscrepancy";
  const { bandwidthScale = "crossMedian", bandwidthFactors: factors = defaultBandwidthFactors } = options;
  assertBandwidthFactors(where, factors);
  assertBandwidthScale(where, bandwidthScale);
  await assertSamples(where, x, y, options);
  const scale = await resolveScale(bandwidthScale, x, y, options);
  if (scale === 0) return null;
  const statistics = factors.map((factor) => gaussianStatistic(factor * scale));
  const forms = await measureTwoSamples(where, x, y, options, statistics);
  const named = factors.map((factor, k): [string, MaximumMeanDiscrepancyAtBandwidth] => {
    const bandwidth = factor * scale;
    return [String(factor), { factor, bandwidth, ...withMethod(forms[k]!, `MMD² bandwidth=${roundOff(bandwidth)}`) }];
  });
  const method = typeof bandwidthScale === "number" ? "fixed" : bandwidthScale;
  const samples = options.sampling === "paired" ? x.rows : x.rows + y.rows;
  return {
    bandwidthScale: { value: scale, samples, unit: "chord", method },
    atBandwidth: Object.fromEntries(named),
  };
}

/** Median of ‖x_i − y_j‖ over all pairs. */
export function medianCrossDistance(x: Rows, y: Rows, options: EngineOptions & RunControl): Promise<number> {
  return medianDistance(x, y, "include", options);
}

/** Requests the sums of a discrepancy of paired rows at one bandwidth, beside whatever else the sweeps serve. */
export function planMaximumMeanDiscrepancy(plan: PairPlan, bandwidth: number): () => Required<TwoSampleForms> {
  return planTwoSample(plan, gaussianStatistic(bandwidth));
}

/** Refuses factors that are not positive numbers. */
export function assertBandwidthFactors(where: string, factors: readonly number[]): void {
  const wrong = factors.find((factor) => !(factor > 0 && Number.isFinite(factor)));
  if (wrong !== undefined) refuseOption(where, "bandwidthFactors", "finite numbers > 0", String(wrong));
}

/** The scale as a number. */
async function resolveScale(
  scale: BandwidthScale,
  x: Rows,
  y: Rows,
  options: EngineOptions & RunControl,
): Promise<number> {
  if (typeof scale === "number") return scale;
  if (scale === "crossMedian") return medianCrossDistance(x, y, options);
  const pool = await pooledRows(x, y, options);
  return medianDistance(pool, pool, "exclude", options);
}

/** Refuses what is not a scale. */
function assertBandwidthScale(where: string, scale: BandwidthScale): void {
  if (scale === "crossMedian" || scale === "pooledMedian" || (scale > 0 && Number.isFinite(scale))) return;
  const expected = '"crossMedian", "pooledMedian" or a finite number > 0';
  refuseOption(where, "bandwidthScale", expected, String(scale));
}

async function medianDistance(
  x: Rows,
  y: Rows,
  diagonal: "include" | "exclude",
  { engine = referenceEngine(), signal, onProgress }: EngineOptions & RunControl,
): Promise<number> {
  const median = { value: { kind: "distance" }, probabilities: [0.5], diagonal } as const;
  const { values } = await pairQuantiles(engine, x, y, median, { signal, onProgress });
  return values[0]!;
}

function roundOff(value: number): string {
  return String(Number(value.toPrecision(4)));
}
