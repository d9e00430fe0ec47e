import { type AxisScale, assertOnAxis, assertScale, axisDomain } from "./chart-axis.ts";
import { type ChartPanel, type ChartSeries, chartGrid, keyOf } from "./chart-grid.ts";
import {
  assertFinite,
  assertIncreasing,
  assertLabel,
  assertLength,
  assertList,
  assertRecord,
  fail,
  shown,
} from "./check-data.ts";
import { type FigureContext, type FigureOptions, figureContext, figureMarkup } from "./figure.ts";
import { formatNumber } from "./format.ts";
import type { Band, Point } from "./panel.ts";
import { curveLook, mostCurves, pointsLook, referenceCurveLook } from "./series-looks.ts";

/** Ends of intervals, one per point. */
export interface CurveInterval {
  readonly lower: readonly number[];
  /** ≥ `lower`. */
  readonly upper: readonly number[];
}

/** One curve. */
export interface CurveSeries {
  /** Equal labels of several panels are drawn alike and explained once. */
  readonly label: string;
  /** Increasing; > 0 on a log axis. */
  readonly x: readonly number[];
  /** One per x; > 0 on a log axis. */
  readonly y: readonly number[];
  /** A ribbon of a curve, a bar of points. On a log axis what lies below the panel is cut at its edge. @defaultValue none drawn */
  readonly interval?: CurveInterval | undefined;
  /** `curve`: line and markers; `points`: hollow markers alone, as of published numbers; `reference`: a thin dashed line. @defaultValue "curve" */
  readonly kind?: "curve" | "points" | "reference" | undefined;
}

/** One pair of axes. */
export interface CurvesPanel {
  /** Name and unit. */
  readonly xLabel: string;
  /** Name and unit. */
  readonly yLabel: string;
  /** @defaultValue "linear" */
  readonly xScale?: AxisScale | undefined;
  /** @defaultValue "linear" */
  readonly yScale?: AxisScale | undefined;
  readonly series: readonly CurveSeries[];
}

/** Curves on one or more pairs of axes. */
export interface CurvesData {
  readonly panels: readonly CurvesPanel[];
  /** What the intervals are, e.g. "± 1 standard error over 20 seeds". @defaultValue not said */
  readonly intervalLabel?: string | undefined;
}

/**
 * Draws curves with ribbons, points and reference lines, on linear or logarithmic axes, one panel or several.
 *
 * At most six curves are told apart over all panels.
 * Limits: a series of one point → its marker alone;  more than 40 points → a line without markers.
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_OPTION.
 */
export function curvesFigure(data: CurvesData, options: FigureOptions): string {
  const where = "curvesFigure";
  const context = figureContext(where, options, "nce-curves");
  checkData(where, data);
  return figureMarkup(context, {
    ...curvesLayout(context, data),
    title: data.panels.map(({ yLabel, xLabel }) => `${yLabel} against ${xLabel}`).join("; "),
    description: data.panels.map(panelInWords).join(" "),
  });
}

/** Lays out checked panels with their legend. */
export function curvesLayout(
  context: FigureContext,
  { panels, intervalLabel }: CurvesData,
): ReturnType<typeof chartGrid> {
  const { width } = context;
  const columns = panels.length === 1 || width < 560 ? 1 : panels.length === 3 && width >= 960 ? 3 : 2;
  const height = columns === 1 ? Math.min(300, Math.max(190, 0.42 * width)) : Math.max(170, (0.56 * width) / columns);
  const looks = looksOf(context, panels);
  const drawn = panels.map((panel) => panelOf(panel, looks, height));
  const hasIntervals = panels.some(({ series }) => series.some(({ interval }) => interval !== undefined));
  const note = intervalLabel === undefined || !hasIntervals ? "" : `Ribbons and bars: ${intervalLabel}.`;
  return chartGrid(context, { panels: drawn, columns, key: keyOf(drawn.flatMap(({ series }) => series)), note });
}

function checkData(where: string, data: CurvesData): void {
  assertRecord(where, "data", data);
  assertList(where, "panels", data.panels);
  if (data.intervalLabel !== undefined) assertLabel(where, "intervalLabel", data.intervalLabel);
  for (const [p, panel] of data.panels.entries()) {
    const name = `panels[${p}]`;
    assertRecord(where, name, panel);
    for (const key of ["xLabel", "yLabel"] as const) assertLabel(where, `${name}.${key}`, panel[key]);
    for (const key of ["xScale", "yScale"] as const) assertScale(where, `${name}.${key}`, panel[key]);
    assertList(where, `${name}.series`, panel.series);
    for (const [i, series] of panel.series.entries()) assertSeries(where, `${name}.series[${i}]`, series, panel);
  }
  const curves = labelsOf(data.panels, "curve");
  if (curves.length > mostCurves) {
    fail("E_OPTION", where, "panels", `at most ${mostCurves} curves of different labels`, String(curves.length));
  }
}

function assertSeries(where: string, name: string, series: CurveSeries, { xScale, yScale }: CurvesPanel): void {
  assertRecord(where, name, series);
  assertLabel(where, `${name}.label`, series.label);
  assertList(where, `${name}.x`, series.x);
  assertOnAxis(where, `${name}.x`, series.x, xScale ?? "linear");
  assertIncreasing(where, `${name}.x`, series.x);
  assertLength(where, `${name}.y`, series.y, series.x.length, "x");
  assertOnAxis(where, `${name}.y`, series.y, yScale ?? "linear");
  const { interval, kind = "curve" } = series;
  if (!["curve", "points", "reference"].includes(kind)) {
    fail("E_OPTION", where, `${name}.kind`, "one of curve, points, reference", shown(kind));
  }
  if (interval !== undefined) assertInterval(where, `${name}.interval`, interval, series.x.length);
}

/** Refuses intervals that are not one per point, not finite, or upside down. */
export function assertInterval(where: string, name: string, interval: CurveInterval, length: number): void {
  assertRecord(where, name, interval);
  for (const end of ["lower", "upper"] as const) {
    assertLength(where, `${name}.${end}`, interval[end], length, "point");
    assertFinite(where, `${name}.${end}`, interval[end]);
  }
  const index = interval.lower.findIndex((low, i) => low > interval.upper[i]!);
  if (index < 0) return;
  const received = `${interval.lower[index]} above ${interval.upper[index]} at index ${index}`;
  fail("E_OPTION", where, `${name}.lower`, "at most the upper end", received);
}

type Looks = ReadonlyMap<string, ChartSeries["look"]>;

function looksOf(context: FigureContext, panels: readonly CurvesPanel[]): Looks {
  const makers = { curve: curveLook, points: pointsLook, reference: referenceCurveLook };
  const kinds = ["curve", "points", "reference"] as const;
  return new Map(
    kinds.flatMap((kind) =>
      labelsOf(panels, kind).map((label, i) => [`${kind} ${label}`, makers[kind](context, i)] as const),
    ),
  );
}

function labelsOf(panels: readonly CurvesPanel[], wanted: NonNullable<CurveSeries["kind"]>): readonly string[] {
  const all = panels.flatMap(({ series }) => series.filter(({ kind = "curve" }) => kind === wanted));
  return [...new Set(all.map(({ label }) => label))];
}

function panelOf(panel: CurvesPanel, looks: Looks, height: number): ChartPanel {
  const { xLabel, yLabel, xScale = "linear", yScale = "linear", series } = panel;
  const xs = [...new Set(series.flatMap(({ x }) => x))].sort((a, b) => a - b);
  const extras = series.flatMap(({ interval }) =>
    interval === undefined ? [] : [...interval.lower, ...interval.upper],
  );
  return {
    head: yScale === "log" ? `${yLabel}, log scale` : yLabel,
    foot: xScale === "log" ? `${xLabel}, log scale` : xLabel,
    x: { scale: xScale, domain: axisDomain(xs, { scale: xScale }), preferred: xs.length > 1 ? xs : undefined },
    y: {
      scale: yScale,
      domain: axisDomain(
        series.flatMap(({ y }) => y),
        { scale: yScale, extras },
      ),
    },
    height,
    // Lines to compare with lie over the curves, which they may follow closely.
    series: series
      .toSorted((a, b) => Number(a.kind === "reference") - Number(b.kind === "reference"))
      .map(({ label, x, y, interval, kind = "curve" }) => ({
        label,
        look: looks.get(`${kind} ${label}`)!,
        points: x.map((value, i): Point => [value, y[i]!]),
        bands:
          interval === undefined
            ? undefined
            : x.map((value, i): Band => [value, interval.lower[i]!, interval.upper[i]!]),
      })),
  };
}

/** First and last values of every series of a panel. */
export function panelInWords({ yLabel, xLabel, series }: CurvesPanel): string {
  const words = series.map(({ label, x, y }) => {
    const first = `${formatNumber(y[0]!)} at ${formatNumber(x[0]!)}`;
    return x.length === 1
      ? `${label}: ${first}`
      : `${label}: ${first}, ${formatNumber(y.at(-1)!)} at ${formatNumber(x.at(-1)!)}`;
  });
  return `${yLabel} against ${xLabel}. ${words.join("; ")}.`;
}
