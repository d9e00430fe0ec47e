// One set of embeddings by itself: how it is spread, how many directions it uses, which rows are everybody's neighbours.

import {
  assertUnitSample,
  createPhases,
  createUncertainty,
  type EngineOptions,
  type Estimate,
  resolveUncertainty,
  type UncertaintyOptions,
  withinMeans,
} from "@nce-geometry/energy";
import { type PairwiseEngine, referenceEngine } from "@nce-geometry/pairwise";
import { createRandom, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import { type OccurrenceStatistics, occurrenceStatistics } from "./cures/occurrences.ts";
import { cosineLaw } from "./law-tests/cosine-law.ts";
import { type CosineLawDistance, cosineLawDistance } from "./law-tests/cosine-law-distance.ts";
import { requireInteger, requireOneOf } from "./law-tests/option-checks.ts";
import { type SpectrumShape, spectrumShape } from "./law-tests/spectrum-shape.ts";
import { type UniformityTests, uniformityTests } from "./law-tests/uniformity-tests.ts";
import type { Spectrum } from "./pair-analysis.ts";
import { centroidOf, dot } from "./pair-products.ts";
import { gatherRows } from "./sample-pairs.ts";
import { spectrumOf } from "./spectrum.ts";

export interface AnalyzeCloudOptions extends EngineOptions, UncertaintyOptions, RunControl {
  /** Neighbours counted for hubness, an integer ≥ 1; at most rows − 1. @defaultValue 10 */
  readonly hubnessAt?: number;
  /** Equal bins of [−1, 1]. @defaultValue 200 */
  readonly histogramBins?: number;
  /** `full`: all rows. `quick`: a seeded sample of 2000. @defaultValue "quick" above 2000 rows, else "full" */
  readonly preset?: "quick" | "full";
}

/** Everything measured on one set of unit rows; plain JSON. */
export interface CloudAnalysis {
  readonly schema: "nce-geometry/cloud-analysis@1";
  readonly rows: number;
  readonly dim: number;
  readonly settings: {
    readonly preset: "quick" | "full";
    /** Rows that everything was measured on. */
    readonly sample: number;
    readonly hubnessAt: number;
    readonly bootstrap: number;
    readonly level: number;
    readonly seed: number;
    readonly engine: string;
    readonly precision: "float64" | "float32";
  };
  /** ‖μ‖: 1 = all rows equal, near 0 = spread over the sphere. */
  readonly centroidNorm: Estimate;
  /** Mean cosine of two different rows, and of a row and its nearest other one. */
  readonly meanCosine: Estimate;
  readonly nearestCosine: Estimate;
  /** log of the mean of exp(−2‖x_i − x_j‖²) over i ≠ j. Unit: nats. */
  readonly uniformity: Estimate;
  /** Null in one dimension, as the next two. */
  readonly uniformityTests: UniformityTests | null;
  readonly cosineLaw: CosineLawDistance | null;
  readonly shape: SpectrumShape | null;
  readonly spectrum: Spectrum;
  /** Occurrences of rows among the nearest of the others. */
  readonly hubness: OccurrenceStatistics;
  /** Counts of the cosines of all pairs, each once, and what the uniform law expects. */
  readonly histogram: {
    readonly edges: readonly number[];
    readonly counts: readonly number[];
    readonly uniform: readonly number[] | null;
  };
}

const quickRows = 2000;

/**
 * One set of unit rows: centre, cosines, uniformity and tests of it, spectrum with its ceilings, hubness.
 *
 * Math:     as stated at {@link uniformityTests}, {@link cosineLawDistance}, {@link spectrumShape}, {@link occurrenceStatistics}.
 * Shapes:   x [n, d] → plain JSON.
 * Domain:   n ≥ 2; unit rows.
 * Limits:   all rows equal → centroid norm 1, mean cosine 1, uniformity 0, effective rank 0;  uniform law → p-values uniform.
 * Numerics: as the parts. Cost of `full`: two sweeps of n²d and three eigen-decompositions; tests of laws use 1000 rows at most.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 */
export async function analyzeCloud(x: Rows, options: AnalyzeCloudOptions = {}): Promise<CloudAnalysis> {
  const where = "analyzeCloud";
  const { hubnessAt = 10, histogramBins = 200, engine = referenceEngine(), signal } = options;
  const { preset = x.rows > quickRows ? "quick" : "full" } = options;
  requireInteger(where, "hubnessAt", hubnessAt, 1);
  requireInteger(where, "histogramBins", histogramBins, 1);
  requireOneOf(where, "preset", preset, ["quick", "full"]);
  const { bootstrap, level, seed } = resolveUncertainty(where, options);
  await assertUnitSample(where, "x", x, { signal });
  const phase = createPhases(options, 5);
  const cloud = await sampleOf(x, preset, seed, { signal });
  const uncertain = { bootstrap, level, seed };
  const pairs = await pairsOf(cloud, { hubnessAt, histogramBins, engine, ...uncertain }, phase("all pairs"));
  const law = x.dim < 2 ? null : await cosineLawDistance(cloud, { ...uncertain, ...phase("law of cosines") });
  const tests = x.dim < 2 ? null : await uniformityTests(cloud, { seed, ...phase("tests of uniformity") });
  const spectrum = await spectrumOf(cloud, () => ({ signal }), "X");
  const shape = x.dim < 2 ? null : await spectrumShape(cloud, { ...uncertain, ...phase("spectrum") });
  return {
    schema: "nce-geometry/cloud-analysis@1",
    rows: x.rows,
    dim: x.dim,
    settings: {
      ...{ preset, sample: cloud.rows, hubnessAt, bootstrap, level, seed },
      ...{ engine: engine.name, precision: engine.precision },
    },
    ...pairs,
    uniformityTests: tests,
    cosineLaw: law,
    shape,
    spectrum,
  };
}

interface PairSettings extends Required<UncertaintyOptions> {
  readonly hubnessAt: number;
  readonly histogramBins: number;
  readonly engine: PairwiseEngine;
}

type OfPairs = Pick<
  CloudAnalysis,
  "centroidNorm" | "meanCosine" | "nearestCosine" | "uniformity" | "hubness" | "histogram"
>;

async function pairsOf(cloud: RowMatrix, settings: PairSettings, control: RunControl): Promise<OfPairs> {
  const { engine, histogramBins: bins, hubnessAt, level } = settings;
  const n = cloud.rows;
  const k = Math.min(hubnessAt, n - 1);
  const kernel = { kind: "gaussian", bandwidth: 0.5 } as const;
  const [inner, gaussian, nearest, counts] = await engine.reduce(
    cloud,
    cloud,
    [
      { kind: "sum", value: { kind: "inner" }, diagonal: "exclude" },
      { kind: "sum", value: kernel, diagonal: "exclude" },
      { kind: "topK", k, diagonal: "exclude" },
      { kind: "histogram", value: { kind: "inner" }, low: -1, high: 1, bins, diagonal: "exclude" },
    ],
    control,
  );
  const uncertainty = createUncertainty("analyzeCloud", n, settings);
  const [cosines, kernels] = [withinMeans(inner, n), withinMeans(gaussian, n)];
  const centroid = await centroidOf(cloud, { signal: control.signal });
  const length = Math.sqrt(dot(centroid, centroid));
  const along = Float64Array.from({ length: n }, (_, i) =>
    dot(cloud.data.subarray(i * cloud.dim, (i + 1) * cloud.dim) as Float64Array, centroid),
  );
  const occurrences = { k, candidates: n, level };
  const edges = Array.from({ length: bins + 1 }, (_, bin) => -1 + (2 * bin) / bins);
  const all = Array.from(counts.counts);
  all[0]! += counts.below;
  all[bins - 1]! += counts.above;
  return {
    centroidNorm: uncertainty.lengthOfMean(length, along, (1 - length * length) / (n - 1), "1"),
    meanCosine: uncertainty.fromInfluence(cosines.mean, doubled(cosines.rows, cosines.mean, 1), "1"),
    nearestCosine: uncertainty.mean(
      Float64Array.from({ length: n }, (_, i) => nearest.values[i * nearest.k]!),
      "1",
    ),
    uniformity: uncertainty.fromInfluence(
      Math.log(kernels.mean),
      doubled(kernels.rows, kernels.mean, kernels.mean),
      "nats",
    ),
    hubness: occurrenceStatistics(nearest.indices, occurrences),
    histogram: { edges, counts: all.map((count) => count / 2), uniform: expectedCounts(edges, n, cloud.dim) },
  };
}

function doubled(rows: Float64Array, mean: number, scale: number): Float64Array {
  return rows.map((row) => (2 * (row - mean)) / scale);
}

/** Pairs in each bin by the uniform law. */
function expectedCounts(edges: readonly number[], n: number, dim: number): number[] | null {
  if (dim < 2) return null;
  const law = cosineLaw(dim);
  const below = edges.map((edge) => 1 - law.probability(Math.acos(edge)));
  return below.slice(1).map((share, bin) => ((share - below[bin]!) * n * (n - 1)) / 2);
}

async function sampleOf(x: Rows, preset: "quick" | "full", seed: number, control: RunControl): Promise<RowMatrix> {
  const count = preset === "quick" ? Math.min(quickRows, x.rows) : x.rows;
  const order = Int32Array.from({ length: x.rows }, (_, i) => i);
  const chosen = count === x.rows ? order : createRandom(seed).split("cloud").permutation(x.rows).slice(0, count);
  return gatherRows(x, chosen, control);
}
