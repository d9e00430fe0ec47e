// Two-sample statistics of items and captions.

import {
  distanceStatistic,
  gaussianStatistic,
  planIndependentTwoSample,
  planMaximumMeanDiscrepancy as planPairedDiscrepancy,
  planEnergyDistance as planPairedEnergyDistance,
  type TwoSampleStatistic,
} from "@nce-geometry/energy";
import type { Plan } from "./measure-pairs.ts";
import type { TwoSampleForms } from "./pair-analysis.ts";
import type { PairProducts } from "./pair-products.ts";

/** Requests the sums of the energy distance. */
export function planEnergyDistance(plan: Plan, products: PairProducts): () => TwoSampleForms {
  if (!plan.pairing.owners) return planPairedEnergyDistance(pairsOf(plan));
  return planGrouped(plan, products, distanceStatistic, Math.sqrt);
}

/** Requests the sums of the squared discrepancy of the Gaussian kernel of one bandwidth. */
export function planDiscrepancy(plan: Plan, products: PairProducts, bandwidth: number): () => TwoSampleForms {
  if (!plan.pairing.owners) return planPairedDiscrepancy(pairsOf(plan), bandwidth);
  const kernel = (squared: number) => Math.exp(-squared / (2 * bandwidth ** 2));
  return planGrouped(plan, products, gaussianStatistic(bandwidth), kernel);
}

function pairsOf({ sweeps, uncertainty }: Plan) {
  return { sweeps, uncertainty: uncertainty.ofItems };
}

/** Means over all captions, those of one item among them; the paired form leaves out each caption with its own item. */
function planGrouped(
  { sweeps, uncertainty, pairing: { n, m } }: Plan,
  products: PairProducts,
  statistic: TwoSampleStatistic,
  kernelOf: (squaredDistance: number) => number,
): () => TwoSampleForms {
  const { value, sign } = statistic;
  const forms = planIndependentTwoSample(sweeps, uncertainty.fromInfluences, statistic);
  const across = sweeps.request("xy", { kind: "sum", value });
  return () => {
    const { uStatistic, vStatistic } = forms();
    const { total } = across();
    const matched = products.squaredDistance.reduce((sum, squared) => sum + kernelOf(squared), 0);
    // The unmatched mean in the place of the mean over all pairs.
    const shift = 2 * sign * ((total - matched) / (m * (n - 1)) - total / (n * m));
    const { interval } = uStatistic;
    const pairedStatistic = {
      ...uStatistic,
      value: uStatistic.value + shift,
      ...(interval && { interval: { ...interval, low: interval.low + shift, high: interval.high + shift } }),
    };
    return { pairedStatistic, uStatistic, vStatistic };
  };
}
