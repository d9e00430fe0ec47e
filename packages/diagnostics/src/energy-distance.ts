import { energyDistance as energyDistanceOfSamples } from "@nce-geometry/energy";
import type { Rows } from "@nce-geometry/tensor";
import { measurePairs, type PairStatisticOptions } from "./measure-pairs.ts";
import type { TwoSampleForms } from "./pair-analysis.ts";
import { pairProducts } from "./pair-products.ts";
import { assertPairs } from "./pairing.ts";
import { planEnergyDistance } from "./two-sample.ts";

/**
 * Energy distance of the laws of two modalities, from matched rows.
 *
 * Math:     as `energyDistance` of @nce-geometry/energy with `sampling: "paired"`, in its three forms. With a map the law of y is
 *           uniform on its rows, captions of one item count as any other two, and the paired form leaves out each caption with
 *           its own item.
 * Shapes:   x [n, d], y [m, d] of unit rows → record; n = m without `map`. Unit: chord.
 * Domain:   n ≥ 2.
 * Limits:   x = y → V = 0, paired 0 and U = −2m/n, m the mean distance within;  all x_i = a, all y_i = b → 2‖a − b‖.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 */
export async function energyDistance(x: Rows, y: Rows, options: PairStatisticOptions = {}): Promise<TwoSampleForms> {
  const { map, ...rest } = options;
  // Pairs have the paired form.
  if (!map) return (await energyDistanceOfSamples(x, y, { ...rest, sampling: "paired" })) as TwoSampleForms;
  const products = await pairProducts(x, y, await assertPairs("energyDistance", x, y, options), options);
  return measurePairs("energyDistance", x, y, options, (plan) => planEnergyDistance(plan, products));
}
