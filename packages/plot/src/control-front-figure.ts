import { assertFiniteNumber, assertLabel, assertList, assertRecord, fail } from "./check-data.ts";
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
import { formatNumber } from "./format.ts";
import { type KeyEntry, type KeySample, keyRow } from "./key.ts";
import { type Box, drawPanel, type Panel, type Segment } from "./panel.ts";
import { placeTags } from "./place-tags.ts";
import { lineHeight, tag, textLines } from "./svg.ts";
import { wrapText } from "./text.ts";

/** A number with its interval. */
export interface ControlAxisValue {
  readonly value: number;
  readonly lower: number;
  /** ≥ `lower`. */
  readonly upper: number;
}

/** One control judged on held-out rows. */
export interface ControlPoint {
  readonly label: string;
  /** The smaller, the better. */
  readonly gap: ControlAxisValue;
  /** The larger, the better. */
  readonly retrieval: ControlAxisValue;
  /** Whether no other control beats it on both axes. */
  readonly onFront: boolean;
  /** The rows without a control. @defaultValue false */
  readonly isBaseline?: boolean | undefined;
}

/** Controls of the gap on two axes. */
export interface ControlFrontData {
  /** At most 26. */
  readonly points: readonly ControlPoint[];
  /** Name and unit of the gap, e.g. "Centroid gap (chord)". */
  readonly gapLabel: string;
  /** Name of the retrieval, e.g. "Mean recall at 1". */
  readonly retrievalLabel: string;
  /** What the intervals are, e.g. "95 % interval over held-out items". */
  readonly intervalLabel: string;
}

/** Tags are single letters. */
const mostPoints = 26;
const tagSize = { width: 13, height: 14 };

/**
 * Draws controls of the gap as points, retrieval against gap with an interval either way, and joins those that no other one beats.
 *
 * Limits: one control → a point alone; equal controls → equal points with a letter each; none on the front → no word on which is better.
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_OPTION.
 */
export function controlFrontFigure(data: ControlFrontData, options: FigureOptions): string {
  const where = "controlFrontFigure";
  const context = figureContext(where, options, "nce-control-front");
  checkData(where, data);
  const { points, gapLabel, retrievalLabel } = data;
  const words = points.map(
    ({ label, gap, retrieval, onFront }) =>
      `${label}: ${inWords(gap)}, ${inWords(retrieval)}${onFront ? ", on the front" : ""}`,
  );
  return figureMarkup(context, {
    ...layout(context, data),
    title: `${retrievalLabel} against ${gapLabel}`,
    description: `${gapLabel}, then ${retrievalLabel}, of ${points.length} controls. ${words.join("; ")}.`,
  });
}

function checkData(where: string, data: ControlFrontData): void {
  assertRecord(where, "data", data);
  assertList(where, "points", data.points);
  for (const name of ["gapLabel", "retrievalLabel", "intervalLabel"] as const) assertLabel(where, name, data[name]);
  if (data.points.length > mostPoints) {
    fail("E_OPTION", where, "points", `at most ${mostPoints} points`, String(data.points.length));
  }
  for (const [i, point] of data.points.entries()) {
    const argument = `points[${i}]`;
    assertRecord(where, argument, point);
    assertLabel(where, `${argument}.label`, point.label);
    for (const axis of ["gap", "retrieval"] as const) {
      assertRecord(where, `${argument}.${axis}`, point[axis]);
      const { value, lower, upper } = point[axis];
      for (const [name, number] of Object.entries({ value, lower, upper })) {
        assertFiniteNumber(where, `${argument}.${axis}.${name}`, number);
      }
      if (lower <= upper) continue;
      fail("E_OPTION", where, `${argument}.${axis}.lower`, "at most the upper end", `${lower} above ${upper}`);
    }
  }
}

function layout(context: FigureContext, data: ControlFrontData): FigureLayout {
  const { width, theme } = context;
  const head = wrapText(data.retrievalLabel, width - 12 - edge, labelSize, 3);
  const headHeight = head.length * labelSize * lineHeight;
  const box = {
    left: 58,
    top: edge + headHeight + 17,
    width: width - 58 - 24,
    height: Math.min(380, Math.max(230, 0.5 * width)),
  };
  const panel = drawPoints(context, data, box);
  const foot = wrapText(data.gapLabel, box.width, labelSize, 3);
  const footHeight = foot.length * labelSize * lineHeight;
  const axisEnd = box.top + box.height + 26 + footHeight;
  const note = wrapText(noteOf(data), width - 2 * edge, smallSize, 4);
  const noteHeight = note.length * smallSize * lineHeight;
  const key = keyColumns(keyEntries(context, data), { top: axisEnd + noteHeight + 14, width });
  const body = [
    textLines(head, 12, edge + headHeight / 2),
    panel.markup,
    tagsOf(context, data, { box, panel }),
    textLines(foot, box.left + box.width / 2, axisEnd - footHeight / 2, { anchor: "middle" }),
    textLines(note, width / 2, axisEnd + 6 + noteHeight / 2, { anchor: "middle", size: smallSize, fill: theme.muted }),
    key.markup,
  ];
  return { height: axisEnd + noteHeight + 14 + key.height + edge, body };
}

function drawPoints(context: FigureContext, { points }: ControlFrontData, box: Box): Panel {
  const { theme } = context;
  const across = points.map(({ gap, retrieval }): Segment => [gap.lower, retrieval.value, gap.upper, retrieval.value]);
  const up = points.map(({ gap, retrieval }): Segment => [gap.value, retrieval.lower, gap.value, retrieval.upper]);
  const front = points
    .filter(({ onFront }) => onFront)
    .map(({ gap, retrieval }) => [gap.value, retrieval.value] as const)
    .sort(([a, c], [b, d]) => a - b || c - d);
  return drawPanel(context, {
    box,
    x: { domain: domainOf(points.map(({ gap }) => gap)), ticks: Math.max(2, Math.round(box.width / 90)) },
    y: { domain: domainOf(points.map(({ retrieval }) => retrieval)), ticks: Math.max(2, Math.round(box.height / 60)) },
    marks: (make) => [
      make.segments([...across, ...up], { label: "interval", color: theme.muted, lineWidth: 1, opacity: 0.55 }),
      make.line(front, { label: "front", color: theme.x, lineWidth: 1.5, dash: "5,4" }),
      ...points
        .toSorted((a, b) => drawnAt(a) - drawnAt(b))
        .map((point) => {
          const { color, marker } = lookOf(context, point);
          const at = [[point.gap.value, point.retrieval.value] as const];
          return make.dots(at, { label: point.label, color, ...marker! });
        }),
    ],
  });
}

/** What is on the front lies above the rest where points coincide. */
function drawnAt({ onFront, isBaseline = false }: ControlPoint): number {
  return (onFront ? 2 : 0) + (isBaseline ? 1 : 0);
}

/** Baselines are diamonds, controls circles; what is on the front is solid. */
function lookOf({ theme }: FigureContext, { onFront, isBaseline = false }: ControlPoint): KeySample {
  const color = isBaseline ? theme.y : onFront ? theme.x : theme.unmatched;
  const inside = onFront ? color : theme.background;
  return { color, marker: { shape: isBaseline ? "diamond" : "circle", radius: isBaseline ? 5.5 : 4.5, inside } };
}

function tagsOf(
  { theme }: FigureContext,
  { points }: ControlFrontData,
  { box, panel }: { readonly box: Box; readonly panel: Panel },
): string {
  const at = points.map(({ gap, retrieval }) => [panel.x(gap.value), panel.y(retrieval.value)] as const);
  const places = placeTags(
    at,
    points.map(() => tagSize),
    box,
  );
  const parts = places.map(([x, y], i) => {
    const [px, py] = at[i]!;
    const away = Math.hypot(x - px, y - py);
    // From a tag that stands apart a line leads to its point.
    const reach = (away - 8) / away;
    const leader =
      away > 24
        ? tag("line", {
            x1: px,
            y1: py,
            x2: px + (x - px) * reach,
            y2: py + (y - py) * reach,
            stroke: theme.muted,
            "stroke-width": 0.75,
          })
        : "";
    return leader + textLines([letterOf(i)], x, y, { anchor: "middle", weight: 600, halo: theme.background });
  });
  return tag("g", { "aria-hidden": "true" }, ...parts);
}

function keyEntries(context: FigureContext, { points }: ControlFrontData): readonly KeyEntry[] {
  return points.map((point, i) => {
    const { gap, retrieval, label } = point;
    const numbers = `${formatNumber(gap.value)}, ${formatNumber(retrieval.value)}`;
    return { label: `${letterOf(i)}: ${label} (${numbers})`, sample: lookOf(context, point) };
  });
}

/** Entries in reading order, in as many columns as the sheet has room for. */
function keyColumns(
  entries: readonly KeyEntry[],
  { top, width }: { readonly top: number; readonly width: number },
): { readonly markup: string; readonly height: number } {
  const columns = Math.max(1, Math.floor((width - 2 * edge) / 330));
  const column = (width - 2 * edge) / columns;
  const parts: string[] = [];
  let y = top;
  for (let first = 0; first < entries.length; first += columns) {
    const row = entries.slice(first, first + columns).map((entry, at) => {
      return keyRow([entry], { left: edge + 4 + at * column, top: y, width: column - 18 });
    });
    parts.push(...row.map(({ markup }) => markup));
    y += Math.max(...row.map(({ height }) => height));
  }
  return { markup: parts.join(""), height: y - top };
}

function noteOf({ intervalLabel, points }: ControlFrontData): string {
  const judged = points.some(({ onFront }) => onFront);
  const front = " Solid and joined: no other one is better on both axes. Up and to the left is better.";
  return `Bars: ${intervalLabel}.${judged ? front : ""}`;
}

function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}

function inWords({ value, lower, upper }: ControlAxisValue): string {
  return `${formatNumber(value)} [${formatNumber(lower)}, ${formatNumber(upper)}]`;
}

// Room around the marks for their letters; a single point gets a neighbourhood of its own size.
function domainOf(values: readonly ControlAxisValue[]): readonly [number, number] {
  const ends = values.flatMap(({ value, lower, upper }) => [value, lower, upper]);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const pad = high > low ? 0.06 * (high - low) : Math.max(Math.abs(low), 1e-3) / 2;
  return [low - pad, high + pad];
}
