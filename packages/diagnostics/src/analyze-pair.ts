// Everything at once: what to know about two paired sets of embeddings, in four sweeps over the pairs and a few more for the
// controls; of many rows a sample, searched for in all of them.

import {
  assertBandwidthFactors,
  createPairUncertainty,
  createPhases,
  createSweeps,
  defaultBandwidthFactors,
  medianCrossDistance,
  type PairUncertainty,
  resolveUncertainty,
} from "@nce-geometry/energy";
import { type PairwiseEngine, referenceEngine } from "@nce-geometry/pairwise";
import { InputError, type Rows, type RunControl } from "@nce-geometry/tensor";
import { analyzeCentred } from "./centred-analysis.ts";
import { defaultHistogramBins, planHistograms } from "./cosine-histograms.ts";
import { cosinesOf } from "./cosine-summary.ts";
import { defaultFixedBandwidth, distributionGapOf } from "./distribution-gap.ts";
import { assertTemperatures, planEnergy } from "./energy-decomposition.ts";
import { defaultHubnessAt, planHubness } from "./hubness.ts";
import { planDiscrepancies } from "./maximum-mean-discrepancy.ts";
import type { PairStatisticOptions, Plan } from "./measure-pairs.ts";
import { defaultMixedSearchAt, planMixedSearch } from "./mixed-search.ts";
import { gapOf } from "./modality-gap.ts";
import type {
  DistributionGap,
  GapAndSearch,
  PairAnalysis,
  PairAnalysisSettings,
  ShuffleControl,
} from "./pair-analysis.ts";
import { type PairProducts, pairProducts } from "./pair-products.ts";
import { assertPairs, createPairing, type Pairing } from "./pairing.ts";
import { assertCounts, defaultRecallAt, planRetrieval } from "./retrieval.ts";
import { firstOf, type PairSample, samplePairs } from "./sample-pairs.ts";
import { type SampledSearch, type Search, searchEverything, searchSample } from "./search.ts";
import { permutedMarginals, planShuffle } from "./shuffle-control.ts";
import { spectraOf } from "./spectrum.ts";
import { planEnergyDistance } from "./two-sample.ts";
import { planUniformity } from "./uniformity.ts";
import { assertProjectionPoints, defaultProjectionPoints, projectUnion } from "./union-projection.ts";

/** Parts of the analysis that can be left out to save time. */
export type PairAnalysisPart = "spectrum" | "projection" | "distribution" | "centred" | "shuffle";

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
  /**
   * `full`: all rows take part in everything. `quick`: a seeded sample of 2000 items with one caption each; retrieval, mixed search
   * and hubness search for 1000 of them in all rows. @defaultValue "quick" above 2000 items, else "full"
   */
  readonly preset?: "quick" | "full";
}

/** Items of the sample of the quick preset, and up to which the full one is the default. */
const quickItems = 2000;

/** Of these the items, and one caption of each, that are searched for in all rows. */
const quickQueries = 1000;

const defaultTemperatures: readonly number[] = [0.01, 0.07, 0.5];
const parts: readonly PairAnalysisPart[] = ["spectrum", "projection", "distribution", "centred", "shuffle"];

type Settings = Omit<PairAnalysisSettings, "engine" | "precision" | "sampling"> & {
  readonly histogramBins: number;
  readonly projectionPoints: number;
  readonly skip: ReadonlySet<PairAnalysisPart>;
};

/**
 * Everything measured on two paired sets of unit rows, as one record: gap, cosines, uniformity, divergences, retrieval,
 * energies, hubness, mixed search, spectra, the picture, the laws beyond their centroids, the centred re-measure and the
 * shuffle control.
 *
 * Math:     as stated at each part (`modalityGap`, `cosineSummary`, `uniformity`, `energyDistance`, …).
 * Shapes:   x [n, d], y [m, d] → plain JSON. Row i of one is matched with row i of the other, or `map` [m] tells the row of x that
 *           each row of y belongs to.
 * Domain:   n ≥ 2; unit rows, to a squared norm within 1e-5 of 1: normalise once, before (`normalizeRowMatrix` of
 *           @nce-geometry/pairwise).
 * Limits:   x = y → gap 0, recall 1;  all rows equal → retrieval at chance, no variance;  a map that gives each row the row of its
 *           index → as without it.
 * Numerics: float64 with the reference engine. Cost of `full`: about twelve sweeps of n·m·d and up to five eigen-decompositions of
 *           size min(n, d); of `quick` the same for 2000 rows and four sweeps of 1000 rows with all n or m. The parts named in `skip` save
 *           half of the first. A sample, the shuffle and the centring hold float64 copies of the rows.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 * Source:   arXiv:2601.19597 and the sources named at each part.
 */
export async function analyzePair(x: Rows, y: Rows, options: AnalyzePairOptions = {}): Promise<PairAnalysis> {
  const settings = resolveSettings(options, x.rows);
  const engine = options.engine ?? referenceEngine();
  resolveUncertainty("analyzePair", settings);
  const pairing = await assertPairs("analyzePair", x, y, options);
  const sample = await sampleOf(x, y, pairing, settings, options);
  const phase = createPhases(options, 7 - settings.skip.size + (sample ? 1 : 0));
  const clouds = sample ? { x: sample.x, y: sample.y, pairing: pairsOf(sample) } : { x, y, pairing };
  const uncertainty = createPairUncertainty("analyzePair", clouds.pairing.n, clouds.pairing.owners, settings);
  const search =
    sample && searchSample("analyzePair", { x, y, pairing }, firstOf(sample, quickQueries), { ...settings, engine });
  const measured = await measureAll(clouds, search, { settings, engine, uncertainty, phase });
  return {
    schema: "nce-geometry/pair-analysis@2",
    items: pairing.n,
    captions: pairing.m,
    dim: x.dim,
    settings: settingsOf(settings, engine, clouds.pairing, search?.queries),
    ...measured,
  };
}

/** The rows that clouds and energies are measured on. */
interface Clouds {
  readonly x: Rows;
  readonly y: Rows;
  readonly pairing: Pairing;
}

interface Context {
  readonly settings: Settings;
  readonly engine: PairwiseEngine;
  readonly uncertainty: PairUncertainty;
  readonly phase: (label: string) => RunControl;
}

type Measured = Omit<PairAnalysis, "schema" | "items" | "captions" | "dim" | "settings">;

async function measureAll(clouds: Clouds, sampled: SampledSearch | undefined, context: Context): Promise<Measured> {
  const { settings, engine, uncertainty, phase } = context;
  const { x, y, pairing } = clouds;
  const { recallAt, mixedSearchAt, projectionPoints, seed, skip } = settings;
  const first = phase("median distance");
  const median = await medianCrossDistance(x, y, { engine, ...first });
  const products = await pairProducts(x, y, pairing, { signal: first.signal });
  const sweeps = createSweeps(x, y, engine);
  const plan = { pairing, sweeps, uncertainty };
  const everything = searchEverything(plan);
  const finish = planAll(plan, sampled ?? everything, { products, median, settings });
  const before = sampled && !skip.has("centred") ? planSearches(everything, settings) : undefined;
  await sweeps.run(phase("all pairs"));
  await sampled?.run(phase("searches"));
  const { shuffleAgainst, ...core } = finish();
  const spectrum = skip.has("spectrum") ? null : await spectraOf(x, y, phase("spectra"));
  const projection = skip.has("projection")
    ? null
    : await projectUnion(x, y, pairing, { projectionPoints, ...phase("principal plane") });
  const distribution = skip.has("distribution") ? null : await distributionOf(clouds, context);
  const centred = skip.has("centred")
    ? null
    : await analyzeCentred(x, y, {
        recallAt,
        mixedSearchAt,
        engine,
        pairing,
        uncertainty,
        control: phase("centred rows"),
      });
  const shuffle = skip.has("shuffle")
    ? null
    : shuffleAgainst(
        await permutedMarginals(x, y, {
          pairing,
          seed,
          engine,
          uncertainty: settings,
          control: phase("re-paired rows"),
        }),
      );
  const asBefore = before ? { gap: core.gap, ...before() } : null;
  return { ...core, spectrum, projection, distribution, centred: centred && { ...centred, before: asBefore }, shuffle };
}

type Core = Omit<Measured, PairAnalysisPart>;
type Permuted = Awaited<ReturnType<typeof permutedMarginals>>;

/** The difference of the laws, of one caption of each item. */
async function distributionOf(
  { x, y, pairing }: Clouds,
  { settings: { preset, seed, bootstrap, level }, engine, phase }: Context,
): Promise<DistributionGap> {
  const control = phase("distributions");
  const count = preset === "quick" ? Math.min(pairing.n, quickQueries) : pairing.n;
  const pairs = await samplePairs(x, y, pairing, { count, seed, control: { signal: control.signal } });
  const uncertainty = createPairUncertainty("analyzePair", count, undefined, { seed, bootstrap, level });
  return distributionGapOf(pairs, { fixedBandwidth: defaultFixedBandwidth, seed, engine, uncertainty, control });
}

/** Requests the reductions of every part that the main sweeps serve. */
function planAll(
  plan: Plan,
  search: Search,
  { products, median, settings }: { products: PairProducts; median: number; settings: Settings },
): () => Core & { readonly shuffleAgainst: (permuted: Permuted) => ShuffleControl } {
  const { temperatures, recallAt, hubnessAt, bandwidthFactors, histogramBins } = settings;
  const { bootstrap, level, seed } = settings;
  const uniformity = planUniformity(plan);
  const energyDistance = planEnergyDistance(plan, products);
  const discrepancy = planDiscrepancies(plan, { products, median, factors: bandwidthFactors });
  const searches = planSearches(search, settings);
  const energies = temperatures.map((temperature) => planEnergy(plan, { products, temperature }));
  const hubness = planHubness(search, { k: hubnessAt, listLength: listLength(settings) });
  const histograms = planHistograms(plan, { products, bins: histogramBins });
  const shuffle = settings.skip.has("shuffle") ? undefined : planShuffle(plan, { recallAt, bootstrap, level, seed });
  return () => {
    const gap = gapOf(products, plan.uncertainty);
    const cosines = cosinesOf(products, plan.uncertainty);
    const distance = energyDistance();
    const before = {
      centroid: gap.centroid.value,
      withinY: cosines.within.y.value,
      energyDistance: distance.vStatistic.value,
    };
    const { retrieval, mixedSearch } = searches();
    return {
      gap,
      cosines,
      uniformity: uniformity(),
      energyDistance: distance,
      maximumMeanDiscrepancy: discrepancy(),
      retrieval,
      energy: Object.fromEntries(energies.map((energy, k) => [String(temperatures[k]), energy()])),
      hubness: hubness(),
      mixedSearch,
      histograms: histograms(),
      shuffleAgainst: (permuted) => shuffle!(before, permuted),
    };
  };
}

function planSearches(search: Search, settings: Settings): () => Omit<GapAndSearch, "gap"> {
  const retrieval = planRetrieval(search, settings.recallAt);
  const mixedSearch = planMixedSearch(search, { at: settings.mixedSearchAt, listLength: listLength(settings) });
  return () => ({ retrieval: retrieval(), mixedSearch: mixedSearch() });
}

function listLength({ hubnessAt, mixedSearchAt }: Settings): number {
  return Math.max(hubnessAt, ...mixedSearchAt);
}

/** The sample of the quick preset, where it is smaller than the whole. */
async function sampleOf(
  x: Rows,
  y: Rows,
  pairing: Pairing,
  { preset, seed }: Settings,
  { signal }: RunControl,
): Promise<PairSample | undefined> {
  const { n, owners } = pairing;
  if (preset === "full" || (n <= quickItems && !owners)) return undefined;
  return samplePairs(x, y, pairing, { count: Math.min(n, quickItems), seed, control: { signal } });
}

function pairsOf({ items }: PairSample): Pairing {
  return createPairing(items.length, items.length);
}

function resolveSettings(options: AnalyzePairOptions, items: number): Settings {
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
  const { preset = items > quickItems ? "quick" : "full" } = options;
  if (preset !== "quick" && preset !== "full") {
    const expected = '"quick" or "full"';
    throw new InputError({ code: "E_OPTION", where, argument: "preset", expected, received: String(preset) });
  }
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
    preset,
    ...{ temperatures, recallAt, mixedSearchAt, hubnessAt, bandwidthFactors, histogramBins, projectionPoints },
    ...resolveUncertainty(where, options),
    skip: new Set(skip),
  };
}

function settingsOf(
  settings: Settings,
  { name, precision }: PairwiseEngine,
  { n, m }: Pairing,
  queries: Search["queries"] | undefined,
): PairAnalysisSettings {
  const { preset, histogramBins: _bins, projectionPoints: _points, skip: _skip, ...kept } = settings;
  const asked = { x: queries?.x.rows.length ?? n, y: queries?.y.rows.length ?? m };
  const sampling = { items: n, captions: m, queries: asked };
  return { preset, sampling, ...kept, engine: name, precision };
}
