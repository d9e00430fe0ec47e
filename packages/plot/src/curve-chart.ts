// Curves against k on a logarithmic axis, with interval ribbons, reference lines and labels at the right end.

import { edge, type FigureContext, type FigureLayout, labelSize, smallSize } from "./figure.ts";
import { formatPercentTick } from "./format.ts";
import { type KeySample, keySample, sampleWidth } from "./key.ts";
import { logTicks } from "./log-ticks.ts";
import { type Band, type Box, drawPanel, type MarkerShape, type MarkMaker, type Panel, type Point } from "./panel.ts";
import type { ShareInterval } from "./shares.ts";
import { spreadLabels } from "./spread-labels.ts";
import { coordinate, lineHeight, tag, textLines } from "./svg.ts";
import { widest, wrapText } from "./text.ts";

/** One curve; `values` has one share per k. */
export interface Curve {
  readonly label: string;
  readonly color: string;
  readonly values: readonly number[];
  readonly interval?: ShareInterval | undefined;
  /** Line width in px. */
  readonly width: number;
  readonly dash?: string | undefined;
  /** Marker at every k; none on reference lines. */
  readonly marker?: { readonly shape: MarkerShape; readonly inside?: string | undefined } | undefined;
}

/** What a chart of curves shows. */
export interface CurveChart {
  readonly ks: readonly number[];
  /** Bottom first. */
  readonly curves: readonly Curve[];
  readonly yLabel: string;
  readonly intervalLabel: string | undefined;
  /** Upper end of the y axis, which begins at 0. */
  readonly top: number;
}

// More markers than this hide the curve.
const mostMarkers = 24;
const markerRadius = 3.6;

/** The looks of the two directions: the lower curve is the wider and the upper one dashed, so that both show where they coincide. */
export function directionLooks({ theme }: FigureContext): readonly [x: DirectionLook, y: DirectionLook] {
  return [
    { color: theme.x, width: 3, marker: { shape: "circle" } },
    { color: theme.y, width: 2, dash: "7,4", marker: { shape: "triangle", inside: theme.background } },
  ];
}

/** The part of a curve that {@link directionLooks} chooses. */
export type DirectionLook = Pick<Curve, "color" | "width" | "dash" | "marker">;

/** The look of a line to compare with. */
export function referenceLook({ theme }: FigureContext): DirectionLook {
  return { color: theme.ink, width: 1.25, dash: "2,3" };
}

/** `value` rounded up to one significant digit, and to 1 from one half on: where a share axis may end. */
export function niceShareTop(value: number): number {
  if (value > 0.5) return 1;
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-6)));
  return Math.max(1, Math.ceil(value / power)) * power;
}

/** Lays out the chart over the whole width of the figure. */
export function curveChart(context: FigureContext, chart: CurveChart): FigureLayout {
  const { width, theme } = context;
  const { curves, yLabel } = chart;
  const labels = curves.map((curve) => wrapText(curve.label, Math.max(80, 0.24 * width), labelSize, 5));
  const left = 58;
  const head = wrapText(yLabel, width - 12 - edge, labelSize, 3);
  const headHeight = head.length * labelSize * lineHeight;
  const right = widest(labels.flat(), labelSize) + sampleWidth + 34;
  const box = {
    left,
    top: edge + headHeight + 17,
    width: width - left - right,
    height: Math.min(300, Math.max(200, 0.42 * width)),
  };
  const panel = drawCurves(context, chart, box);
  const bottom = box.top + box.height;
  const body = [
    textLines(head, 12, edge + headHeight / 2),
    panel.markup,
    endLabels(context, chart, { box, panel, labels }),
    textLines(["k, results looked at (log scale)"], left + box.width / 2, bottom + 34, { anchor: "middle" }),
  ];
  if (curves.every((curve) => curve.interval === undefined)) return { height: bottom + 50, body };
  const note = wrapText(intervalNote(chart), width - 2 * edge, smallSize, 3);
  const noteHeight = note.length * smallSize * lineHeight;
  const style = { anchor: "middle", size: smallSize, fill: theme.muted } as const;
  body.push(textLines(note, width / 2, bottom + 50 + noteHeight / 2, style));
  return { height: bottom + 50 + noteHeight + edge, body };
}

function drawCurves(context: FigureContext, { ks, curves, top }: CurveChart, box: Box): Panel {
  // A single k stands in the middle of an axis that still has a length.
  const spread = ks.length === 1 ? 2 : 1.06;
  const domain = [ks[0]! / spread, ks.at(-1)! * spread] as const;
  const ticks = logTicks(...domain, { preferred: ks, width: box.width, size: smallSize });
  return drawPanel(context, {
    box,
    x: { type: "log", domain, ticks, format: String },
    y: { domain: [0, top], format: formatPercentTick },
    marks: (make) => [
      ...curves.flatMap((curve) => ribbon(make, ks, curve)),
      ...curves.map((curve) => curveLine(make, ks, { curve, domain })),
      ...curves.flatMap((curve) => markers(make, ks, curve)),
    ],
  });
}

type Marks = readonly ReturnType<MarkMaker["area"]>[];

function ribbon(make: MarkMaker, ks: readonly number[], { interval, color, label }: Curve): Marks {
  if (interval === undefined) return [];
  const style = { label: `${label}: interval`, color };
  const bands = ks.map((k, i): Band => [k, interval.lower[i]!, interval.upper[i]!]);
  if (ks.length > 1) return [make.area(bands, { ...style, opacity: 0.2 })];
  return [make.segments([[ks[0]!, interval.lower[0]!, ks[0]!, interval.upper[0]!]], { ...style, lineWidth: 2 })];
}

function curveLine(
  make: MarkMaker,
  ks: readonly number[],
  { curve, domain }: { readonly curve: Curve; readonly domain: readonly [number, number] },
): Marks[number] {
  const { label, color, width, dash, values } = curve;
  const points = ks.length > 1 ? ks.map((k, i): Point => [k, values[i]!]) : domain.map((x): Point => [x, values[0]!]);
  const style = { label: `${label}: curve`, color, lineWidth: width, dash };
  // Through a single k only reference lines are drawn: a direction is known at that k alone.
  return make.line(ks.length > 1 || curve.marker === undefined ? points : [], style);
}

function markers(make: MarkMaker, ks: readonly number[], { marker, color, label, values }: Curve): Marks {
  if (marker === undefined || ks.length > mostMarkers) return [];
  const points = ks.map((k, i): Point => [k, values[i]!]);
  return [make.dots(points, { label: `${label}: points`, color, ...marker, radius: markerRadius })];
}

function endLabels(
  { theme }: FigureContext,
  { ks, curves }: CurveChart,
  place: { readonly box: Box; readonly panel: Panel; readonly labels: readonly (readonly string[])[] },
): string {
  const { box, panel, labels } = place;
  const ends = curves.map((curve) => panel.y(curve.values.at(-1)!));
  const wishes = ends.map((target, i) => ({ target, height: labels[i]!.length * labelSize * lineHeight + 4 }));
  const centres = spreadLabels(wishes, box.top - 10, box.top + box.height + 10);
  const x = box.left + box.width + 16;
  return curves
    .map((curve, i) => {
      const pointed = ks.length > 1 || curve.marker !== undefined;
      const from = pointed ? panel.x(ks.at(-1)!) + 6 : box.left + box.width;
      const d = `M${coordinate(from)},${coordinate(ends[i]!)}L${coordinate(x - 3)},${coordinate(centres[i]!)}`;
      const leader = tag("path", { d, fill: "none", stroke: theme.muted, "stroke-width": 0.75 });
      const text = textLines(labels[i]!, x + sampleWidth + 6, centres[i]!, { full: curve.label });
      return leader + keySample(sampleOf(curve, ks.length), x, centres[i]!) + text;
    })
    .join("");
}

function sampleOf({ color, width, dash, marker }: Curve, ks: number): KeySample {
  const marked = marker !== undefined && ks <= mostMarkers;
  const line = marked && ks === 1 ? undefined : { width, dash };
  return { color, line, marker: marked ? { ...marker, radius: markerRadius } : undefined };
}

function intervalNote({ ks, intervalLabel = "interval of the estimate" }: CurveChart): string {
  return `${ks.length > 1 ? "Ribbon" : "Bar"}: ${intervalLabel}.`;
}
