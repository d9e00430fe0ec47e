// One pair of axes with marks, drawn by Observable Plot and handed back as canonical markup.
// Everything is placed in the coordinates of the whole figure, so that labels can be set around it.

import * as Plot from "@observablehq/plot";
import type { FigureContext, FigureDocument } from "./figure.ts";
import { smallSize } from "./figure.ts";
import { formatTick } from "./format.ts";
import { linearTicks } from "./linear-ticks.ts";
import { type MarkupNode, markupOf, tag } from "./svg.ts";

/** A rectangle in px of the figure. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** One axis of a panel. */
export interface PanelAxis {
  readonly domain: readonly [number, number];
  readonly type?: "linear" | "log";
  /** Wished number of ticks, of a linear axis, or the ticks. @defaultValue 5 */
  readonly ticks?: number | readonly number[];
  /** @defaultValue {@link formatTick} */
  readonly format?: (value: number) => string;
  /** Grid lines across the panel. @defaultValue true */
  readonly grid?: boolean;
}

export type Point = readonly [x: number, y: number];
/** x, lower y, upper y. */
export type Band = readonly [x: number, low: number, high: number];
/** x1, y1, x2, y2. */
export type Segment = readonly [x1: number, y1: number, x2: number, y2: number];

/** Look of marks; `label` names them in the markup. */
export interface MarkStyle {
  readonly label: string;
  readonly color: string;
  readonly opacity?: number;
  /** Line width in px. @defaultValue 1.5 */
  readonly lineWidth?: number;
  /** Dash pattern in px. @defaultValue solid */
  readonly dash?: string | undefined;
}

export type MarkerShape = "circle" | "triangle" | "diamond" | "square";

/** Look of point marks. */
export interface DotStyle extends MarkStyle {
  readonly shape: MarkerShape;
  /** Radius in px of the circle of equal area. */
  readonly radius: number;
  /** Inside of a hollow marker; solid without it. */
  readonly inside?: string | undefined;
}

/** The marks a panel can hold, bottom first. */
export interface MarkMaker {
  area(bands: readonly Band[], style: MarkStyle): Plot.Markish;
  line(points: readonly Point[], style: MarkStyle): Plot.Markish;
  segments(segments: readonly Segment[], style: MarkStyle): Plot.Markish;
  rectangles(corners: readonly Segment[], style: MarkStyle & { readonly inside: string }): Plot.Markish;
  dots(points: readonly Point[], style: DotStyle): Plot.Markish;
}

export interface PanelSpec {
  readonly box: Box;
  readonly x: PanelAxis;
  readonly y: PanelAxis;
  readonly marks: (make: MarkMaker) => readonly Plot.Markish[];
}

/** A drawn panel: its markup and where values lie in px of the figure. */
export interface Panel {
  readonly markup: string;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** Draws axes and marks inside `spec.box`. */
export function drawPanel(context: FigureContext, spec: PanelSpec): Panel {
  const { box, x, y } = spec;
  const shift = pixelShift(context.document);
  const size = {
    width: box.left + box.width + 1,
    height: box.top + box.height + 1,
    marginLeft: box.left,
    marginTop: box.top,
    marginRight: 1,
    marginBottom: 1,
  };
  const marks = [...axisMarks(context, spec, shift), ...spec.marks(markMaker(shift))];
  const svg = Plot.plot({
    ...size,
    document: plotDocument(context.document),
    axis: null,
    x: { type: x.type ?? "linear", domain: [...x.domain] },
    y: { type: y.type ?? "linear", domain: [...y.domain] },
    marks,
  });
  const nodes = Array.from((svg as unknown as MarkupNode).childNodes, markupOf);
  const scaled = (name: "x" | "y") => (value: number) => svg.scale(name)?.apply(value) as number;
  return { markup: tag("g", { "text-anchor": "middle" }, ...nodes), x: scaled("x"), y: scaled("y") };
}

// Plot moves marks by half a pixel on screens of low resolution; `shift` undoes it so that the bytes never depend on a screen.
function markMaker(shift: number): MarkMaker {
  const snap = { dx: shift, dy: shift };
  const stroke = (style: MarkStyle): Plot.LineOptions => ({
    stroke: style.color,
    strokeWidth: style.lineWidth ?? 1.5,
    ...(style.opacity === undefined ? {} : { strokeOpacity: style.opacity }),
    ...(style.dash === undefined ? {} : { strokeDasharray: style.dash }),
    ariaDescription: style.label,
  });
  return {
    area: (bands, { label, color, opacity = 1 }) =>
      Plot.areaY(bands, { x: at(0), y1: at(1), y2: at(2), fill: color, fillOpacity: opacity, ariaDescription: label }),
    line: (points, style) => Plot.line(points, { x: at(0), y: at(1), ...stroke(style), ...snap }),
    segments: (segments, style) =>
      Plot.link(segments, { x1: at(0), y1: at(1), x2: at(2), y2: at(3), ...stroke(style), ...snap }),
    rectangles: (corners, style) =>
      Plot.rect(corners, { x1: at(0), y1: at(1), x2: at(2), y2: at(3), ...stroke(style), fill: style.inside }),
    dots: (points, style) =>
      Plot.dot(points, {
        x: at(0),
        y: at(1),
        ...stroke(style),
        r: style.radius,
        symbol: style.shape,
        fill: style.inside ?? style.color,
        ...(style.opacity === undefined ? {} : { fillOpacity: style.opacity }),
        ...snap,
      }),
  };
}

function at(index: number): (row: readonly number[]) => number {
  return (row) => row[index]!;
}

function axisMarks(context: FigureContext, { box, x, y }: PanelSpec, shift: number): readonly Plot.Markish[] {
  const { grid, ink, muted } = context.theme;
  const xTicks = ticksOf(x, { length: box.width, direction: "across" });
  const yTicks = ticksOf(y, { length: box.height, direction: "up" });
  const lines = { stroke: grid, strokeOpacity: 1, shapeRendering: "crispEdges" };
  const tick = { fill: "none", stroke: muted, tickSize: 5 };
  const label = { stroke: "none", fill: ink, fontSize: smallSize, label: null, tickSize: 5, dx: shift, dy: shift };
  const marks: Plot.Markish[] = [];
  if (y.grid !== false) marks.push(Plot.gridY(yTicks, { ...lines, dy: shift }));
  if (x.grid !== false) marks.push(Plot.gridX(xTicks, { ...lines, dx: shift }));
  if (xTicks.length > 0) {
    marks.push(Plot.axisX(xTicks, { ...tick, dx: shift }));
    marks.push(Plot.axisX(xTicks, { ...label, text: x.format ?? formatTick }));
  }
  if (yTicks.length > 0) {
    marks.push(Plot.axisY(yTicks, { ...tick, dy: shift }));
    marks.push(Plot.axisY(yTicks, { ...label, text: y.format ?? formatTick }));
  }
  return marks;
}

function ticksOf(
  { domain, ticks = 5, format = formatTick }: PanelAxis,
  place: { readonly length: number; readonly direction: "across" | "up" },
): readonly number[] {
  if (typeof ticks === "object") return ticks;
  return linearTicks(...domain, { count: ticks, format, size: smallSize, ...place });
}

function pixelShift(document: FigureDocument): number {
  const marks = [Plot.dot([[0, 0]])];
  const probe = Plot.plot({ document: plotDocument(document), axis: null, marks });
  return /translate\(0\.5,0\.5\)/.test(markupOf(probe as unknown as MarkupNode)) ? -0.5 : 0;
}

function plotDocument(document: FigureDocument): NonNullable<Plot.PlotOptions["document"]> {
  return document as unknown as NonNullable<Plot.PlotOptions["document"]>;
}
