// The numbers of an analysis as rows of tables: name, estimate, what it means.

import type {
  Directed,
  EnergyDecomposition,
  Estimate,
  MixedSearch,
  OffsetParts,
  PairAnalysis,
} from "@nce-geometry/diagnostics";
import { byParameter, listLengths } from "./by-parameter.ts";
import { formatNumber, formatShare } from "./format.ts";

export interface TableRow {
  readonly name: string;
  /** One or two values, each under its column. */
  readonly values: readonly (Estimate | null)[];
  readonly format?: (value: number) => string;
  /** What it is, in a few words. */
  readonly note: string;
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface Names {
  readonly x: string;
  readonly y: string;
}

/** All tables of the report, in reading order. */
export function tables(analysis: PairAnalysis, names: Names): Table[] {
  return [
    gapTable(analysis),
    cosineTable(analysis, names),
    retrievalTable(analysis, names),
    mixedSearchTable(analysis, names),
    spreadTable(analysis, names),
    ...byParameter(analysis.energy).flatMap((energy) => energyTables(energy, names)),
    distributionTable(analysis),
    controlTable(analysis, names),
  ].filter((table) => table.rows.length > 0);
}

function gapTable({ gap, energyDistance, maximumMeanDiscrepancy }: PairAnalysis): Table {
  return {
    title: "Gap between the two clouds",
    columns: ["value"],
    rows: [
      row("centroid gap", "distance of the two centroids, 0 … 2", gap.centroid),
      row("cosine of the centroids", "1 = same direction", gap.centroidCosine),
      row("relative gap", "0 = matched rows coincide, ½ = as far apart as strangers", gap.relative),
      row(
        "energy distance",
        "unbiased for matched rows; 0 = same law, may be negative",
        energyDistance.pairedStatistic,
      ),
      row("energy distance, independent", "unbiased for independent samples", energyDistance.uStatistic),
      row("energy distance, all pairs", "never negative", energyDistance.vStatistic),
      ...(maximumMeanDiscrepancy
        ? [row("median cross distance", "sets the bandwidths below", maximumMeanDiscrepancy.medianCrossDistance)]
        : []),
      ...byParameter(maximumMeanDiscrepancy?.atBandwidth ?? {}).flatMap(
        ({ factor, pairedStatistic, uStatistic, vStatistic }) => [
          row(`MMD², ${factor} × median`, "unbiased for matched rows; 0 = same law", pairedStatistic),
          row(`MMD², ${factor} × median, independent`, "unbiased for independent samples", uStatistic),
          row(`MMD², ${factor} × median, all pairs`, "never negative", vStatistic),
        ],
      ),
    ],
  };
}

function cosineTable({ cosines, gap }: PairAnalysis, names: Names): Table {
  return {
    title: "Cosines",
    columns: ["value"],
    rows: [
      row("matched pairs, mean", `a row of ${names.x} and its partner in ${names.y}`, cosines.matched),
      row("matched pairs, deviation", "standard deviation over pairs", cosines.matchedDeviation),
      row("unmatched pairs, mean", "rows of different modalities that do not belong together", cosines.unmatched),
      row(`within ${names.x}, mean`, "two different rows of one modality", cosines.within.x),
      row(`within ${names.y}, mean`, "two different rows of one modality", cosines.within.y),
      row("alignment", "mean squared distance of matched pairs", cosines.alignment),
      row(`centroid norm of ${names.x}`, "0 = spread over the sphere, 1 = one point", gap.centroidNorm.x),
      row(`centroid norm of ${names.y}`, "0 = spread over the sphere, 1 = one point", gap.centroidNorm.y),
    ],
  };
}

function retrievalTable({ retrieval: { xToY, yToX }, items, captions }: PairAnalysis, names: Names): Table {
  // Where each row has one match these say the same as recall and reciprocal rank.
  const several = items !== captions;
  return {
    title: "Retrieval of the partner in the other modality",
    columns: directions(names),
    rows: [
      ...Object.keys(xToY.recall).map((k) =>
        row(
          `recall@${k}`,
          chanceNote(xToY.chance.recall[k]!, yToX.chance.recall[k]!, formatShare),
          [xToY.recall[k]!, yToX.recall[k]!],
          formatShare,
        ),
      ),
      ...(several
        ? Object.keys(xToY.fractionRecall).map((k) =>
            row(
              `share of the partners in the top ${k}`,
              chanceNote(xToY.chance.fractionRecall[k]!, yToX.chance.fractionRecall[k]!, formatShare),
              [xToY.fractionRecall[k]!, yToX.fractionRecall[k]!],
              formatShare,
            ),
          )
        : []),
      row("mean reciprocal rank", chanceNote(xToY.chance.meanReciprocalRank, yToX.chance.meanReciprocalRank), [
        xToY.meanReciprocalRank,
        yToX.meanReciprocalRank,
      ]),
      ...Object.keys(xToY.normalizedDiscountedGain).map((k) =>
        row(
          `nDCG@${k}`,
          chanceNote(xToY.chance.normalizedDiscountedGain[k]!, yToX.chance.normalizedDiscountedGain[k]!),
          [xToY.normalizedDiscountedGain[k]!, yToX.normalizedDiscountedGain[k]!],
        ),
      ),
      ...(several
        ? [
            row(
              "mean average precision",
              chanceNote(xToY.chance.meanAveragePrecision, yToX.chance.meanAveragePrecision),
              [xToY.meanAveragePrecision, yToX.meanAveragePrecision],
            ),
          ]
        : []),
      row("median rank", chanceNote(xToY.chance.medianRank, yToX.chance.medianRank), [
        xToY.medianRank,
        yToX.medianRank,
      ]),
      row("mean rank", chanceNote(xToY.chance.meanRank, yToX.chance.meanRank), [xToY.meanRank, yToX.meanRank]),
    ],
  };
}

function chanceNote(forward: number, backward: number, format: (value: number) => string = formatNumber): string {
  const [first, second] = [format(forward), format(backward)];
  return first === second ? `chance ${first}` : `chance ${first} and ${second}`;
}

function mixedSearchTable({ mixedSearch, hubness, items, captions }: PairAnalysis, names: Names): Table {
  const [evenX, evenY] = [formatShare(mixedSearch.reference.x), formatShare(mixedSearch.reference.y)];
  return {
    title: "Search in both modalities at once, and hubs",
    columns: [`queries: ${names.x}`, `queries: ${names.y}`],
    rows: [
      ...shareRows(
        mixedSearch,
        { items, captions },
        (k) => `own modality in the top ${k}`,
        `${evenX === evenY ? evenX : `${evenX} and ${evenY}`} without a preference`,
      ),
      row(`hubness, skewness at ${hubness.xToY.k}`, "0 = every row is found equally often", [
        hubness.xToY.skewness,
        hubness.yToX.skewness,
      ]),
      row(
        "rows never found",
        `in no list of ${hubness.xToY.k}`,
        [hubness.xToY.antihubShare, hubness.yToX.antihubShare],
        formatShare,
      ),
    ],
  };
}

function spreadTable({ uniformity, spectrum }: PairAnalysis, names: Names): Table {
  const ceiling = [...new Set([spectrum?.x.rankCeiling, spectrum?.y.rankCeiling])].join(" and ");
  return {
    title: "Spread of each modality",
    columns: [names.x, names.y],
    rows: [
      row("uniformity", "more negative = more evenly spread", [uniformity.x, uniformity.y]),
      ...(spectrum
        ? [
            row("RankMe", "effective number of singular directions, not centred", [
              spectrum.x.rankMe,
              spectrum.y.rankMe,
            ]),
            row("effective rank", `of the covariance, at most ${ceiling}`, [
              spectrum.x.effectiveRank,
              spectrum.y.effectiveRank,
            ]),
            row("participation ratio", `of the covariance, at most ${ceiling}`, [
              spectrum.x.participationRatio,
              spectrum.y.participationRatio,
            ]),
          ]
        : []),
    ],
  };
}

function energyTables(energy: EnergyDecomposition, names: Names): Table[] {
  const { logPartition, smoothedDivergence, temperature } = energy;
  const directed: Table = {
    title: `Contrastive loss at temperature ${temperature}`,
    columns: directions(names),
    rows: [
      directedRow("InfoNCE", "of all pairs as one batch, nats", energy.infoNCE),
      directedRow("decoupled InfoNCE", "positive left out of the denominator, nats", energy.decoupled),
      directedRow("positive mass", "softmax probability of the partner", energy.positiveMass),
      directedRow(
        "effective negatives",
        "how many negatives share the repulsion",
        energy.conditionalEffectiveNegatives,
      ),
    ],
  };
  const terms: Table = {
    title: `Energy terms at temperature ${temperature}`,
    columns: ["self pairs counted", "self pairs left out"],
    rows: [
      row("potential term", "mean of −cosine/τ over matched pairs, nats", [energy.potentialTerm, energy.potentialTerm]),
      ...(["xy", "yx", "xx", "yy"] as const).map((pair) =>
        row(`log-partition ${pair.toUpperCase()}`, "anchors of the first, pool of the second, nats", [
          logPartition.all[pair],
          logPartition.leaveOneOut[pair],
        ]),
      ),
      ...(["klXY", "klYX", "symmetricKL", "jeffreys"] as const).map((name) =>
        row(`smoothed ${divergenceNames[name]}`, "between the two smoothed laws, nats", [
          smoothedDivergence.all[name],
          smoothedDivergence.leaveOneOut[name],
        ]),
      ),
    ],
  };
  return [directed, terms];
}

const divergenceNames = {
  klXY: "KL(X‖Y)",
  klYX: "KL(Y‖X)",
  symmetricKL: "½(KL(X‖Y) + KL(Y‖X))",
  jeffreys: "KL(X‖Y) + KL(Y‖X)",
};

function distributionTable({ distribution }: PairAnalysis): Table {
  const title = "The two laws beyond their centroids";
  if (!distribution) return { title, columns: [], rows: [] };
  const { energyDistance, maximumMeanDiscrepancy, symmetricKL, slicedWasserstein, bures, probeArea } = distribution;
  const { pooledMedian, fixed } = maximumMeanDiscrepancy;
  const parts = (name: string, { whole, withoutOffset, offsetShare }: OffsetParts) =>
    row(name, offsetShare === null ? "no difference seen" : `offset: ${formatShare(offsetShare)} of it`, [
      whole,
      withoutOffset,
    ]);
  const single = (name: string, note: string, estimate: Estimate | null | undefined) =>
    estimate ? [row(name, note, [estimate, null])] : [];
  return {
    title,
    columns: ["the rows", "centroids moved together"],
    rows: [
      parts("energy distance", energyDistance),
      ...(pooledMedian
        ? [parts(`MMD², bandwidth ${formatNumber(pooledMedian.bandwidth)} (pooled median)`, pooledMedian)]
        : []),
      parts(`MMD², bandwidth ${formatNumber(fixed.bandwidth)}`, fixed),
      ...single("sliced W₂²", "mean over random directions", slicedWasserstein),
      ...single("Bures distance", `squared; ${formatNumber(bures.meanPart)} of it between the means`, bures.squared),
      ...single("D_S, kernel densities", "nats; leave-one-out", symmetricKL?.kernelDensity),
      ...single("D_S, nearest neighbours", "nats", symmetricKL?.nearestNeighbours),
      ...single("D_S, von Mises–Fisher", "nats; one fitted law each", symmetricKL?.vonMisesFisher),
      ...single("linear probe", "area under the ROC curve, held-out rows; ½ = cannot be told apart", probeArea),
    ],
  };
}

function controlTable({ centred, shuffle, gap }: PairAnalysis, names: Names): Table {
  return {
    title: "Controls",
    columns: directions(names),
    rows: [
      ...(shuffle
        ? Object.keys(shuffle.recall.xToY).map((k) =>
            row(
              `recall@${k}, pairing permuted`,
              chanceNote(shuffle.chance.xToY.recall[k]!, shuffle.chance.yToX.recall[k]!, formatShare),
              [shuffle.recall.xToY[k]!, shuffle.recall.yToX[k]!],
              formatShare,
            ),
          )
        : []),
      ...(centred
        ? [
            ...Object.keys(centred.retrieval.xToY.recall).map((k) =>
              row(
                `recall@${k}, each modality centred`,
                "each modality's mean removed, rows rescaled",
                [centred.retrieval.xToY.recall[k]!, centred.retrieval.yToX.recall[k]!],
                formatShare,
              ),
            ),
            row("centroid gap, each modality centred", `was ${formatNumber(gap.centroid.value)}`, [
              centred.gap.centroid,
              null,
            ]),
          ]
        : []),
    ],
  };
}

function shareRows(
  { x, y }: MixedSearch,
  counts: { readonly items: number; readonly captions: number },
  name: (k: number) => string,
  note: string,
): TableRow[] {
  return listLengths(x, counts).map((k) => row(name(k), note, [x[k]!, y[k]!], formatShare));
}

function directions({ x, y }: Names): string[] {
  return [`${x} → ${y}`, `${y} → ${x}`];
}

function directedRow(name: string, note: string, { xToY, yToX }: Directed<Estimate>): TableRow {
  return row(name, note, [xToY, yToX]);
}

function row(
  name: string,
  note: string,
  values: Estimate | null | readonly (Estimate | null)[],
  format?: (value: number) => string,
): TableRow {
  return {
    name,
    note,
    values: Array.isArray(values) ? values : [values as Estimate | null],
    ...(format && { format }),
  };
}
