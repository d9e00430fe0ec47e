// Four histograms of cosines on shared bins, one row each, so that where they lie can be compared at a glance.

import {
  assertFinite,
  assertFiniteNumber,
  assertIncreasing,
  assertLength,
  assertList,
  assertRange,
  assertRecord,
  fail,
  shown,
} from "./check-data.ts";
import { type HistogramRow, histogramRows, rowsLayout, sideNote } from "./cosine-histogram-rows.ts";
import { type FigureOptions, figureContext, figureMarkup } from "./figure.ts";
import { formatCosine } from "./format.ts";
import { assertModalityNames, labelNames, type ModalityNames } from "./modality-names.ts";

/** One value per kind of pair. */
export interface PerPairKind<T> {
  /** Pairs that belong together, (x_i, y_i). */
  readonly matched: T;
  /** Pairs across the modalities that do not belong together, (x_i, y_j), i ≠ j. */
  readonly unmatched: T;
  /** Pairs inside the first modality, (x_i, x_j), i ≠ j. */
  readonly withinX: T;
  /** Pairs inside the second modality, (y_i, y_j), i ≠ j. */
  readonly withinY: T;
}

/** Histograms of cosine similarity on shared bins. */
export interface CosineHistogramData {
  readonly names: ModalityNames;
  /** Bin edges, strictly increasing, one more than there are bins. */
  readonly edges: readonly number[];
  /** Pairs per bin, ≥ 0, at least one pair in each list. */
  readonly counts: PerPairKind<readonly number[]>;
  /** Mean cosines. @defaultValue the mean of the bin centres, printed with "≈" */
  readonly means?: PerPairKind<number> | undefined;
}

/** Options of {@link cosineHistogramFigure}. */
export interface CosineHistogramOptions extends FigureOptions {
  /**
   * `shared`: one density scale for all rows, so that equal areas are equal shares of pairs; `own`: each row fills its height.
   * @defaultValue `shared`
   */
  readonly densityScale?: "shared" | "own";
}

/**
 * Draws the densities of matched, unmatched and within-modality cosines above one another, with a guide at the matched mean.
 *
 * Where there is a modality gap, the matched pairs lie to the left of both within-modality rows.
 * Math:   density_b = count_b / (Σ count · width_b); the bar below a row spans its 5 % to 95 % quantiles, linear inside bins.
 * Limits: one occupied bin → a box of that bin, of area 1; only the range of occupied bins is shown.
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_OPTION.
 */
export function cosineHistogramFigure(data: CosineHistogramData, options: CosineHistogramOptions): string {
  const where = "cosineHistogramFigure";
  const context = figureContext(where, options, "nce-cosine-histogram");
  const { densityScale = "shared" } = options;
  if (densityScale !== "shared" && densityScale !== "own") {
    fail("E_OPTION", where, "densityScale", '"shared" or "own"', shown(densityScale));
  }
  checkData(where, data);
  const { names, edges } = data;
  const rows = histogramRows(context, data, labelNames(context, names));
  return figureMarkup(context, {
    ...rowsLayout(context, rows, densityScale),
    title: `Cosine similarities of ${names.x} and ${names.y}`,
    description: `Density histograms on ${edges.length - 1} shared bins. ${inWords(histogramRows(context, data, names))}.`,
  });
}

function checkData(where: string, data: CosineHistogramData): void {
  assertRecord(where, "data", data);
  assertModalityNames(where, data.names);
  assertList(where, "edges", data.edges, 2);
  assertFinite(where, "edges", data.edges);
  assertIncreasing(where, "edges", data.edges);
  assertRecord(where, "counts", data.counts);
  if (data.means !== undefined) assertRecord(where, "means", data.means);
  for (const kind of ["matched", "unmatched", "withinX", "withinY"] as const) {
    const counts = data.counts[kind];
    assertLength(where, `counts.${kind}`, counts, data.edges.length - 1, "bin");
    assertRange(where, `counts.${kind}`, counts, [0, Infinity]);
    if (counts.every((count) => count === 0))
      fail("E_SHAPE", where, `counts.${kind}`, "counts of at least 1 pair", "0");
    if (data.means !== undefined) assertFiniteNumber(where, `means.${kind}`, data.means[kind]);
  }
}

function inWords(rows: readonly HistogramRow[]): string {
  const range = ({ low, high }: HistogramRow): string =>
    `central 90 % from ${formatCosine(low)} to ${formatCosine(high)}`;
  return rows.map((row) => `${row.label.join(" ")}: ${sideNote(row).join(", ")}, ${range(row)}`).join("; ");
}
