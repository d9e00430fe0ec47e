import { axisDomain } from "./chart-axis.ts";
import { type ChartPanel, type ChartSeries, chartGrid, keyOf } from "./chart-grid.ts";
import {
  assertFiniteNumber,
  assertIncreasing,
  assertLabel,
  assertList,
  assertRange,
  assertRecord,
  fail,
} from "./check-data.ts";
import { type FigureContext, type FigureOptions, figureContext, figureMarkup } from "./figure.ts";
import { formatNumber, formatPercent, formatPercentTick } from "./format.ts";
import type { Band, Point } from "./panel.ts";

/** What is known at one misalignment; a point of the summary of E3 of the experiments package has this form. */
export interface BranchPoint {
  /** Deviation σ of the angle between partners. Unit: rad. */
  readonly misalignment: number;
  /** Gap of each seed, ≥ 0. */
  readonly gaps: readonly number[];
  /** Share of the seeds at or above the threshold, with its interval. */
  readonly separated: { readonly value: number; readonly low: number; readonly high: number };
  /** Of the seeds below it; null where there is none. */
  readonly compatible: {
    readonly gap: { readonly low: number; readonly median: number; readonly high: number } | null;
  };
  /** Mean over all seeds, and its standard error where there are two or more. */
  readonly paper: { readonly mean: number; readonly standardError: number | null };
  /** Gap of the data without encoders, ≥ 0. */
  readonly dataGap: number;
}

/** Points of one setting, e.g. of one denominator of the loss. */
export interface BranchSetting {
  readonly label: string;
  /** By increasing misalignment. */
  readonly points: readonly BranchPoint[];
}

/** The gap of many seeds, and on which branch each ended. */
export interface BranchData {
  readonly settings: readonly BranchSetting[];
  /** Gap from which on a seed counts as separated. */
  readonly threshold: number;
  /** What the estimator gives where there is no gap. @defaultValue not drawn */
  readonly floor?: number | undefined;
  /** Name and unit of the gap. @defaultValue "Jeffreys divergence (nats)" */
  readonly gapLabel?: string | undefined;
}

const where = "branchFigure";

/**
 * Draws the gap against the misalignment with a dot per seed on a logarithmic axis, both branches told apart, and below it the share that separated.
 *
 * Dots of a misalignment stand side by side, in the order of the seeds, only to be told apart.
 * Limits: a gap of 0 → on the lower edge, as the note says;  data, means and errors below a tenth of the least gap are cut there;  no compatible
 *         seed → no median there.
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_OPTION.
 * Source: arXiv:2601.19597 (the experiment on the circle).
 */
export function branchFigure(data: BranchData, options: FigureOptions): string {
  const context = figureContext(where, options, "nce-branches");
  checkData(data);
  return figureMarkup(context, {
    ...layout(context, data),
    title: "Gap of each seed against misalignment",
    description: data.settings.map(inWords).join(" "),
  });
}

function checkData(data: BranchData): void {
  assertRecord(where, "data", data);
  assertList(where, "settings", data.settings);
  assertPositive("threshold", data.threshold);
  if (data.floor !== undefined) assertPositive("floor", data.floor);
  if (data.gapLabel !== undefined) assertLabel(where, "gapLabel", data.gapLabel);
  for (const [s, setting] of data.settings.entries()) {
    const name = `settings[${s}]`;
    assertRecord(where, name, setting);
    assertLabel(where, `${name}.label`, setting.label);
    assertList(where, `${name}.points`, setting.points);
    for (const [i, point] of setting.points.entries()) checkPoint(`${name}.points[${i}]`, point);
    const misalignments = setting.points.map(({ misalignment }) => misalignment);
    assertIncreasing(where, `${name}.points[].misalignment`, misalignments);
  }
}

function checkPoint(name: string, point: BranchPoint): void {
  assertRecord(where, name, point);
  assertFiniteNumber(where, `${name}.misalignment`, point.misalignment);
  assertList(where, `${name}.gaps`, point.gaps);
  assertRange(where, `${name}.gaps`, point.gaps, [0, Number.POSITIVE_INFINITY]);
  assertRange(where, `${name}.dataGap`, [point.dataGap], [0, Number.POSITIVE_INFINITY]);
  for (const key of ["separated", "compatible", "paper"] as const) assertRecord(where, `${name}.${key}`, point[key]);
  const { value, low, high } = point.separated;
  for (const [key, share] of Object.entries({ value, low, high })) {
    assertFiniteNumber(where, `${name}.separated.${key}`, share);
    assertRange(where, `${name}.separated.${key}`, [share], [0, 1]);
  }
  assertFiniteNumber(where, `${name}.paper.mean`, point.paper.mean);
  if (point.paper.standardError !== null) {
    assertFiniteNumber(where, `${name}.paper.standardError`, point.paper.standardError);
  }
  const { gap } = point.compatible;
  if (gap === null) return;
  assertRecord(where, `${name}.compatible.gap`, gap);
  assertRange(where, `${name}.compatible.gap`, [gap.low, gap.median, gap.high], [0, Number.POSITIVE_INFINITY]);
}

function assertPositive(name: string, value: number): void {
  assertFiniteNumber(where, name, value);
  if (value <= 0) fail("E_OPTION", where, name, "> 0", String(value));
}

function layout(context: FigureContext, data: BranchData): ReturnType<typeof chartGrid> {
  const { width } = context;
  const { settings } = data;
  const columns = settings.length === 1 || width < 560 ? 1 : 2;
  const domain = gapDomain(data);
  const panels: (ChartPanel | null)[] = [];
  for (let first = 0; first < settings.length; first += columns) {
    const row = settings.slice(first, first + columns);
    const blank = Array.from({ length: settings.length === 1 ? 0 : columns - row.length }, () => null);
    panels.push(...row.map((setting) => gapPanel(context, data, { setting, domain, columns })), ...blank);
    panels.push(...row.map((setting) => sharePanel(context, setting)), ...blank);
  }
  const series = panels.flatMap((panel) => panel?.series ?? []);
  return chartGrid(context, { panels, columns, key: keyOf(series), note: noteOf(data, domain[0]) });
}

function gapPanel(
  context: FigureContext,
  data: BranchData,
  {
    setting,
    domain,
    columns,
  }: { readonly setting: BranchSetting; readonly domain: readonly [number, number]; readonly columns: number },
): ChartPanel {
  const { gapLabel = "Jeffreys divergence (nats)" } = data;
  const x = misalignmentAxis(setting);
  const span = x.domain;
  return {
    head: `${setting.label}: ${gapLabel}, log scale`,
    foot: "",
    x,
    y: { scale: "log", domain },
    height: columns === 1 ? Math.min(300, Math.max(220, 0.4 * context.width)) : 230,
    series: [
      ...lines(context, data, { setting, span }),
      ...dots(context, data, setting),
      ...paperMeans(context, setting),
    ],
  };
}

/** Floor, data baseline, and the middle of the compatible branch in runs of neighbours. */
function lines(
  { theme }: FigureContext,
  { floor }: BranchData,
  { setting: { points }, span }: { readonly setting: BranchSetting; readonly span: readonly [number, number] },
): readonly ChartSeries[] {
  const line = (color: string, dash: string | undefined, width = 1.5) =>
    ({ color, line: { width, dash }, band: "ribbon" }) as const;
  const floorLine: readonly ChartSeries[] =
    floor === undefined
      ? []
      : [
          {
            label: "estimator on two samples of one law",
            look: line(theme.muted, "2,3"),
            points: span.map((x): Point => [x, floor]),
          },
        ];
  const baseline = { label: "the data, no encoders", look: line(theme.matched, "7,4", 2) };
  const middle = { label: "compatible seeds: median and quartiles", look: line(theme.x, undefined, 2) };
  return [
    ...floorLine,
    { ...baseline, points: points.map(({ misalignment, dataGap }): Point => [misalignment, dataGap]) },
    ...runsOf(points).map((run) => ({
      ...middle,
      points: run.map(({ x, gap }): Point => [x, gap.median]),
      bands: run.map(({ x, gap }): Band => [x, gap.low, gap.high]),
    })),
  ];
}

function dots({ theme }: FigureContext, { threshold }: BranchData, setting: BranchSetting): readonly ChartSeries[] {
  const width = 0.6 * leastStep(setting.points.map(({ misalignment }) => misalignment));
  const placed = setting.points.flatMap(({ misalignment, gaps }) =>
    gaps.map((gap, i): Point => [misalignment + width * ((i + 0.5) / gaps.length - 0.5), gap]),
  );
  const small = { radius: 2.4, inside: theme.background } as const;
  return [
    {
      label: "a seed, compatible",
      look: { color: theme.x, marker: { ...small, shape: "circle" }, band: "bars", opacity: 0.75 },
      points: placed.filter(([, gap]) => gap < threshold),
    },
    {
      label: "a seed, separated",
      look: { color: theme.y, marker: { shape: "triangle", radius: 2.8 }, band: "bars" },
      points: placed.filter(([, gap]) => gap >= threshold),
    },
  ];
}

function paperMeans({ theme }: FigureContext, { points }: BranchSetting): readonly ChartSeries[] {
  const look = {
    color: theme.ink,
    marker: { shape: "diamond", radius: 4, inside: theme.background },
    band: "bars",
  } as const;
  const bands = points.flatMap(({ misalignment, paper: { mean, standardError } }): readonly Band[] =>
    standardError === null ? [] : [[misalignment, mean - standardError, mean + standardError]],
  );
  return [
    {
      label: "mean of all seeds ± 1 standard error, as in the paper",
      look,
      points: points.map(({ misalignment, paper }): Point => [misalignment, paper.mean]),
      bands,
    },
  ];
}

function sharePanel({ theme }: FigureContext, setting: BranchSetting): ChartPanel {
  const look = { color: theme.y, marker: { shape: "square", radius: 3.4 }, band: "bars" } as const;
  return {
    head: "share of seeds that separated",
    foot: "misalignment σ (rad)",
    x: misalignmentAxis(setting),
    y: { scale: "linear", domain: [0, 1], format: formatPercentTick },
    height: 84,
    series: [
      {
        label: "share separated, 95 % Wilson interval",
        look,
        points: setting.points.map(({ misalignment, separated }): Point => [misalignment, separated.value]),
        bands: setting.points.map(({ misalignment, separated }): Band => [misalignment, separated.low, separated.high]),
      },
    ],
  };
}

function misalignmentAxis({ points }: BranchSetting): ChartPanel["x"] {
  const values = points.map(({ misalignment }) => misalignment);
  const room = 0.4 * leastStep(values);
  return { scale: "linear", domain: [values[0]! - room, values.at(-1)! + room], preferred: values };
}

function leastStep(values: readonly number[]): number {
  return values.length === 1
    ? Math.abs(values[0]!) || 1
    : Math.min(...values.slice(1).map((value, i) => value - values[i]!));
}

type Middle = { readonly x: number; readonly gap: NonNullable<BranchPoint["compatible"]["gap"]> };

function runsOf(points: readonly BranchPoint[]): readonly (readonly Middle[])[] {
  const runs: Middle[][] = [[]];
  for (const { misalignment, compatible } of points) {
    if (compatible.gap === null) runs.push([]);
    else runs.at(-1)!.push({ x: misalignment, gap: compatible.gap });
  }
  return runs.filter((run) => run.length > 0);
}

/** One axis for all settings, from the least gap above 0 and a tenth of the floor. */
function gapDomain({ settings, floor, threshold }: BranchData): readonly [number, number] {
  const points = settings.flatMap((setting) => setting.points);
  const gaps = points.flatMap((point) => point.gaps).filter((gap) => gap > 0);
  const values = floor === undefined ? gaps : [...gaps, floor];
  if (values.length === 0) values.push(threshold);
  const extras = points.flatMap(({ dataGap, paper }) => [dataGap, paper.mean, paper.mean + (paper.standardError ?? 0)]);
  return axisDomain(values, { scale: "log", extras });
}

function noteOf({ settings, threshold }: BranchData, lowest: number): string {
  const all = settings.flatMap(({ points }) => points.flatMap(({ gaps }) => gaps));
  const below = all.filter((gap) => gap < lowest).length;
  const edgeNote = below === 0 ? "" : ` ${below} of ${all.length} gaps lie below the axis and are drawn on its edge.`;
  const zeros = settings[0]!.points.filter(({ dataGap }) => dataGap < lowest).map(({ misalignment }) => misalignment);
  const dataNote =
    zeros.length === 0
      ? ""
      : ` The gap of the data lies below the axis at σ = ${zeros.map((x) => formatNumber(x)).join(", ")}, and is drawn on its edge.`;
  return `Separated: a gap of at least ${formatNumber(threshold)}. Dots of one σ stand side by side to be told apart.${edgeNote}${dataNote}`;
}

function inWords({ label, points }: BranchSetting): string {
  const words = points.map(({ misalignment, separated, compatible, paper }) => {
    const middle =
      compatible.gap === null
        ? "no compatible seed"
        : `median of the compatible seeds ${formatNumber(compatible.gap.median)}`;
    return `σ = ${formatNumber(misalignment)}: ${middle}, mean of all ${formatNumber(paper.mean)}, ${formatPercent(separated.value)} separated`;
  });
  return `${label}. ${words.join("; ")}.`;
}
