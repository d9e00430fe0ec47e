import { axisDomain } from "./chart-axis.ts";
import { type ChartPanel, type ChartSeries, chartGrid, keyOf } from "./chart-grid.ts";
import {
  assertIncreasing,
  assertLabel,
  assertLength,
  assertList,
  assertRange,
  assertRecord,
  fail,
} from "./check-data.ts";
import { assertInterval, type CurveInterval } from "./curves-figure.ts";
import { type FigureContext, type FigureOptions, figureContext, figureMarkup } from "./figure.ts";
import { formatNumber, formatPercent, formatPercentTick } from "./format.ts";
import type { Band, Point } from "./panel.ts";
import { curveLook, mostCurves } from "./series-looks.ts";

/** One number per p with its interval. */
export interface CorruptionEstimates {
  readonly label: string;
  /** One per p. */
  readonly values: readonly number[];
  /** @defaultValue none drawn */
  readonly interval?: CurveInterval | undefined;
}

/** Retrieval and gap against the share of pairs that do not belong together. */
export interface CorruptionData {
  /** Shares p of corrupted pairs, increasing, in [0, 1]. */
  readonly shares: readonly number[];
  /** Recalls in [0, 1], at most six, e.g. of either direction. */
  readonly retrieval: readonly CorruptionEstimates[];
  /** Gaps, at most six, all in the unit of `gapLabel`. */
  readonly gap: readonly CorruptionEstimates[];
  /** Name of the recall, e.g. "recall at 1". */
  readonly retrievalLabel: string;
  /** Name and unit of the gap, e.g. "D_S (nats)". */
  readonly gapLabel: string;
  /** Recall of a random order. @defaultValue not drawn */
  readonly chance?: number | undefined;
  /** What the intervals are. @defaultValue not said */
  readonly intervalLabel?: string | undefined;
}

const where = "corruptionFigure";

/**
 * Draws retrieval and gap against the share p of corrupted pairs, side by side, with an interval at each p.
 *
 * Limits: one p → markers alone.
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_OPTION.
 */
export function corruptionFigure(data: CorruptionData, options: FigureOptions): string {
  const context = figureContext(where, options, "nce-corruption");
  checkData(data);
  return figureMarkup(context, {
    ...layout(context, data),
    title: `${data.retrievalLabel} and ${data.gapLabel} against the share of corrupted pairs`,
    description: inWords(data),
  });
}

function checkData(data: CorruptionData): void {
  assertRecord(where, "data", data);
  const { shares, chance, intervalLabel } = data;
  assertList(where, "shares", shares);
  assertRange(where, "shares", shares, [0, 1]);
  assertIncreasing(where, "shares", shares);
  for (const key of ["retrievalLabel", "gapLabel"] as const) assertLabel(where, key, data[key]);
  if (intervalLabel !== undefined) assertLabel(where, "intervalLabel", intervalLabel);
  if (chance !== undefined) assertRange(where, "chance", [chance], [0, 1]);
  for (const key of ["retrieval", "gap"] as const) {
    assertList(where, key, data[key]);
    if (data[key].length > mostCurves) {
      fail("E_OPTION", where, key, `at most ${mostCurves} series`, String(data[key].length));
    }
    for (const [i, estimates] of data[key].entries()) checkEstimates(`${key}[${i}]`, estimates, shares.length);
  }
  for (const [i, { values }] of data.retrieval.entries()) assertRange(where, `retrieval[${i}].values`, values, [0, 1]);
}

function checkEstimates(name: string, estimates: CorruptionEstimates, length: number): void {
  assertRecord(where, name, estimates);
  assertLabel(where, `${name}.label`, estimates.label);
  assertLength(where, `${name}.values`, estimates.values, length, "share");
  assertRange(where, `${name}.values`, estimates.values, [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  if (estimates.interval !== undefined) assertInterval(where, `${name}.interval`, estimates.interval, length);
}

function layout(context: FigureContext, data: CorruptionData): ReturnType<typeof chartGrid> {
  const { width } = context;
  const labels = [...new Set([...data.retrieval, ...data.gap].map(({ label }) => label))];
  const seriesOf = (all: readonly CorruptionEstimates[]): readonly ChartSeries[] =>
    all.map((estimates) => ({
      label: estimates.label,
      look: { ...curveLook(context, labels.indexOf(estimates.label)), band: "bars" },
      points: data.shares.map((share, i): Point => [share, estimates.values[i]!]),
      bands: estimates.interval && bandsOf(data.shares, estimates.interval),
    }));
  const columns = width < 560 ? 1 : 2;
  const retrieval = [...chanceLine(context, data), ...seriesOf(data.retrieval)];
  const gap = seriesOf(data.gap);
  const gaps = data.gap.flatMap(({ values, interval }) => [
    ...values,
    ...(interval?.lower ?? []),
    ...(interval?.upper ?? []),
  ]);
  const x = {
    scale: "linear",
    domain: axisDomain(data.shares, { scale: "linear" }),
    format: formatPercentTick,
    preferred: data.shares,
  } as const;
  const shared = { foot: "share p of corrupted pairs", x, height: Math.max(190, 0.32 * width) };
  const panels: readonly ChartPanel[] = [
    {
      ...shared,
      head: data.retrievalLabel,
      y: { scale: "linear", domain: [0, 1], format: formatPercentTick },
      series: retrieval,
    },
    { ...shared, head: data.gapLabel, y: { scale: "linear", domain: gapDomain(gaps) }, series: gap },
  ];
  const note = data.intervalLabel === undefined ? "" : `Bars: ${data.intervalLabel}.`;
  return chartGrid(context, { panels, columns, key: keyOf([...retrieval, ...gap]), note });
}

function bandsOf(shares: readonly number[], { lower, upper }: CurveInterval): readonly Band[] {
  return shares.map((share, i) => [share, lower[i]!, upper[i]!]);
}

function chanceLine({ theme }: FigureContext, { shares, chance }: CorruptionData): readonly ChartSeries[] {
  if (chance === undefined || shares.length < 2) return [];
  const look = { color: theme.ink, line: { width: 1.25, dash: "2,3" }, band: "bars" } as const;
  return [{ label: "chance", look, points: [shares[0]!, shares.at(-1)!].map((share): Point => [share, chance]) }];
}

/** From 0 where no gap is negative: a growth is seen for what it is. */
function gapDomain(values: readonly number[]): readonly [number, number] {
  const [low, high] = axisDomain(values, { scale: "linear" });
  return Math.min(...values) >= 0 ? [0, high] : [low, high];
}

function inWords({ shares, retrieval, gap, retrievalLabel, gapLabel }: CorruptionData): string {
  const ends =
    (format: (value: number) => string) =>
    ({ label, values }: CorruptionEstimates) =>
      values.length === 1
        ? `${label} ${format(values[0]!)}`
        : `${label} ${format(values[0]!)} → ${format(values.at(-1)!)}`;
  const range =
    shares.length === 1
      ? `p = ${formatPercent(shares[0]!)}`
      : `p = ${formatPercent(shares[0]!)} → ${formatPercent(shares.at(-1)!)}`;
  return `${range}. ${retrievalLabel}: ${retrieval.map(ends(formatPercent)).join("; ")}. ${gapLabel}: ${gap.map(ends(formatNumber)).join("; ")}.`;
}
