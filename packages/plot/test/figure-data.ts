// Data for tests: values like those of real encoders, and the extremes that break pictures. No randomness: everything is a formula.

import { parseHTML } from "linkedom";
import type {
  CosineHistogramData,
  EnergyDecompositionData,
  EnergyTerms,
  FigureDocument,
  IntervalData,
  MixedSearchData,
  ModalityNames,
  ProjectionData,
  RetrievalCurveData,
} from "../src/index.ts";

export const document: FigureDocument = parseHTML("<!doctype html><html></html>").document;

export const names: ModalityNames = { x: "image", y: "text" };
export const longNames: ModalityNames = {
  x: "chest X-ray images of the first hospital (frontal view)",
  y: "Befundtexte_der_Radiologie_ohne_ein_einziges_Leerzeichen",
};

const edges = Array.from({ length: 81 }, (_, i) => (i - 40) / 40);

/** Counts of a bell of this mean and width on `edges`. */
function bell(mean: number, width: number, pairs: number): readonly number[] {
  return edges
    .slice(1)
    .map((edge) => Math.round(pairs * 0.04 * Math.exp(-(((edge - 0.0125 - mean) / width) ** 2) / 2)));
}

export const histogram: CosineHistogramData = {
  names,
  edges,
  counts: {
    matched: bell(0.31, 0.05, 5000),
    unmatched: bell(0.16, 0.05, 250_000),
    withinX: bell(0.53, 0.1, 125_000),
    withinY: bell(0.515, 0.1, 125_000),
  },
  means: { matched: 0.31, unmatched: 0.1616, withinX: 0.5315, withinY: 0.5152 },
};

const spike = edges.slice(1).map((_, i) => (i === 79 ? 500 : 0));

/** Every cosine 1, in the last bin. */
export const collapsed: CosineHistogramData = {
  names,
  edges,
  counts: { matched: spike, unmatched: spike, withinX: spike, withinY: spike },
};

function cloud(n: number, centre: readonly [number, number], size: number): readonly (readonly [number, number])[] {
  return Array.from({ length: n }, (_, i) => {
    const radius = size * Math.sqrt((i + 0.5) / n);
    return [centre[0] + radius * Math.cos(2.4 * i), centre[1] + 1.7 * radius * Math.sin(2.4 * i)] as const;
  });
}

export const projection: ProjectionData = {
  names,
  x: cloud(100, [0.45, 0], 0.15),
  y: cloud(80, [-0.45, 0.02], 0.15),
  varianceShares: [0.312, 0.057],
  pairs: Array.from({ length: 20 }, (_, i) => [4 * i, 4 * i] as const),
};

const ks = [1, 2, 5, 10, 20, 50, 100];
const recall = [0.552, 0.676, 0.808, 0.892, 0.946, 0.994, 0.998];
const around = (shares: readonly number[]): { lower: number[]; upper: number[] } => ({
  lower: shares.map((share) => Math.max(0, share - 0.03)),
  upper: shares.map((share) => Math.min(1, share + 0.03)),
});

export const retrieval: RetrievalCurveData = {
  names,
  ks,
  xToY: { recall, interval: around(recall), chance: ks.map((k) => k / 500) },
  yToX: {
    recall: recall.map((r) => 0.95 * r),
    interval: around(recall.map((r) => 0.95 * r)),
    chance: ks.map((k) => k / 500),
  },
  intervalLabel: "95 % bootstrap interval",
};

/** A random network: recall of nearly nothing, no intervals. */
export const noRetrieval: RetrievalCurveData = {
  names,
  ks: [1, 5, 10],
  xToY: { recall: [0, 0, 0], chance: [0.002, 0.01, 0.02] },
  yToX: { recall: [0, 0, 0.002], chance: [0.002, 0.01, 0.02] },
};

const terms: EnergyTerms = {
  potential: -4.427,
  logPartitionXY: 2.557,
  logPartitionYX: 2.549,
  logPartitionXX: 9.047,
  logPartitionYY: 9.0,
  divergence: 6.471,
  infoNCE: 4.34,
};
const outTerms: EnergyTerms = { ...terms, logPartitionXX: 8.428, logPartitionYY: 8.317, divergence: 5.819 };
const scaled = (by: number, all: EnergyTerms): EnergyTerms =>
  Object.fromEntries(Object.entries(all).map(([key, value]) => [key, value * by])) as unknown as EnergyTerms;

export const energy: EnergyDecompositionData = {
  names,
  levels: [
    { temperature: 0.01, all: scaled(7, terms), leaveOneOut: scaled(7, outTerms) },
    { temperature: 0.07, all: terms, leaveOneOut: outTerms },
    { temperature: 0.5, all: scaled(0.1, terms), leaveOneOut: scaled(0.1, outTerms) },
  ],
};

export const intervals: IntervalData = {
  rows: [
    { label: "centroid gap", value: 0.851, lower: 0.845, upper: 0.859 },
    { label: "relative modality gap", value: 0.591, lower: 0.57, upper: 0.62 },
    { label: "mean pair cosine", value: 0.31, lower: 0.307, upper: 0.313 },
  ],
  axisLabel: "Dimensionless value",
  intervalLabel: "95 % bootstrap interval",
  reference: { value: 0, label: "no gap" },
};

export const mixedSearch: MixedSearchData = {
  names,
  ks,
  x: { share: [0.96, 0.94, 0.92, 0.86, 0.74, 0.54, 0.44] },
  y: { share: [0.99, 0.96, 0.95, 0.9, 0.76, 0.57, 0.46], interval: around([0.99, 0.96, 0.95, 0.9, 0.76, 0.57, 0.46]) },
};

/** A gap so wide that every result is of the query's own modality, at one k. */
export const mixedSearchAtTen: MixedSearchData = {
  names,
  ks: [10],
  x: { share: [1] },
  y: { share: [0.61], interval: { lower: [0.57], upper: [0.65] } },
};
