// The figures of a report, each with a caption that says how to read it.

import type {
  ByParameter,
  EnergyDecomposition,
  Estimate,
  PairAnalysis,
  ProjectedPoints,
} from "@nce-geometry/diagnostics";
import {
  cosineHistogramFigure,
  type EnergyTerms,
  energyDecompositionFigure,
  type FigureDocument,
  type IntervalRow,
  intervalFigure,
  type MixedSearchDirection,
  mixedSearchFigure,
  projectionFigure,
  type RetrievalDirection,
  retrievalCurveFigure,
} from "@nce-geometry/plot";
import { parseHTML } from "linkedom";
import { byParameter, listLengths } from "./by-parameter.ts";
import type { ReportFigure } from "./figure.ts";
import { formatLevel, formatShare } from "./format.ts";
import type { Names } from "./tables.ts";

/** Pairs joined by a line in the projection: enough to see how they lie, few enough to tell them apart. */
const joinedPairs = 20;

export function reportFigures(analysis: PairAnalysis, names: Names): ReportFigure[] {
  const { document } = parseHTML("<!doctype html><html></html>");
  const level = `${formatLevel(analysis.settings.level)} interval`;
  return [
    cosines(analysis, names, document),
    ...projection(analysis, names, document),
    retrieval(analysis, names, document),
    mixedSearch(analysis, names, document, level),
    gapIntervals(analysis, document, level),
    energies(analysis, names, document),
  ];
}

function cosines({ histograms, cosines }: PairAnalysis, names: Names, document: FigureDocument): ReportFigure {
  const { edges, matched, unmatched, withinX, withinY } = histograms;
  // Within a modality each pair was counted from both of its rows.
  const halved = (counts: readonly number[]): number[] => counts.map((count) => count / 2);
  const counts = { matched, unmatched, withinX: halved(withinX), withinY: halved(withinY) };
  const means = {
    matched: cosines.matched.value,
    unmatched: cosines.unmatched.value,
    withinX: cosines.within.x.value,
    withinY: cosines.within.y.value,
  };
  return {
    svg: cosineHistogramFigure(
      { names, edges, counts, means },
      { document, title: "Cosines of matched pairs and of strangers" },
    ),
    caption:
      "How alike rows are. With a modality gap, matched pairs lie to the left of two unrelated rows of one modality: being of the same kind counts for more than belonging together.",
  };
}

function projection({ projection, settings }: PairAnalysis, names: Names, document: FigureDocument): ReportFigure[] {
  if (projection === null) return [];
  const { x, y, varianceShares } = projection;
  const places = new Map(y.item.map((item, place) => [item, place]));
  const shared = x.item.flatMap((item, place) => (places.has(item) ? [[place, places.get(item)!] as const] : []));
  const step = Math.max(1, Math.floor(shared.length / joinedPairs));
  const pairs = shared.filter((_, index) => index % step === 0).slice(0, joinedPairs);
  const { items, captions } = settings.sampling;
  const shown =
    x.row.length < items || y.row.length < captions
      ? ` ${items === captions ? `${x.row.length} of ${items} rows of each modality` : `${x.row.length} of ${items} and ${y.row.length} of ${captions} rows`} are shown.`
      : "";
  return [
    {
      svg: projectionFigure(
        { names, x: points(x), y: points(y), varianceShares, pairs },
        { document, title: "The two clouds in their principal plane" },
      ),
      caption: `Both modalities in the plane in which their union varies most (principal components). Lines join ${pairs.length} matched pairs; the large marks are the centroids.${shown}`,
    },
  ];
}

function points({ first, second }: ProjectedPoints): [number, number][] {
  return first.map((value, index) => [value, second[index]!]);
}

function retrieval({ retrieval: { xToY, yToX } }: PairAnalysis, names: Names, document: FigureDocument): ReportFigure {
  // The deeper gallery may have other depths; both curves are drawn at those of the smaller one.
  const [{ curve }] = [xToY, yToX].sort((a, b) => a.candidates - b.candidates) as [typeof xToY, typeof yToX];
  const ks = curve.k;
  const direction = (way: typeof xToY): RetrievalDirection => ({
    recall: ks.map((k) => between(way.curve.k, way.curve.recall, k)),
    chance: ks.map((k) => between(way.curve.k, way.curve.chance, k)),
  });
  const candidates = [...new Set([xToY.candidates, yToX.candidates])].join(" or ");
  return {
    svg: retrievalCurveFigure(
      { names, ks, xToY: direction(xToY), yToX: direction(yToX) },
      { document, title: "Retrieval of the partner" },
    ),
    caption: `Share of queries whose partner is among the first k of ${candidates} candidates of the other modality.`,
  };
}

/** A curve at k, straight between its points. */
function between(ks: readonly number[], values: readonly number[], k: number): number {
  const above = ks.findIndex((depth) => depth >= k);
  if (ks[above] === k || above === 0) return values[above]!;
  const [low, high] = [ks[above - 1]!, ks[above]!];
  return values[above - 1]! + ((k - low) / (high - low)) * (values[above]! - values[above - 1]!);
}

function mixedSearch(
  analysis: PairAnalysis,
  names: Names,
  document: FigureDocument,
  intervalLabel: string,
): ReportFigure {
  const { mixedSearch } = analysis;
  const ks = listLengths(mixedSearch.x, analysis);
  const { x: evenX, y: evenY } = mixedSearch.reference;
  const data = {
    names,
    ks,
    x: shares(mixedSearch.x, ks),
    y: shares(mixedSearch.y, ks),
    reference: (evenX + evenY) / 2,
    intervalLabel,
  };
  return {
    svg: mixedSearchFigure(data, { document, title: "Search in both modalities at once" }),
    caption: `A search in both modalities at once: share of results of the query's own kind. Far above the line, results of the other kind come only after all of the own kind.${evenX === evenY ? "" : ` Without a preference it would be ${formatShare(evenX)} for queries of ${names.x} and ${formatShare(evenY)} for those of ${names.y}; the line is at their mean.`}`,
  };
}

function shares(byK: ByParameter<Estimate>, ks: readonly number[]): MixedSearchDirection {
  const estimates = ks.map((k) => byK[k]!);
  const share = estimates.map(({ value }) => value);
  if (!estimates.every(({ interval }) => interval)) return { share };
  return {
    share,
    interval: {
      lower: estimates.map(({ interval }) => interval!.low),
      upper: estimates.map(({ interval }) => interval!.high),
    },
  };
}

function gapIntervals(
  { gap, energyDistance, maximumMeanDiscrepancy, distribution }: PairAnalysis,
  document: FigureDocument,
  intervalLabel: string,
): ReportFigure {
  const rows: IntervalRow[] = (
    [
      ["centroid gap", gap.centroid],
      ["energy distance", energyDistance.pairedStatistic],
      ["energy distance, one centre", distribution?.energyDistance.withoutOffset],
      ...byParameter(maximumMeanDiscrepancy?.atBandwidth ?? {}).map(
        ({ factor, pairedStatistic }) => [`MMD², ${factor} × median`, pairedStatistic] as const,
      ),
      ["sliced Wasserstein², W₂²", distribution?.slicedWasserstein],
      ["Bures distance, squared", distribution?.bures.squared],
    ] as const
  ).flatMap(([label, estimate]) =>
    estimate?.interval
      ? [{ label, value: estimate.value, lower: estimate.interval.low, upper: estimate.interval.high }]
      : [],
  );
  return {
    svg: intervalFigure(
      { rows, axisLabel: "value", intervalLabel, reference: { value: 0, label: "same law" } },
      { document, title: "The gap by several measures" },
    ),
    caption:
      "The gap by several measures, each with its interval; each would be 0, up to noise, if both modalities followed the same law. The centroid gap sees the offset only, the others any difference; “one centre” is what is left once the second cloud is moved onto the centre of the first.",
  };
}

function energies({ energy }: PairAnalysis, names: Names, document: FigureDocument): ReportFigure {
  const levels = byParameter(energy).map((decomposition) => ({
    temperature: decomposition.temperature,
    all: terms(decomposition, "all"),
    leaveOneOut: terms(decomposition, "leaveOneOut"),
  }));
  return {
    svg: energyDecompositionFigure({ names, levels }, { document, title: "The contrastive energy, term by term" }),
    caption:
      "The contrastive energy term by term. The potential rewards matched pairs, the log-partition terms measure crowding (XY: rows of the first modality among the second); the divergence is the gap as the loss sees it. It enters the energy of two modalities with a minus sign, which is why training does not close it. Without self terms, the loss is the decoupled one.",
  };
}

function terms(
  { potentialTerm, logPartition, smoothedDivergence, infoNCE, decoupled }: EnergyDecomposition,
  self: "all" | "leaveOneOut",
): EnergyTerms {
  const { xy, yx, xx, yy } = logPartition[self];
  return {
    potential: potentialTerm.value,
    logPartitionXY: xy.value,
    logPartitionYX: yx.value,
    logPartitionXX: xx.value,
    logPartitionYY: yy.value,
    divergence: smoothedDivergence[self].symmetricKL.value,
    infoNCE: (self === "all" ? infoNCE : decoupled).symmetric.value,
  };
}
