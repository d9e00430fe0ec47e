// One set of pairs, in numbers.

import {
  cosineSummary,
  maximumMeanDiscrepancy as discrepancyOfPairs,
  type Estimate,
  energyDistance,
  mixedSearch,
  modalityGap,
  type Retrieval,
  retrieval,
} from "@nce-geometry/diagnostics";
import { maximumMeanDiscrepancy, medianCrossDistance } from "@nce-geometry/energy";
import { pairQuantiles, referenceEngine } from "@nce-geometry/pairwise";
import { type RowMatrix, type RunControl, throwIfAborted } from "@nce-geometry/tensor";
import type { EmbeddedPairs } from "../given/given-pairs.ts";

/** Columns of the table. */
export const tableMeasures = [
  "centroidGap",
  "energyDistance",
  "discrepancyFixed",
  "discrepancyPooled",
  "relativeGap",
  "pairCosine",
  "recallXToY1",
  "recallXToY5",
  "recallXToY10",
  "recallYToX1",
  "recallYToX5",
  "recallYToX10",
  "ownShareX",
  "ownShareY",
] as const;

export type TableMeasure = (typeof tableMeasures)[number];

/** Null where a measure does not exist, as for rows that are all equal. */
export type Measured = Readonly<Record<TableMeasure, Estimate | null>>;

/** Length of the list of a mixed search. */
const listLength = 10;

/** Rows of either modality behind the median distance of the pool. */
const medianRows = 500;

/** All columns; two-sample statistics in their paired form, errors over items by linearisation. */
export async function measureEmbeddings(
  { x, y, map }: EmbeddedPairs,
  bandwidth: number,
  control: RunControl,
): Promise<{ readonly measured: Measured; readonly pooledBandwidth: number }> {
  const options = { map, bootstrap: 0, signal: control.signal };
  const gap = await modalityGap(x, y, options);
  const { matched } = await cosineSummary(x, y, options);
  const energy = await energyDistance(x, y, options);
  const pooledBandwidth = await pooledMedian(x, y, control);
  const [fixed = null, pooled = null] = await discrepancies({ x, y, map }, [bandwidth, pooledBandwidth], control);
  throwIfAborted(control.signal);
  const found = await retrieval(x, y, { ...options, recallAt: [1, 5, 10] });
  const mixed = await mixedSearch(x, y, { ...options, mixedSearchAt: [listLength] });
  throwIfAborted(control.signal);
  const measured: Measured = {
    centroidGap: gap.centroid,
    energyDistance: energy.pairedStatistic,
    discrepancyFixed: fixed,
    discrepancyPooled: pooled,
    relativeGap: gap.relative,
    pairCosine: matched,
    ...recalls(found),
    ownShareX: mixed.x[listLength]!,
    ownShareY: mixed.y[listLength]!,
  };
  return { measured, pooledBandwidth };
}

function recalls({ xToY, yToX }: Retrieval) {
  return {
    recallXToY1: xToY.recall["1"]!,
    recallXToY5: xToY.recall["5"]!,
    recallXToY10: xToY.recall["10"]!,
    recallYToX1: yToX.recall["1"]!,
    recallYToX5: yToX.recall["5"]!,
    recallYToX10: yToX.recall["10"]!,
  };
}

/** MMD² of the Gaussian kernel at some bandwidths, those of 0 left out. */
async function discrepancies(
  { x, y, map }: EmbeddedPairs,
  bandwidths: readonly number[],
  { signal }: RunControl,
): Promise<readonly (Estimate | null)[]> {
  // With a map only multiples of the median cross distance are offered.
  const scale = map === undefined ? 1 : await medianCrossDistance(x, y, { signal });
  const factors = bandwidths.filter((bandwidth) => bandwidth > 0 && scale > 0).map((bandwidth) => bandwidth / scale);
  if (factors.length === 0) return bandwidths.map(() => null);
  const shared = { bandwidthFactors: factors, bootstrap: 0, signal };
  const measured = map
    ? await discrepancyOfPairs(x, y, { ...shared, map })
    : await maximumMeanDiscrepancy(x, y, { ...shared, bandwidthScale: 1, sampling: "paired" });
  return bandwidths.map((bandwidth) => measured?.atBandwidth[String(bandwidth / scale)]?.pairedStatistic ?? null);
}

/** Median distance of different rows, spread evenly over either modality where there are many. */
async function pooledMedian(x: RowMatrix, y: RowMatrix, { signal }: RunControl): Promise<number> {
  const parts = [x, y].flatMap(({ rows, dim, data }) => {
    const count = Math.min(rows, medianRows);
    const places = Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count));
    return places.map((row) => data.subarray(row * dim, (row + 1) * dim));
  });
  const data = Float64Array.from(parts.flatMap((part) => Array.from(part)));
  const pool: RowMatrix = { rows: parts.length, dim: x.dim, data };
  const median = { value: { kind: "distance" }, probabilities: [0.5], diagonal: "exclude" } as const;
  const { values } = await pairQuantiles(referenceEngine(), pool, pool, median, { signal });
  return values[0]!;
}
