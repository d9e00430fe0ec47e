import { assertFiniteNumber, assertLabel, assertRecord, fail } from "./check-data.ts";
import { curveChart, directionLooks, referenceLook } from "./curve-chart.ts";
import { type FigureContext, type FigureLayout, type FigureOptions, figureContext, figureMarkup } from "./figure.ts";
import { formatPercent } from "./format.ts";
import { mixedSearchBars } from "./mixed-search-bars.ts";
import { assertModalityNames, labelNames, type ModalityNames } from "./modality-names.ts";
import { assertKs, assertShareInterval, assertShares, type ShareInterval } from "./shares.ts";

/** Results of searches in the union of both modalities, for queries from one of them. */
export interface MixedSearchDirection {
  /** Share of the query's own modality among its top k, the query itself left out; one per k, in [0, 1]. */
  readonly share: readonly number[];
  /** Interval of each share. */
  readonly interval?: ShareInterval | undefined;
}

/** Share of the query's own modality among the top k of the union, for queries from either modality. */
export interface MixedSearchData {
  readonly names: ModalityNames;
  /** Numbers of results looked at, whole, ≥ 1, increasing. */
  readonly ks: readonly number[];
  /** Queries from the first modality. */
  readonly x: MixedSearchDirection;
  /** Queries from the second modality. */
  readonly y: MixedSearchDirection;
  /** Share expected without a gap. @defaultValue ½, for modalities of equal size */
  readonly reference?: number | undefined;
  /** What the intervals are, e.g. "95 % bootstrap interval". @defaultValue "interval of the estimate" */
  readonly intervalLabel?: string | undefined;
}

/**
 * Draws how much a search over both modalities prefers the query's own one: a stacked bar per direction for one k, curves for several.
 *
 * Limits: no gap → both directions on the reference; a wide gap → 100 %.
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_OPTION.
 */
export function mixedSearchFigure(data: MixedSearchData, options: FigureOptions): string {
  const where = "mixedSearchFigure";
  const context = figureContext(where, options, "nce-mixed-search");
  checkData(where, data);
  const { names, ks, x, y, reference = 0.5 } = data;
  const short = { ...data, names: labelNames(context, names), reference };
  const layout = ks.length === 1 ? mixedSearchBars(context, short) : shareCurves(context, short);
  return figureMarkup(context, {
    ...layout,
    title: `Own modality among search results, queries from ${names.x} and ${names.y}`,
    description: `${inWords(names.x, ks, x)} ${inWords(names.y, ks, y)} Without a gap: ${formatPercent(reference)}.`,
  });
}

/** The name of the reference line. */
export function referenceLabel(reference: number): string {
  return reference === 0.5 ? "no gap: ½" : `no gap: ${formatPercent(reference)}`;
}

function checkData(where: string, data: MixedSearchData): void {
  assertRecord(where, "data", data);
  assertModalityNames(where, data.names);
  assertKs(where, data.ks);
  for (const direction of ["x", "y"] as const) {
    assertRecord(where, direction, data[direction]);
    const { share, interval } = data[direction];
    assertShares(where, `${direction}.share`, share, data.ks);
    if (interval !== undefined) assertShareInterval(where, `${direction}.interval`, interval, data.ks);
  }
  if (data.reference !== undefined) {
    assertFiniteNumber(where, "reference", data.reference);
    if (data.reference < 0 || data.reference > 1) {
      fail("E_OPTION", where, "reference", "a number in [0, 1]", String(data.reference));
    }
  }
  if (data.intervalLabel !== undefined) assertLabel(where, "intervalLabel", data.intervalLabel);
}

function shareCurves(context: FigureContext, data: MixedSearchData & { readonly reference: number }): FigureLayout {
  const { names, ks, x, y, reference, intervalLabel } = data;
  const [lookX, lookY] = directionLooks(context);
  return curveChart(context, {
    ks,
    curves: [
      { label: referenceLabel(reference), values: ks.map(() => reference), ...referenceLook(context) },
      { label: `${names.x} queries`, values: x.share, interval: x.interval, ...lookX },
      { label: `${names.y} queries`, values: y.share, interval: y.interval, ...lookY },
    ],
    yLabel: "Share of the query's own modality among the top k of both",
    intervalLabel,
    top: 1,
  });
}

function inWords(name: string, ks: readonly number[], { share }: MixedSearchDirection): string {
  const at = (i: number): string => `${formatPercent(share[i]!)} at k = ${ks[i]}`;
  const last = ks.length - 1;
  return `Queries from ${name}: own share ${at(0)}${last > 0 ? `, ${at(last)}` : ""}.`;
}
