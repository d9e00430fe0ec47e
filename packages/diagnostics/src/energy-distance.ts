import { energyDistance as energyDistanceOfSamples } from "@nce-geometry/energy";
import type { Rows } from "@nce-geometry/tensor";
import type { PairStatisticOptions } from "./measure-pairs.ts";
import type { TwoSampleForms } from "./pair-analysis.ts";

/**
 * Energy distance of the laws of two modalities, from matched rows.
 *
 * Math:     as `energyDistance` of @nce-geometry/energy with `sampling: "paired"`, in its three forms.
 * Shapes:   x, y [n, d] of unit rows → record. Unit: chord.
 * Domain:   n ≥ 2.
 * Limits:   x = y → V = 0, paired 0 and U = −2m/n, m the mean distance within;  all x_i = a, all y_i = b → 2‖a − b‖.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 */
export async function energyDistance(x: Rows, y: Rows, options: PairStatisticOptions = {}): Promise<TwoSampleForms> {
  // Pairs have the paired form.
  return (await energyDistanceOfSamples(x, y, { ...options, sampling: "paired" })) as TwoSampleForms;
}
