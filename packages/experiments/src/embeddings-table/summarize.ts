// From the draws and the whole of each model to the rows of the table.

import { meanOfArray } from "@nce-geometry/tensor";
import type { EmbeddingsTableConfig } from "./config.ts";
import { type TableMeasure, tableMeasures } from "./measure-pairs.ts";
import { type RankCorrelation, rankCorrelation } from "./rank-correlation.ts";
import type {
  EmbeddingsDraw,
  EmbeddingsTableResult,
  EmbeddingsWhole,
  MeasureEstimate,
  ShuffledPairs,
} from "./run-unit.ts";

/** A measure over the draws; plain JSON. */
export type MeasureOverDraws = {
  readonly mean: number;
  readonly lowest: number;
  readonly highest: number;
  /**
   * Standard error of a value on all n items, from the spread s of draws of b of them without repetition: s·√(b/(n − b)).
   * With several captions of an item it is that of one caption each.
   * Null of a single draw.
   */
  readonly standardError: number | null;
};

/** One row of the table. */
export type EmbeddingsTableRow = {
  readonly model: string;
  readonly items: number;
  readonly captions: number;
  readonly dim: number;
  /** What the estimates were taken from, retrieval among as many candidates. */
  readonly measuredItems: number;
  readonly measuredCaptions: number;
  /** Of a draw, in which retrieval is among that many candidates. */
  readonly pairsOfDraw: number;
  readonly draws: number;
  /** On all items, with errors over items by linearisation: what to report. */
  readonly estimates: { readonly [key in TableMeasure]: MeasureEstimate | null };
  /** On the draws, beside it. */
  readonly overDraws: { readonly [key in TableMeasure]: MeasureOverDraws | null };
  /** Mean of recall@1 both ways; errors added, as if both directions erred together, so that they are not too small. */
  readonly meanRecall: MeasureEstimate;
  readonly shuffled: ShuffledPairs;
};

export type EmbeddingsTableSummary = {
  readonly rows: readonly EmbeddingsTableRow[];
  /** Rank correlation over the models of the mean recall@1 with each gap; null for fewer than three models or equal values. */
  readonly retrievalAgainst: {
    readonly centroidGap: RankCorrelation | null;
    readonly energyDistance: RankCorrelation | null;
    readonly relativeGap: RankCorrelation | null;
  };
};

export function summarize(
  { models }: EmbeddingsTableConfig,
  results: readonly EmbeddingsTableResult[],
): EmbeddingsTableSummary {
  const rows = models.map((model) => {
    const own = results.filter((result) => result.model === model);
    return rowOf(own.find(({ kind }) => kind === "all") as EmbeddingsWhole, own.filter(isDraw));
  });
  const against = (gap: TableMeasure): RankCorrelation | null => {
    const known = rows.filter(({ estimates }) => estimates[gap] !== null);
    const [gaps, recalls] = [known.map((row) => row.estimates[gap]!.value), known.map((row) => row.meanRecall.value)];
    return rankCorrelation(gaps, recalls);
  };
  return {
    rows,
    retrievalAgainst: {
      centroidGap: against("centroidGap"),
      energyDistance: against("energyDistance"),
      relativeGap: against("relativeGap"),
    },
  };
}

function rowOf(whole: EmbeddingsWhole, draws: readonly EmbeddingsDraw[]): EmbeddingsTableRow {
  const { model, items, captions, dim, measuredItems, measuredCaptions, estimates, shuffled } = whole;
  const entries = tableMeasures.map((name) => [name, overDraws(name, draws)] as const);
  return {
    ...{ model, items, captions, dim, measuredItems, measuredCaptions },
    pairsOfDraw: draws[0]!.pairs,
    draws: draws.length,
    estimates,
    overDraws: Object.fromEntries(entries) as { [key in TableMeasure]: MeasureOverDraws | null },
    meanRecall: meanOf(estimates.recallXToY1!, estimates.recallYToX1!),
    shuffled,
  };
}

function isDraw(result: EmbeddingsTableResult): result is EmbeddingsDraw {
  return result.kind === "draw";
}

function overDraws(name: TableMeasure, draws: readonly EmbeddingsDraw[]): MeasureOverDraws | null {
  const values = draws.map((draw) => draw.values[name]);
  if (!values.every((value) => value !== null)) return null;
  const { pairs, items } = draws[0]!;
  const mean = meanOfArray(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const spread = values.length < 2 ? null : Math.sqrt(squares / (values.length - 1));
  return {
    mean,
    lowest: Math.min(...values),
    highest: Math.max(...values),
    // Var of a mean of b of n is σ²(1/b − 1/n); that of all n as a sample of a population σ²/n.
    standardError: spread === null ? null : spread * Math.sqrt(pairs / (items - pairs)),
  };
}

function meanOf(a: MeasureEstimate, b: MeasureEstimate): MeasureEstimate {
  const half = (of: (estimate: MeasureEstimate) => number | null): number | null => {
    const [first, second] = [of(a), of(b)];
    return first === null || second === null ? null : (first + second) / 2;
  };
  return {
    value: (a.value + b.value) / 2,
    standardError: half(({ standardError }) => standardError),
    low: half(({ low }) => low),
    high: half(({ high }) => high),
  };
}
