import type { HistogramResult } from "@nce-geometry/pairwise";
import type { Rows } from "@nce-geometry/tensor";
import { measurePairs, type PairStatisticOptions, type Plan } from "./measure-pairs.ts";
import type { CosineHistograms } from "./pair-analysis.ts";
import { type PairProducts, pairProducts } from "./pair-products.ts";
import { assertPairs, captionGroups } from "./pairing.ts";
import { assertCounts } from "./retrieval.ts";

export interface CosineHistogramsOptions extends PairStatisticOptions {
  /** Equal bins of [−1, 1], an integer ≥ 1. @defaultValue 200, a hundredth of a cosine each */
  readonly histogramBins?: number;
}

export const defaultHistogramBins = 200;

/**
 * Counts of the cosines of matched pairs, unmatched pairs, and different rows within each modality, in shared bins.
 *
 * Shapes:   x, y [n, d] of unit rows → counts [bins] that sum to n, n(n − 1), n(n − 1), n(n − 1). With a map and m rows of y:
 *           m, m(n − 1), n(n − 1), m² − Σc² with c the captions of each item.
 * Domain:   n ≥ 2. Bins are [low, high), the last one closed.
 * Limits:   all rows equal → everything in the last bin.
 * Numerics: a cosine that rounding has put outside [−1, 1] counts in the outermost bin.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   classical.
 */
export async function cosineHistograms(
  x: Rows,
  y: Rows,
  options: CosineHistogramsOptions = {},
): Promise<CosineHistograms> {
  const bins = options.histogramBins ?? defaultHistogramBins;
  assertCounts("cosineHistograms", "histogramBins", [bins]);
  const pairing = await assertPairs("cosineHistograms", x, y, options);
  const products = await pairProducts(x, y, pairing, options);
  return measurePairs("cosineHistograms", x, y, options, (plan) => planHistograms(plan, { products, bins }));
}

/** Requests the three histograms of unmatched rows. */
export function planHistograms(
  { sweeps, pairing }: Plan,
  { products, bins }: { readonly products: PairProducts; readonly bins: number },
): () => CosineHistograms {
  const reduction = {
    kind: "histogram",
    value: { kind: "inner" },
    low: -1,
    high: 1,
    bins,
  } as const;
  const unmatched = sweeps.request("xy", { ...reduction, diagonal: pairing.groups ?? "exclude" });
  const withinX = sweeps.request("xx", { ...reduction, diagonal: "exclude" });
  const withinY = sweeps.request("yy", { ...reduction, diagonal: captionGroups(pairing) ?? "exclude" });
  return () => ({
    edges: Array.from({ length: bins + 1 }, (_, k) => -1 + (2 * k) / bins),
    matched: countsOf(products.matched, bins),
    unmatched: withOutermost(unmatched()),
    withinX: withOutermost(withinX()),
    withinY: withOutermost(withinY()),
  });
}

function countsOf(cosines: Float64Array, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const cosine of cosines) {
    const bin = Math.floor(((cosine + 1) / 2) * bins);
    counts[Math.max(0, Math.min(bins - 1, bin))]!++;
  }
  return counts;
}

function withOutermost({ counts, below, above }: HistogramResult): number[] {
  const all = Array.from(counts);
  all[0]! += below;
  all[all.length - 1]! += above;
  return all;
}
