// Panels of curves and points side by side and below one another, with one legend and one note.

import { axisTicks, type ChartAxis, tickFormat } from "./chart-axis.ts";
import { edge, type FigureContext, type FigureLayout, labelSize, smallSize } from "./figure.ts";
import { type KeyEntry, type KeySample, keyRow } from "./key.ts";
import { type Band, type Box, drawPanel, type MarkMaker, type Point } from "./panel.ts";
import { lineHeight, textLines } from "./svg.ts";
import { widest, wrapText } from "./text.ts";

/** The look of a series; an interval is a ribbon along the curve or a bar at each point. */
export interface SeriesLook extends KeySample {
  readonly band: "ribbon" | "bars";
  readonly opacity?: number | undefined;
}

/** One series of a panel. */
export interface ChartSeries {
  readonly label: string;
  readonly look: SeriesLook;
  readonly points: readonly Point[];
  /** Intervals; ends outside the panel are drawn to its edge. @defaultValue none */
  readonly bands?: readonly Band[] | undefined;
}

/** One pair of axes. */
export interface ChartPanel {
  /** Above the panel: name and unit of the y axis. */
  readonly head: string;
  /** Below it: name and unit of the x axis; may be empty. */
  readonly foot: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  /** Height of the axes in px. */
  readonly height: number;
  /** Bottom first. */
  readonly series: readonly ChartSeries[];
}

/** What a grid of panels shows; a place without a panel is null. */
export interface ChartGrid {
  readonly panels: readonly (ChartPanel | null)[];
  readonly columns: number;
  readonly key: readonly KeyEntry[];
  /** What intervals and marks are; may be empty. */
  readonly note: string;
}

// More markers than this hide the curve.
const mostMarkers = 40;
const gap = 22;
const rightMargin = 16;

type Marks = readonly ReturnType<MarkMaker["area"]>[];

interface Cell {
  readonly left: number;
  readonly top: number;
  readonly width: number;
}

/** Lays out the grid over the whole width of the figure. The legend takes the first place without a panel, if there is one. */
export function chartGrid(context: FigureContext, grid: ChartGrid): FigureLayout {
  const { width, theme } = context;
  const { panels, columns, key, note } = grid;
  const cellWidth = (width - 2 * edge - (columns - 1) * gap) / columns;
  const marginLeft = Math.max(...panels.map((panel) => (panel === null ? 0 : tickRoom(panel))));
  const body: string[] = [];
  let top = edge;
  let keyBottom: number | undefined;
  for (let first = 0; first < panels.length; first += columns) {
    const row = Array.from({ length: columns }, (_, i) => panels[first + i] ?? null);
    const cells = row.map((_, i): Cell => ({ left: edge + i * (cellWidth + gap), top, width: cellWidth }));
    const drawn = drawRow(context, row, { cells, marginLeft });
    body.push(...drawn.markup);
    const free = cells[row.indexOf(null)];
    if (free !== undefined && keyBottom === undefined) {
      const beside = keyRow(key, { left: free.left + 12, top: free.top + 20, width: cellWidth - 12 });
      body.push(beside.markup);
      keyBottom = free.top + 20 + beside.height;
    }
    top = drawn.bottom + 12;
  }
  if (keyBottom === undefined) {
    const below = keyRow(key, { left: edge + 4, top: top - 4, width: width - 2 * edge - 8 });
    body.push(below.markup);
    keyBottom = top - 4 + below.height;
  }
  top = Math.max(top - 12, keyBottom);
  if (note === "") return { height: top + edge, body };
  const lines = wrapText(note, width - 2 * edge, smallSize, 8);
  const height = lines.length * smallSize * lineHeight;
  const style = { anchor: "middle", size: smallSize, fill: theme.muted } as const;
  body.push(textLines(lines, width / 2, top + 6 + height / 2, style));
  return { height: top + 6 + height + edge, body };
}

/** One entry per label, in the order of first use. */
export function keyOf(series: readonly ChartSeries[]): readonly KeyEntry[] {
  const seen = new Map<string, KeyEntry>();
  for (const { label, look } of series) if (!seen.has(label)) seen.set(label, { label, sample: look });
  return [...seen.values()];
}

function tickRoom({ y, height }: ChartPanel): number {
  const labels = axisTicks(y, { length: height, direction: "up" }).map(y.format ?? tickFormat(y.scale));
  return widest(labels, smallSize) + 12;
}

function drawRow(
  context: FigureContext,
  row: readonly (ChartPanel | null)[],
  { cells, marginLeft }: { readonly cells: readonly Cell[]; readonly marginLeft: number },
): { readonly markup: readonly string[]; readonly bottom: number } {
  const heads = row.map((panel, i) => (panel === null ? [] : wrapText(panel.head, cells[i]!.width, labelSize, 3)));
  const headHeight = Math.max(...heads.map((lines) => lines.length)) * labelSize * lineHeight;
  const markup: string[] = [];
  let bottom = 0;
  for (const [i, panel] of row.entries()) {
    if (panel === null) continue;
    const { left, top, width } = cells[i]!;
    const boxWidth = width - marginLeft - rightMargin;
    const box = { left: left + marginLeft, top: top + headHeight + 10, width: boxWidth, height: panel.height };
    const foot = panel.foot === "" ? [] : wrapText(panel.foot, boxWidth + rightMargin, labelSize, 3);
    const footHeight = foot.length * labelSize * lineHeight;
    markup.push(textLines(heads[i]!, left, top + (heads[i]!.length * labelSize * lineHeight) / 2));
    markup.push(drawSeries(context, panel, box));
    const base = box.top + box.height + 22;
    const footX = box.left + box.width / 2;
    if (foot.length > 0) markup.push(textLines(foot, footX, base + footHeight / 2, { anchor: "middle" }));
    bottom = Math.max(bottom, base + footHeight);
  }
  return { markup, bottom };
}

function drawSeries(context: FigureContext, { x, y, series }: ChartPanel, box: Box): string {
  const [low, high] = y.domain;
  const within = (value: number): number => Math.max(low, Math.min(high, value));
  const inside = series.map((one) => ({
    ...one,
    points: one.points.map(([a, b]): Point => [a, within(b)]),
    bands: (one.bands ?? []).map(([a, b, c]): Band => [a, within(b), within(c)]),
  }));
  const { markup } = drawPanel(context, {
    box,
    x: axisOf(x, { length: box.width, direction: "across" }),
    y: axisOf(y, { length: box.height, direction: "up" }),
    marks: (make) => [
      ...inside.flatMap((one) => ribbon(make, one)),
      ...inside.flatMap((one) => curve(make, one)),
      ...inside.flatMap((one) => bars(make, one)),
      ...inside.flatMap((one) => markers(make, one)),
    ],
  });
  return markup;
}

function axisOf(axis: ChartAxis, place: { readonly length: number; readonly direction: "across" | "up" }) {
  const { scale, domain, format = tickFormat(axis.scale) } = axis;
  return { type: scale, domain, ticks: axisTicks(axis, place), format };
}

type Drawn = ChartSeries & { readonly bands: readonly Band[] };

function isRibbon({ look, bands }: Drawn): boolean {
  return look.band === "ribbon" && bands.length > 1;
}

function ribbon(make: MarkMaker, series: Drawn): Marks {
  if (!isRibbon(series)) return [];
  const { label, look, bands } = series;
  return [make.area(bands, { label: `${label}: interval`, color: look.color, opacity: 0.2 })];
}

function curve(make: MarkMaker, { label, look, points }: Drawn): Marks {
  if (look.line === undefined || points.length < 2) return [];
  return [
    make.line(points, {
      label: `${label}: curve`,
      color: look.color,
      lineWidth: look.line.width,
      dash: look.line.dash,
    }),
  ];
}

function bars(make: MarkMaker, series: Drawn): Marks {
  const { label, look, bands } = series;
  if (isRibbon(series) || bands.length === 0) return [];
  const segments = bands.map(([x, low, high]) => [x, low, x, high] as const);
  return [make.segments(segments, { label: `${label}: interval`, color: look.color, lineWidth: 1.5 })];
}

function markers(make: MarkMaker, { label, look, points }: Drawn): Marks {
  const { marker, color, opacity } = look;
  if (marker === undefined || (look.line !== undefined && points.length > mostMarkers)) return [];
  const style = { label: `${label}: points`, color, ...marker, ...(opacity === undefined ? {} : { opacity }) };
  return [make.dots(points, style)];
}
