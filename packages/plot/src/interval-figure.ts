import { assertFiniteNumber, assertLabel, assertList, assertRecord, fail } from "./check-data.ts";
import {
  edge,
  type FigureContext,
  type FigureLayout,
  type FigureOptions,
  figureContext,
  figureMarkup,
  labelSize,
} from "./figure.ts";
import { formatNumber } from "./format.ts";
import { type Box, drawPanel, type Panel } from "./panel.ts";
import { stackedMiddles } from "./stacked-middles.ts";
import { lineHeight, tag, textLines } from "./svg.ts";
import { centreWithin, textWidth, widest, wrapText } from "./text.ts";

/** One estimate with its interval. */
export interface IntervalRow {
  readonly label: string;
  /** The point estimate; it may lie outside its interval, as with percentiles of a biased bootstrap. */
  readonly value: number;
  /** Lower end of the interval. */
  readonly lower: number;
  /** Upper end of the interval, ≥ `lower`. */
  readonly upper: number;
}

/** Estimates of quantities that share one axis. */
export interface IntervalData {
  readonly rows: readonly IntervalRow[];
  /** Name and unit of the axis, e.g. "Distance on the unit sphere". */
  readonly axisLabel: string;
  /** What the intervals are, e.g. "95 % bootstrap interval". */
  readonly intervalLabel: string;
  /** A value to compare with, drawn as a vertical line. */
  readonly reference?: { readonly value: number; readonly label: string } | undefined;
}

/**
 * Draws point estimates with their intervals, one row each, values printed beside them.
 *
 * Limits: an interval of no length → its point alone; one row → a figure of one row.
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_OPTION.
 */
export function intervalFigure(data: IntervalData, options: FigureOptions): string {
  const where = "intervalFigure";
  const context = figureContext(where, options, "nce-interval");
  checkData(where, data);
  return figureMarkup(context, {
    ...rowsLayout(context, data),
    title: `Estimates with ${data.intervalLabel}`,
    description: `${data.axisLabel}. ${data.rows.map((row) => `${row.label}: ${valueText(row)}`).join("; ")}.`,
  });
}

function checkData(where: string, data: IntervalData): void {
  assertRecord(where, "data", data);
  assertList(where, "rows", data.rows);
  assertLabel(where, "axisLabel", data.axisLabel);
  assertLabel(where, "intervalLabel", data.intervalLabel);
  for (const [i, row] of data.rows.entries()) {
    assertRecord(where, `rows[${i}]`, row);
    assertLabel(where, `rows[${i}].label`, row.label);
    for (const key of ["value", "lower", "upper"] as const) assertFiniteNumber(where, `rows[${i}].${key}`, row[key]);
    if (row.lower > row.upper) {
      fail("E_OPTION", where, `rows[${i}].lower`, "at most the upper end", `${row.lower} above ${row.upper}`);
    }
  }
  if (data.reference === undefined) return;
  assertRecord(where, "reference", data.reference);
  assertFiniteNumber(where, "reference.value", data.reference.value);
  assertLabel(where, "reference.label", data.reference.label);
}

function rowsLayout(context: FigureContext, data: IntervalData): FigureLayout {
  const { width } = context;
  const { rows, reference } = data;
  const labels = rows.map((row) => wrapText(row.label, 0.3 * width, labelSize, 4));
  // On a narrow sheet the interval goes below its estimate.
  const values = rows.map((row) => (width < 560 ? valueText(row).split(/ (?=\[)/) : [valueText(row)]));
  const left = edge + widest(labels.flat(), labelSize) + 16;
  const right = widest(values.flat(), labelSize) + 28;
  const lines = rows.map((_, i) => Math.max(labels[i]!.length, values[i]!.length));
  const { middles, total } = stackedMiddles(lines.map((count) => count * labelSize * lineHeight + 13));
  const box = { left, top: reference === undefined ? 12 : 36, width: width - left - right, height: total };
  const panel = drawRows(context, data, { box, middles });
  const bottom = box.top + total;
  const axisLines = wrapText(`${data.axisLabel}; bar: ${data.intervalLabel}`, width - 2 * edge, labelSize, 3);
  const axisX = centreWithin(left + box.width / 2, widest(axisLines, labelSize), [edge, width - edge]);
  const axisHeight = axisLines.length * labelSize * lineHeight;
  const body = [
    reference === undefined ? "" : referenceMark(context, { label: reference.label, box, x: panel.x(reference.value) }),
    panel.markup,
    ...rows.map((row, i) => textLines(labels[i]!, edge, box.top + middles[i]!, { full: row.label })),
    ...values.map((value, i) => textLines(value, left + box.width + 20, box.top + middles[i]!)),
    textLines(axisLines, axisX, bottom + 26 + axisHeight / 2, { anchor: "middle" }),
  ];
  return { height: bottom + 26 + axisHeight + edge, body };
}

// The y axis is in px from the top of the box, downwards.
function drawRows(
  context: FigureContext,
  { rows, reference }: IntervalData,
  { box, middles }: { readonly box: Box; readonly middles: readonly number[] },
): Panel {
  const { theme } = context;
  const ends = rows.flatMap((row) => [row.value, row.lower, row.upper]);
  if (reference !== undefined) ends.push(reference.value);
  const bars = rows.map((row, i) => [row.lower, middles[i]!, row.upper, middles[i]!] as const);
  const caps = bars.flatMap(([low, y, high]) => [low, high].map((end) => [end, y - 6, end, y + 6] as const));
  return drawPanel(context, {
    box,
    x: {
      domain: padded(Math.min(...ends), Math.max(...ends)),
      ticks: Math.max(2, Math.round(box.width / 75)),
    },
    y: { domain: [box.height, 0], ticks: [], grid: false },
    marks: (make) => [
      make.segments(bars, { label: "interval", color: theme.x, lineWidth: 2 }),
      make.segments(caps, { label: "interval end", color: theme.x, lineWidth: 2 }),
      make.dots(
        rows.map((row, i) => [row.value, middles[i]!] as const),
        { label: "estimate", color: theme.x, shape: "circle", radius: 3 },
      ),
    ],
  });
}

function referenceMark(
  { width, theme }: FigureContext,
  { label, box, x }: { readonly label: string; readonly box: Box; readonly x: number },
): string {
  const lines = wrapText(label, width - 2 * edge, labelSize, 1);
  const centre = centreWithin(x, textWidth(lines[0]!, labelSize), [edge, width - edge]);
  const ends = { x1: x, x2: x, y1: box.top - 6, y2: box.top + box.height };
  return (
    tag("line", { ...ends, stroke: theme.ink, "stroke-width": 1.25, "stroke-dasharray": "4,3" }) +
    textLines(lines, centre, box.top - 16, { anchor: "middle", full: label })
  );
}

function valueText({ value, lower, upper }: IntervalRow): string {
  return `${formatNumber(value)} [${formatNumber(lower)}, ${formatNumber(upper)}]`;
}

// Room around the marks; a single point gets a neighbourhood of its own size.
function padded(low: number, high: number): readonly [number, number] {
  const pad = high > low ? 0.05 * (high - low) : Math.max(Math.abs(low), 1e-3) / 2;
  return [low - pad, high + pad];
}
