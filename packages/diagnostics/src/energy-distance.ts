import type { Rows } from "@nce-geometry/tensor";
import { measurePairs, type PairStatisticOptions, type Plan } from "./measure-pairs.ts";
import type { TwoSampleForms } from "./pair-analysis.ts";
import { planTwoSample } from "./pair-statistics.ts";

/**
 * Energy distance of the laws of two modalities: 0 exactly when they are equal, for any kind of difference.
 *
 * Math:     2E‖X − Y‖ − E‖X − X'‖ − E‖Y − Y'‖; V: means over all n² pairs, U: over i ≠ j within a modality,
 *           paired: over i ≠ j across as well.
 * Shapes:   x, y [n, d] of unit rows → record. Unit: chord.
 * Domain:   n ≥ 2.
 * Limits:   x = y → V = 0, paired 0 and U = −2m/n, m the mean distance within;  all x_i = a, all y_i = b → 2‖a − b‖.
 * Numerics: distances from differences where rows are close, so that equal rows are at exactly 0. Standard errors by
 *           linearisation: too small where the two laws are (nearly) equal. Cost: three sweeps.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   Székely and Rizzo, Energy statistics, J. Stat. Plan. Inference 143 (2013).
 */
export function energyDistance(x: Rows, y: Rows, options: PairStatisticOptions = {}): Promise<TwoSampleForms> {
  return measurePairs("energyDistance", x, y, options, planEnergyDistance);
}

/** Requests the sums of an energy distance. */
export function planEnergyDistance(plan: Plan): () => TwoSampleForms {
  return planTwoSample(plan, { value: { kind: "distance" }, self: 0, sign: 1 });
}
