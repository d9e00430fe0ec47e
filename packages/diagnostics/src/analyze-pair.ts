// Everything at once: what to know about two paired sets of embeddings, in four sweeps over the pairs and a few more for the
// controls.

import {
  assertBandwidthFactors,
  assertPairedUnitRows,
  createPhases,
  createSweeps,
  createUncertainty,
  defaultBandwidthFactors,
  medianCrossDistance,
  planEnergyDistance,
  resolveUncertainty,
} from "@nce-geometry/energy";
import { type PairwiseEngine, referenceEngine } from "@nce-geometry/pairwise";
import { InputError, type Rows } from "@nce-geometry/tensor";
import { analyzeCentred } from "./centred-analysis.ts";
import { defaultHistogramBins, planHistograms } from "./cosine-histograms.ts";
import { cosinesOf } from "./cosine-summary.ts";
import { assertTemperatures, planEnergy } from "./energy-decomposition.ts";
import { defaultHubnessAt, planHubness } from "./hubness.ts";
import { planDiscrepancies } from "./maximum-mean-discrepancy.ts";
import type { PairStatisticOptions, Plan } from "./measure-pairs.ts";
import { defaultMixedSearchAt, planMixedSearch } from "./mixed-search.ts";
import { gapOf } from "./modality-gap.ts";
import type { PairAnalysis, PairAnalysisSettings, ShuffleControl } from "./pair-analysis.ts";
import { type PairProducts, pairProducts } from "./pair-products.ts";
import { assertCounts, defaultRecallAt, planRetrieval } from "./retrieval.ts";
import { permutedMarginals, planShuffle } from "./shuffle-control.ts";
import { spectraOf } from "./spectrum.ts";
import { planUniformity } from "./uniformity.ts";
import { assertProjectionPoints, defaultProjectionPoints, projectUnion } from "./union-projection.ts";

/** Parts of the analysis that can be left out to save time. */
export type PairAnalysisPart = "spectrum" | "projection" | "centred" | "shuffle";

export interface AnalyzePairOptions extends PairStatisticOptions {
  /** Temperatures of the energy decomposition, each in [1e-6, 1e6]. @defaultValue [0.01, 0.07, 0.5] */
  readonly temperatures?: readonly number[];
  /** The k of recall@k. @defaultValue [1, 5, 10] */
  readonly recallAt?: readonly number[];
  /** List lengths of the mixed search. @defaultValue [1, 5, 10] */
  readonly mixedSearchAt?: readonly number[];
  /** Neighbours counted for hubness. @defaultValue 10 */
  readonly hubnessAt?: number;
  /** Bandwidths of the discrepancy as multiples of the median cross distance. @defaultValue [0.5, 1, 2] */
  readonly bandwidthFactors?: readonly number[];
  /** Equal bins of [−1, 1]. @defaultValue 200 */
  readonly histogramBins?: number;
  /** Most points kept of each modality for the picture. @defaultValue 2000 */
  readonly projectionPoints?: number;
  /** Parts to leave out; they are null in the record. @defaultValue [] */
  readonly skip?: readonly PairAnalysisPart[];
}

const defaultTemperatures: readonly number[] = [0.01, 0.07, 0.5];
const parts: readonly PairAnalysisPart[] = ["spectrum", "projection", "centred", "shuffle"];

type Settings = Omit<PairAnalysisSettings, "engine" | "precision"> & {
  readonly histogramBins: number;
  readonly projectionPoints: number;
  readonly skip: ReadonlySet<PairAnalysisPart>;
};

/**
 * Everything measured on two paired sets of unit rows, as one record: gap, cosines, uniformity, divergences, retrieval,
 * energies, hubness, mixed search, spectra, the picture, the centred re-measure and the shuffle control.
 *
 * Math:     as stated at each part (`modalityGap`, `cosineSummary`, `uniformity`, `energyDistance`, …).
 * Shapes:   x, y [n, d], row i of one matched with row i of the other → plain JSON.
 * Domain:   n ≥ 2; unit rows, to a squared norm within 1e-5 of 1: normalise once, before (`normalizeRowMatrix` of
 *           @nce-geometry/pairwise).
 * Limits:   x = y → gap 0, recall 1;  all rows equal → retrieval at chance, no variance.
 * Numerics: float64 with the reference engine. Cost: about twelve sweeps of n²d and up to five eigen-decompositions of size min(n, d);
 *           the parts named in `skip` save half of it. The shuffle and the centring hold float64 copies of the rows.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 * Source:   arXiv:2601.19597 and the sources named at each part.
 */
export async function analyzePair(x: Rows, y: Rows, options: AnalyzePairOptions = {}): Promise<PairAnalysis> {
  const settings = resolveSettings(options);
  const engine = options.engine ?? referenceEngine();
  const uncertainty = createUncertainty("analyzePair", x.rows, settings);
  await assertPairedUnitRows("analyzePair", x, y, options);
  const { skip } = settings;
  const phase = createPhases(options, 6 - skip.size);
  const median = await medianCrossDistance(x, y, { engine, ...phase("median distance") });
  const products = await pairProducts(x, y, { signal: options.signal });
  const sweeps = createSweeps(x, y, engine);
  const finish = planAll({ sweeps, uncertainty }, products, median, settings);
  await sweeps.run(phase("all pairs"));
  const { shuffleAgainst, ...core } = finish();
  const { recallAt, mixedSearchAt, projectionPoints, seed } = settings;
  return {
    schema: "nce-geometry/pair-analysis@1",
    rows: x.rows,
    dim: x.dim,
    settings: settingsOf(settings, engine),
    ...core,
    spectrum: skip.has("spectrum") ? null : await spectraOf(x, y, phase("spectra")),
    projection: skip.has("projection")
      ? null
      : await projectUnion(x, y, { projectionPoints, ...phase("principal plane") }),
    centred: skip.has("centred")
      ? null
      : await analyzeCentred(x, y, { recallAt, mixedSearchAt, engine, uncertainty, control: phase("centred rows") }),
    shuffle: skip.has("shuffle")
      ? null
      : shuffleAgainst(await permutedMarginals(x, y, { seed, engine, uncertainty, control: phase("re-paired rows") })),
  };
}

type Core = Omit<
  PairAnalysis,
  "schema" | "rows" | "dim" | "settings" | "spectrum" | "projection" | "centred" | "shuffle"
>;
type Permuted = Awaited<ReturnType<typeof permutedMarginals>>;

/** Requests the reductions of every part that the main sweeps serve. */
function planAll(
  plan: Plan,
  products: PairProducts,
  median: number,
  settings: Settings,
): () => Core & { readonly shuffleAgainst: (permuted: Permuted) => ShuffleControl } {
  const { temperatures, recallAt, mixedSearchAt, hubnessAt, bandwidthFactors, histogramBins, seed } = settings;
  const listLength = Math.max(hubnessAt, ...mixedSearchAt);
  const uniformity = planUniformity(plan);
  const energyDistance = planEnergyDistance(plan);
  const discrepancy = planDiscrepancies(plan, { median, factors: bandwidthFactors });
  const retrieval = planRetrieval(plan, recallAt);
  const energies = temperatures.map((temperature) => planEnergy(plan, { products, temperature }));
  const hubness = planHubness(plan, { k: hubnessAt, listLength });
  const mixedSearch = planMixedSearch(plan, { at: mixedSearchAt, listLength });
  const histograms = planHistograms(plan, { products, bins: histogramBins });
  const shuffle = settings.skip.has("shuffle") ? undefined : planShuffle(plan, { recallAt, seed });
  return () => {
    const gap = gapOf(products, plan.uncertainty);
    const cosines = cosinesOf(products, plan.uncertainty);
    const distance = energyDistance();
    const before = {
      centroid: gap.centroid.value,
      withinY: cosines.within.y.value,
      energyDistance: distance.vStatistic.value,
    };
    return {
      gap,
      cosines,
      uniformity: uniformity(),
      energyDistance: distance,
      maximumMeanDiscrepancy: discrepancy(),
      retrieval: retrieval(),
      energy: Object.fromEntries(energies.map((energy, k) => [String(temperatures[k]), energy()])),
      hubness: hubness(),
      mixedSearch: mixedSearch(),
      histograms: histograms(),
      shuffleAgainst: (permuted) => shuffle!(before, permuted),
    };
  };
}

function resolveSettings(options: AnalyzePairOptions): Settings {
  const where = "analyzePair";
  const {
    temperatures = defaultTemperatures,
    recallAt = defaultRecallAt,
    mixedSearchAt = defaultMixedSearchAt,
  } = options;
  const { hubnessAt = defaultHubnessAt, bandwidthFactors = defaultBandwidthFactors } = options;
  const { histogramBins = defaultHistogramBins, projectionPoints = defaultProjectionPoints, skip = [] } = options;
  assertTemperatures(where, "temperatures", temperatures);
  assertCounts(where, "recallAt", recallAt);
  assertCounts(where, "mixedSearchAt", mixedSearchAt);
  assertCounts(where, "hubnessAt", [hubnessAt]);
  assertBandwidthFactors(where, bandwidthFactors);
  assertCounts(where, "histogramBins", [histogramBins]);
  assertProjectionPoints(where, projectionPoints);
  const unknown = skip.find((part) => !parts.includes(part));
  if (unknown !== undefined) {
    throw new InputError({
      code: "E_OPTION",
      where,
      argument: "skip",
      expected: `among ${parts.join(", ")}`,
      received: String(unknown),
    });
  }
  return {
    ...{ temperatures, recallAt, mixedSearchAt, hubnessAt, bandwidthFactors, histogramBins, projectionPoints },
    ...resolveUncertainty(where, options),
    skip: new Set(skip),
  };
}

function settingsOf(settings: Settings, { name, precision }: PairwiseEngine): PairAnalysisSettings {
  const { histogramBins: _bins, projectionPoints: _points, skip: _skip, ...kept } = settings;
  return { ...kept, engine: name, precision };
}
