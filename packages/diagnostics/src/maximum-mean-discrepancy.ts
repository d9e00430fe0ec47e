import {
  assertBandwidthFactors,
  defaultBandwidthFactors,
  maximumMeanDiscrepancy as discrepancyOfSamples,
  medianCrossDistance,
} from "@nce-geometry/energy";
import type { Rows } from "@nce-geometry/tensor";
import { measurePairs, type PairStatisticOptions, type Plan } from "./measure-pairs.ts";
import type { MaximumMeanDiscrepancy, MaximumMeanDiscrepancyAtBandwidth } from "./pair-analysis.ts";
import { type PairProducts, pairProducts } from "./pair-products.ts";
import { assertPairs } from "./pairing.ts";
import { planDiscrepancy } from "./two-sample.ts";

export interface MaximumMeanDiscrepancyOptions extends PairStatisticOptions {
  /** Bandwidths as multiples of the median cross distance, each > 0. @defaultValue [0.5, 1, 2] */
  readonly bandwidthFactors?: readonly number[];
}

/**
 * Squared maximum mean discrepancy of the laws of two modalities, from matched rows.
 *
 * Math:     as `maximumMeanDiscrepancy` of @nce-geometry/energy with `sampling: "paired"` and bandwidths relative to the median
 *           cross distance; a map as at `energyDistance`.
 * Shapes:   x [n, d], y [m, d] of unit rows → record; n = m without `map`; null where the median distance is 0.
 * Domain:   n ≥ 2, factors > 0.
 * Limits:   x = y → V = 0;  all x_i = a, all y_i = b → 2 − 2e^{−1/(2·factor²)}.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 */
export async function maximumMeanDiscrepancy(
  x: Rows,
  y: Rows,
  options: MaximumMeanDiscrepancyOptions = {},
): Promise<MaximumMeanDiscrepancy | null> {
  const factors = options.bandwidthFactors ?? defaultBandwidthFactors;
  const { map, ...rest } = options;
  if (map) return discrepancyOfCaptions(x, y, options, factors);
  const measured = await discrepancyOfSamples(x, y, { ...rest, bandwidthFactors: factors, sampling: "paired" });
  if (measured === null) return null;
  return {
    medianCrossDistance: { value: measured.bandwidthScale.value, samples: x.rows, unit: "chord" },
    // Pairs have the paired form.
    atBandwidth: measured.atBandwidth as MaximumMeanDiscrepancy["atBandwidth"],
  };
}

async function discrepancyOfCaptions(
  x: Rows,
  y: Rows,
  options: MaximumMeanDiscrepancyOptions,
  factors: readonly number[],
): Promise<MaximumMeanDiscrepancy | null> {
  assertBandwidthFactors("maximumMeanDiscrepancy", factors);
  const pairing = await assertPairs("maximumMeanDiscrepancy", x, y, options);
  const median = await medianCrossDistance(x, y, options);
  const products = await pairProducts(x, y, pairing, options);
  return measurePairs("maximumMeanDiscrepancy", x, y, options, (plan) =>
    planDiscrepancies(plan, { products, median, factors }),
  );
}

/** Requests the sums at every bandwidth. */
export function planDiscrepancies(
  plan: Plan,
  {
    products,
    median,
    factors,
  }: { readonly products: PairProducts; readonly median: number; readonly factors: readonly number[] },
): () => MaximumMeanDiscrepancy | null {
  if (median === 0) return () => null;
  const statistics = factors.map((factor) => {
    const bandwidth = factor * median;
    const statistic = planDiscrepancy(plan, products, bandwidth);
    return (): [string, MaximumMeanDiscrepancyAtBandwidth] => [String(factor), { factor, bandwidth, ...statistic() }];
  });
  return () => ({
    medianCrossDistance: plan.uncertainty.ofItems.exact(median, "chord"),
    atBandwidth: Object.fromEntries(statistics.map((statistic) => statistic())),
  });
}
