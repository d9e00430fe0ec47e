import { extent } from "./chart-axis.ts";
import { assertFiniteNumber, assertLabel, assertLength, assertList, assertRecord, fail, shown } from "./check-data.ts";
import { mixColors, rampBar, rampHeight } from "./color-ramp.ts";
import {
  edge,
  type FigureContext,
  type FigureLayout,
  type FigureOptions,
  figureContext,
  figureMarkup,
  labelSize,
  smallSize,
} from "./figure.ts";
import { formatNumber, formatPercent, formatTick } from "./format.ts";
import { readableOn } from "./readable-on.ts";
import { escapeXml, lineHeight, tag, textLines } from "./svg.ts";
import { textWidth, widest, wrapText } from "./text.ts";

/** Names of the rows or columns of a map. */
export interface HeatMapAxis {
  /** Name and unit of what they are values of. */
  readonly label: string;
  /** Their values, in the order drawn: the first row on top, the first column at the left. */
  readonly values: readonly (number | string)[];
}

/** A table of values as shades and numbers. */
export interface HeatMapData {
  readonly rows: HeatMapAxis;
  readonly columns: HeatMapAxis;
  /** values[row][column]; null where there is none, which is left blank with a dash. */
  readonly values: readonly (readonly (number | null)[])[];
  /** Name and unit of the values. */
  readonly valueLabel: string;
  /** Shades by the value or by its logarithm, for values > 0. @defaultValue "linear" */
  readonly scale?: "linear" | "log" | undefined;
  /** How numbers are written. @defaultValue "number" */
  readonly format?: "number" | "percent" | undefined;
  /** Values of the palest and the darkest shade, both ≤ and ≥ all values. @defaultValue the least and the greatest value */
  readonly domain?: readonly [number, number] | undefined;
  /** intervals[row][column], shown where the pointer rests. @defaultValue none */
  readonly intervals?: readonly (readonly ({ readonly lower: number; readonly upper: number } | null)[])[] | undefined;
  /** What the intervals are. @defaultValue "interval" */
  readonly intervalLabel?: string | undefined;
}

const where = "heatMapFigure";

/**
 * Draws a table of values over two settings as a map of shades with the number in each cell.
 *
 * Limits: one value everywhere → one shade;  cells too narrow for their numbers → numbers in smaller type, then only where the pointer rests.
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_OPTION.
 */
export function heatMapFigure(data: HeatMapData, options: FigureOptions): string {
  const context = figureContext(where, options, "nce-heat-map");
  checkData(data);
  return figureMarkup(context, {
    ...layout(context, data),
    title: `${data.valueLabel} over ${data.rows.label} and ${data.columns.label}`,
    description: inWords(data),
  });
}

function checkData(data: HeatMapData): void {
  assertRecord(where, "data", data);
  for (const axis of ["rows", "columns"] as const) {
    assertRecord(where, axis, data[axis]);
    assertLabel(where, `${axis}.label`, data[axis].label);
    assertList(where, `${axis}.values`, data[axis].values);
    for (const [i, value] of data[axis].values.entries()) {
      if (typeof value === "string") assertLabel(where, `${axis}.values[${i}]`, value);
      else assertFiniteNumber(where, `${axis}.values[${i}]`, value);
    }
  }
  assertLabel(where, "valueLabel", data.valueLabel);
  if (data.intervalLabel !== undefined) assertLabel(where, "intervalLabel", data.intervalLabel);
  const { scale = "linear", format = "number" } = data;
  if (scale !== "linear" && scale !== "log") fail("E_OPTION", where, "scale", "one of linear, log", shown(scale));
  if (format !== "number" && format !== "percent")
    fail("E_OPTION", where, "format", "one of number, percent", shown(format));
  checkCells(data);
}

function checkCells(data: HeatMapData): void {
  const { rows, columns, values, intervals, scale } = data;
  const domain = data.domain ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  if (data.domain !== undefined) {
    assertLength(where, "domain", domain, 2, "end");
    for (const i of [0, 1] as const) assertFiniteNumber(where, `domain[${i}]`, domain[i]);
    if (domain[0] >= domain[1]) fail("E_OPTION", where, "domain", "increasing", `[${domain.join(", ")}]`);
    if (scale === "log" && domain[0] <= 0)
      fail("E_OPTION", where, "domain[0]", "> 0 on a log scale", String(domain[0]));
  }
  assertLength(where, "values", values, rows.values.length, "row");
  if (intervals !== undefined) assertLength(where, "intervals", intervals, rows.values.length, "row");
  for (const [r, row] of values.entries()) {
    assertLength(where, `values[${r}]`, row, columns.values.length, "column");
    for (const [c, value] of row.entries()) {
      if (value === null) continue;
      const name = `values[${r}][${c}]`;
      assertFiniteNumber(where, name, value);
      if (scale === "log" && value <= 0) fail("E_OPTION", where, name, "> 0 on a log scale", String(value));
      if (value < domain[0] || value > domain[1]) {
        fail("E_OPTION", where, name, `in the domain [${domain.join(", ")}]`, String(value));
      }
    }
    if (intervals !== undefined) checkIntervals(r, intervals[r]!, columns.values.length);
  }
}

function checkIntervals(r: number, row: NonNullable<HeatMapData["intervals"]>[number], length: number): void {
  assertLength(where, `intervals[${r}]`, row, length, "column");
  for (const [c, interval] of row.entries()) {
    if (interval === null) continue;
    assertRecord(where, `intervals[${r}][${c}]`, interval);
    for (const end of ["lower", "upper"] as const) {
      assertFiniteNumber(where, `intervals[${r}][${c}].${end}`, interval[end]);
    }
  }
}

interface Shades {
  readonly domain: readonly [number, number];
  readonly shareOf: (value: number) => number;
}

function layout(context: FigureContext, data: HeatMapData): FigureLayout {
  const { width } = context;
  const rowLabels = data.rows.values.map((value) => wrapText(labelOf(value), 0.24 * width, labelSize, 2));
  const head = wrapText(data.rows.label, width - 2 * edge, labelSize, 2);
  const headHeight = head.length * labelSize * lineHeight;
  const left = edge + widest(rowLabels.flat(), labelSize) + 10;
  const cell = {
    width: Math.min(120, (width - left - edge) / data.columns.values.length),
    height: 38,
  };
  const top = edge + headHeight + 8;
  const columnLabels = data.columns.values.map((value) => wrapText(labelOf(value), cell.width - 4, smallSize, 2));
  const across = cell.width * data.columns.values.length;
  const bottom = top + cell.height * data.rows.values.length;
  const tickHeight = Math.max(...columnLabels.map((lines) => lines.length)) * smallSize * lineHeight;
  const foot = wrapText(data.columns.label, width - left - edge, labelSize, 2);
  const footHeight = foot.length * labelSize * lineHeight;
  const footX = left + Math.max(across, widest(foot, labelSize)) / 2;
  const shades = shadesOf(data);
  const rampTop = bottom + 8 + tickHeight + 6 + footHeight + 14;
  const body = [
    textLines(head, edge, edge + headHeight / 2),
    ...rowLabels.map((lines, r) =>
      textLines(lines, left - 8, top + (r + 0.5) * cell.height, { anchor: "end", full: labelOf(data.rows.values[r]!) }),
    ),
    cells(context, data, { shades, left, top, cell }),
    ...columnLabels.map((lines, c) =>
      textLines(lines, left + (c + 0.5) * cell.width, bottom + 8 + (lines.length * smallSize * lineHeight) / 2, {
        anchor: "middle",
        size: smallSize,
        full: labelOf(data.columns.values[c]!),
      }),
    ),
    textLines(foot, footX, bottom + 8 + tickHeight + 6 + footHeight / 2, { anchor: "middle" }),
    ramp(context, data, { shades, place: { left, top: rampTop, width: Math.min(300, width - left - edge) } }),
  ];
  const note = noteUnder(context, noteOf(data), { left, top: rampTop + rampHeight });
  return { height: note.bottom + edge, body: [...body, note.markup] };
}

function noteUnder(
  { width, theme }: FigureContext,
  note: string,
  { left, top }: { readonly left: number; readonly top: number },
): { readonly markup: string; readonly bottom: number } {
  if (note === "") return { markup: "", bottom: top };
  const lines = wrapText(note, width - left - edge, smallSize, 3);
  const height = lines.length * smallSize * lineHeight;
  const markup = textLines(lines, left, top + 6 + height / 2, { size: smallSize, fill: theme.muted });
  return { markup, bottom: top + 6 + height };
}

interface CellPlace {
  readonly shades: Shades;
  readonly left: number;
  readonly top: number;
  readonly cell: { readonly width: number; readonly height: number };
}

function cells(context: FigureContext, data: HeatMapData, place: CellPlace): string {
  const { left, top, cell } = place;
  const size = numberSize(data, cell.width);
  const parts = data.values.flatMap((row, r) => row.map((_, c) => cellAt(context, data, { ...place, r, c, size })));
  const outline = {
    x: left,
    y: top,
    width: cell.width * data.columns.values.length,
    height: cell.height * data.rows.values.length,
  };
  const frame = tag("rect", { ...outline, fill: "none", stroke: context.theme.muted, "stroke-width": 0.75 });
  return tag("g", { "aria-label": "cells" }, ...parts, frame);
}

function cellAt(
  { theme }: FigureContext,
  data: HeatMapData,
  place: CellPlace & { readonly r: number; readonly c: number; readonly size: number | undefined },
): string {
  const { shades, left, top, cell, r, c, size } = place;
  const value = data.values[r]![c]!;
  const [x, y] = [left + c * cell.width, top + r * cell.height];
  const fill = value === null ? theme.background : mixColors(theme.background, theme.x, shades.shareOf(value));
  const title = tag("title", {}, escapeXml(hoverOf(data, r, c)));
  const square = tag("rect", { x, y, ...cell, fill, stroke: theme.background, "stroke-width": 1.5 }, title);
  if (size === undefined) return square;
  const text = value === null ? "–" : writer(data)(value);
  const style = { anchor: "middle", size, fill: readableOn(fill, theme) } as const;
  return square + textLines([text], x + cell.width / 2, y + cell.height / 2, style);
}

/** The largest type in which all numbers fit their cells; none where even the smallest does not. */
function numberSize(data: HeatMapData, width: number): number | undefined {
  const numbers = data.values.flat().map((value) => (value === null ? "–" : writer(data)(value)));
  return [12, 11, 10, 9].find((size) => numbers.every((number) => textWidth(number, size) + 4 <= width));
}

function shadesOf({ values, scale, domain }: HeatMapData): Shades {
  const known = values.flat().filter((value) => value !== null);
  const [low, high] = domain ?? (known.length === 0 ? [0, 1] : extent(known));
  const place = scale === "log" ? Math.log : (value: number): number => value;
  const shareOf = (value: number): number =>
    high > low ? 0.04 + (0.96 * (place(value) - place(low))) / (place(high) - place(low)) : 0.5;
  return { domain: [low, high], shareOf };
}

function ramp(
  { theme }: FigureContext,
  data: HeatMapData,
  {
    shades,
    place,
  }: {
    readonly shades: Shades;
    readonly place: { readonly left: number; readonly top: number; readonly width: number };
  },
): string {
  const [low, high] = shades.domain;
  const count = 24;
  const colors = Array.from({ length: count }, (_, i) =>
    mixColors(theme.background, theme.x, 0.04 + (0.96 * i) / (count - 1)),
  );
  const full = data.scale === "log" ? `${data.valueLabel}, log scale` : data.valueLabel;
  const label = wrapText(full, place.width, labelSize, 1)[0]!;
  const write = writer(data);
  return rampBar({ colors, label, ends: [write(low), write(high)], outline: theme.muted }, place);
}

function hoverOf(data: HeatMapData, r: number, c: number): string {
  const write = writer(data);
  const value = data.values[r]![c]!;
  const interval = data.intervals?.[r]?.[c] ?? null;
  const place = `${data.rows.label} ${labelOf(data.rows.values[r]!)}, ${data.columns.label} ${labelOf(data.columns.values[c]!)}`;
  if (value === null) return `${place}: none`;
  const ends = interval === null ? "" : ` [${write(interval.lower)}, ${write(interval.upper)}]`;
  return `${place}: ${write(value)}${ends}`;
}

function noteOf({ values, intervals, intervalLabel = "interval" }: HeatMapData): string {
  const blank = values.flat().includes(null) ? "–: no value. " : "";
  const hover = intervals === undefined ? "" : `Where the pointer rests: the ${intervalLabel}.`;
  return (blank + hover).trim();
}

function writer({ format = "number" }: HeatMapData): (value: number) => string {
  return format === "percent" ? formatPercent : formatNumber;
}

function labelOf(value: number | string): string {
  return typeof value === "string" ? value : formatTick(value);
}

function inWords(data: HeatMapData): string {
  const { values, valueLabel, rows, columns } = data;
  const write = writer(data);
  const known = values.flatMap((row, r) => row.flatMap((value, c) => (value === null ? [] : [{ value, r, c }])));
  const table = `${valueLabel} over ${rows.values.length} × ${columns.values.length} cells.`;
  if (known.length === 0) return `${table} No value is known.`;
  const at = ({ value, r, c }: (typeof known)[number]): string =>
    `${write(value)} at ${rows.label} ${labelOf(rows.values[r]!)}, ${columns.label} ${labelOf(columns.values[c]!)}`;
  const least = known.reduce((a, b) => (b.value < a.value ? b : a));
  const most = known.reduce((a, b) => (b.value > a.value ? b : a));
  return `${table} Least: ${at(least)}. Greatest: ${at(most)}.`;
}
