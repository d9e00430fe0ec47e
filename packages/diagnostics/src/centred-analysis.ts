import {
  copyRows,
  createPairUncertainty,
  createSweeps,
  type Estimate,
  type PairUncertainty,
} from "@nce-geometry/energy";
import { type PairwiseEngine, referenceEngine } from "@nce-geometry/pairwise";
import type { RowMatrix, Rows, RunControl } from "@nce-geometry/tensor";
import { defaultMixedSearchAt, type MixedSearchOptions, planMixedSearch } from "./mixed-search.ts";
import { gapOf } from "./modality-gap.ts";
import type { GapAndSearch, ModalityGap } from "./pair-analysis.ts";
import { centroidOf, pairProducts } from "./pair-products.ts";
import { assertPairs, type Pairing } from "./pairing.ts";
import { assertCounts, defaultRecallAt, planRetrieval, type RetrievalOptions } from "./retrieval.ts";
import { searchEverything } from "./search.ts";

export interface CentredAnalysisOptions extends RetrievalOptions, MixedSearchOptions {}

/**
 * The gap, retrieval and mixed search after each modality is centred at its own mean and its rows renormalised: what is left
 * of a gap when the offset of the centroids is taken away.
 *
 * Math:     x_i ← (x_i − μ_X)/‖x_i − μ_X‖, y_i likewise, then as `modalityGap`, `retrieval`, `mixedSearch`.
 * Shapes:   x [n, d], y [m, d] of unit rows, n = m without `map` → record, or null where a row equals its centroid and has no direction left.
 * Domain:   n ≥ 2. The means are those of the given rows: an in-sample upper bound of what centring does to new rows.
 * Limits:   y = x moved rigidly along an axis orthogonal to all x and renormalised → gap 0, recall 1.
 * Numerics: keeps a float64 copy of both sets in memory. Cost: four sweeps.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   classical.
 */
export async function centredAnalysis(
  x: Rows,
  y: Rows,
  options: CentredAnalysisOptions = {},
): Promise<GapAndSearch | null> {
  const { recallAt = defaultRecallAt, mixedSearchAt = defaultMixedSearchAt, engine = referenceEngine() } = options;
  assertCounts("centredAnalysis", "recallAt", recallAt);
  assertCounts("centredAnalysis", "mixedSearchAt", mixedSearchAt);
  const pairing = await assertPairs("centredAnalysis", x, y, options);
  const uncertainty = createPairUncertainty("centredAnalysis", pairing.n, pairing.owners, options);
  return analyzeCentred(x, y, { recallAt, mixedSearchAt, engine, pairing, uncertainty, control: options });
}

/** The analysis of rows that have been checked. */
export async function analyzeCentred(
  x: Rows,
  y: Rows,
  settings: {
    readonly recallAt: readonly number[];
    readonly mixedSearchAt: readonly number[];
    readonly engine: PairwiseEngine;
    readonly pairing: Pairing;
    readonly uncertainty: PairUncertainty;
    readonly control: RunControl;
  },
): Promise<GapAndSearch | null> {
  const { recallAt, mixedSearchAt, engine, pairing, uncertainty, control } = settings;
  const quiet = { signal: control.signal };
  const centredX = await centred(x, quiet);
  const centredY = await centred(y, quiet);
  if (!centredX || !centredY) return null;
  const sweeps = createSweeps(centredX, centredY, engine);
  const search = searchEverything({ pairing, sweeps, uncertainty });
  const retrieval = planRetrieval(search, recallAt);
  const mixedSearch = planMixedSearch(search, { at: mixedSearchAt, listLength: Math.max(...mixedSearchAt) });
  const gap = asMeasured(gapOf(await pairProducts(centredX, centredY, pairing, quiet), uncertainty));
  await sweeps.run(control);
  return { gap, retrieval: retrieval(), mixedSearch: mixedSearch() };
}

/** Rows that were centred at their own mean say nothing about the means of their populations: values without intervals. */
function asMeasured(gap: ModalityGap): ModalityGap {
  const plain = ({ value, samples, unit }: Estimate): Estimate => ({ value, samples, unit });
  const { centroid, centroidFloor, centroidNorm, centroidCosine, relative } = gap;
  return {
    centroid: plain(centroid),
    centroidFloor,
    centroidNorm: { x: plain(centroidNorm.x), y: plain(centroidNorm.y) },
    centroidCosine: centroidCosine && plain(centroidCosine),
    relative,
  };
}

async function centred(rows: Rows, control: RunControl): Promise<RowMatrix | null> {
  const centroid = await centroidOf(rows, control);
  let directions = true;
  const copy = await copyRows(rows, control, (row) => {
    let square = 0;
    for (let k = 0; k < row.length; k++) square += (row[k]! - centroid[k]!) ** 2;
    const norm = Math.sqrt(square);
    // What is left of a unit row after subtracting an equal centroid is the rounding of the centroid.
    if (norm <= rows.rows * Number.EPSILON) directions = false;
    for (let k = 0; k < row.length; k++) row[k] = (row[k]! - centroid[k]!) / norm;
  });
  return directions ? copy : null;
}
