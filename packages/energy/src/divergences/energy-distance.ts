import type { Rows } from "@nce-geometry/tensor";
import { distanceStatistic, type PairPlan, planTwoSample, type TwoSampleForms } from "./two-sample-forms.ts";
import { measureTwoSamples, type TwoSampleOptions } from "./two-sample-options.ts";

/**
 * Energy distance of two laws from a sample of each: 0 exactly when they are equal, for any kind of difference.
 *
 * Math:     2E‖X − Y‖ − E‖X − X'‖ − E‖Y − Y'‖; V: means over all pairs, U: over i ≠ j within a sample,
 *           paired: over i ≠ j across as well (n = m, with `sampling: "paired"`).
 * Shapes:   x [n, d], y [m, d] of unit rows → record. Unit: chord.
 * Domain:   n, m ≥ 2.
 * Limits:   x = y → V = 0, paired 0 and U = −2m/n, m the mean distance within;  all x_i = a, all y_i = b → 2‖a − b‖;
 *           equal laws → E U = 0, E V = (1/n + 1/m)·E‖X − X'‖.
 * Numerics: distances from differences where rows are close, so that equal rows are at exactly 0. Standard errors by
 *           linearisation: too small where the two laws are (nearly) equal, which a note then says. Cost: three sweeps.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   Székely and Rizzo, Energy statistics, J. Stat. Plan. Inference 143 (2013).
 */
export async function energyDistance(x: Rows, y: Rows, options: TwoSampleOptions = {}): Promise<TwoSampleForms> {
  const [forms] = await measureTwoSamples("energyDistance", x, y, options, [distanceStatistic]);
  return withMethod(forms!, "energy distance");
}

/** Requests the sums of an energy distance of paired rows, beside whatever else the sweeps serve. */
export function planEnergyDistance(plan: PairPlan): () => Required<TwoSampleForms> {
  return planTwoSample(plan, distanceStatistic);
}

/** The forms with the name of the estimator in each. */
export function withMethod({ pairedStatistic, uStatistic, vStatistic }: TwoSampleForms, name: string): TwoSampleForms {
  return {
    ...(pairedStatistic && { pairedStatistic: { ...pairedStatistic, method: `${name}, paired` } }),
    uStatistic: { ...uStatistic, method: `${name}, U` },
    vStatistic: { ...vStatistic, method: `${name}, V` },
  };
}
