// The rows of the cosine histogram: their statistics, and how they are set above one another.

import type { CosineHistogramData, PerPairKind } from "./cosine-histogram-figure.ts";
import { edge, type FigureContext, type FigureLayout, labelSize, smallSize } from "./figure.ts";
import { formatCosine, formatCount } from "./format.ts";
import type { ModalityNames } from "./modality-names.ts";
import { type Box, drawPanel, type Panel, type Point } from "./panel.ts";
import { lineHeight, tag, textLines } from "./svg.ts";
import { centreWithin, textWidth, widest, wrapText } from "./text.ts";

/** One series, ready to be drawn. */
export interface HistogramRow {
  /** Its name, in parts that begin a line each. */
  readonly label: readonly string[];
  readonly color: string;
  /** The upper outline of the densities over the occupied bins. */
  readonly outline: readonly Point[];
  readonly peak: number;
  readonly mean: number;
  readonly meanIsExact: boolean;
  /** 5 % quantile. */
  readonly low: number;
  /** 95 % quantile. */
  readonly high: number;
  readonly pairs: number;
}

const rowHeight = 60;
// Below each row: the bar of its central 90 %.
const stripHeight = 20;

/** The four series in the order drawn. */
export function histogramRows(
  { theme }: FigureContext,
  data: CosineHistogramData,
  { x, y }: ModalityNames,
): readonly HistogramRow[] {
  return [
    histogramRow(data, "matched", { label: ["matched pairs,", `${x} – ${y}`], color: theme.matched }),
    histogramRow(data, "unmatched", { label: ["unmatched pairs,", `${x} – ${y}`], color: theme.unmatched }),
    histogramRow(data, "withinX", { label: [`within ${x}`], color: theme.x }),
    histogramRow(data, "withinY", { label: [`within ${y}`], color: theme.y }),
  ];
}

/** Mean and number of pairs of a row, in words. */
export function sideNote({ mean, meanIsExact, pairs }: HistogramRow): readonly string[] {
  return [
    `mean ${meanIsExact ? "" : "≈ "}${formatCosine(mean)}`,
    `${formatCount(pairs)} pair${pairs === 1 ? "" : "s"}`,
  ];
}

/** Sets the rows above one another over a common axis. */
export function rowsLayout(
  context: FigureContext,
  rows: readonly HistogramRow[],
  densityScale: "shared" | "own",
): FigureLayout {
  const { theme, width } = context;
  const room = Math.max(84, 0.24 * width);
  const labels = rows.map((row) => row.label.flatMap((part) => wrapText(part, room, labelSize, 3)));
  const notes = rows.map(sideNote);
  const left = edge + widest(labels.flat(), labelSize) + 50;
  const column = { left, top: 36, width: width - left - widest(notes.flat(), smallSize) - 18, height: rowHeight };
  const at = (i: number): Box => ({ ...column, top: column.top + i * (rowHeight + stripHeight) });
  const bottom = at(rows.length).top;
  const domain = commonDomain(rows);
  const shared = Math.max(...rows.map((row) => row.peak));
  const panels = rows.map((row, i) =>
    drawRow(context, row, { box: at(i), domain, peak: densityScale === "shared" ? shared : row.peak }),
  );
  const axis = drawPanel(context, {
    box: { ...at(0), height: bottom - column.top },
    x: { domain, ticks: Math.max(2, Math.round(column.width / 75)) },
    y: { domain: [0, 1], ticks: [], grid: false },
    marks: () => [],
  });
  const note = wrapText("Dot: mean. Bar: central 90 % of the cosines.", width - 2 * edge, smallSize, 2);
  const noteHeight = note.length * smallSize * lineHeight;
  const middle = left + column.width / 2;
  const body = [
    axis.markup,
    textLines(["Density"], left - 46, column.top - 20, { size: smallSize }),
    ...panels.map((panel) => panel.markup),
    guide(context, axis.x(rows[0]!.mean), { ...column, height: bottom - column.top }),
    ...labels.map((lines, i) => textLines(lines, edge, at(i).top + rowHeight / 2, { full: rows[i]!.label.join(" ") })),
    ...notes.map((lines, i) =>
      textLines(lines, left + column.width + 10, at(i).top + rowHeight / 2, { size: smallSize, fill: theme.muted }),
    ),
    textLines(["Cosine similarity"], middle, bottom + 32, { anchor: "middle" }),
    textLines(note, width / 2, bottom + 48 + noteHeight / 2, { anchor: "middle", size: smallSize, fill: theme.muted }),
  ];
  return { height: bottom + 48 + noteHeight + edge, body };
}

// The dashed line through all rows, its label kept clear of "Density".
function guide({ theme }: FigureContext, x: number, { left, top, width, height }: Box): string {
  const label = "mean of matched pairs";
  const size = textWidth(label, smallSize);
  const centre = centreWithin(x, size, [left + 14, Math.max(left + 14 + size, left + width)]);
  const ends = { x1: x, x2: x, y1: top - 12, y2: top + height };
  return (
    tag("line", { ...ends, stroke: theme.ink, "stroke-dasharray": "4,3" }) +
    textLines([label], centre, top - 20, { anchor: "middle", size: smallSize })
  );
}

function drawRow(
  context: FigureContext,
  row: HistogramRow,
  place: { readonly box: Box; readonly domain: readonly [number, number]; readonly peak: number },
): Panel {
  const { box, domain, peak } = place;
  const { color, outline } = row;
  const label = row.label.join(" ");
  const panel = drawPanel(context, {
    box,
    x: { domain, ticks: [], grid: false },
    y: { domain: [0, peak], ticks: 2 },
    marks: (make) => [
      make.area(
        outline.map(([x, y]) => [x, 0, y] as const),
        { label: `${label}: density`, color, opacity: 0.3 },
      ),
      make.line(outline, { label: `${label}: outline`, color }),
    ],
  });
  const y = box.top + box.height + 8;
  const span = { x1: panel.x(row.low), x2: panel.x(row.high), y1: y, y2: y };
  const bar = tag("line", { ...span, stroke: color, "stroke-width": 3 });
  const ring = { stroke: context.theme.background, "stroke-width": 1.5 };
  const dot = tag("circle", { cx: panel.x(row.mean), cy: y, r: 4.5, fill: color, ...ring });
  return { ...panel, markup: panel.markup + bar + dot };
}

function histogramRow(
  { edges, counts, means }: CosineHistogramData,
  kind: keyof PerPairKind<unknown>,
  look: { readonly label: readonly string[]; readonly color: string },
): HistogramRow {
  const list = counts[kind];
  const pairs = sum(list);
  const [first, last] = occupied(counts);
  const densities = list.map((count, b) => count / pairs / (edges[b + 1]! - edges[b]!)).slice(first, last);
  const centres = sum(list.map((count, b) => (count / pairs) * (edges[b]! / 2 + edges[b + 1]! / 2)));
  return {
    ...look,
    outline: densities.flatMap((d, i): readonly Point[] => [
      [edges[first + i]!, d],
      [edges[first + i + 1]!, d],
    ]),
    peak: Math.max(...densities),
    mean: means?.[kind] ?? centres,
    meanIsExact: means !== undefined,
    low: binnedQuantile(edges, list, 0.05),
    high: binnedQuantile(edges, list, 0.95),
    pairs,
  };
}

// The bins from the first to the last that any series occupies.
function occupied(counts: PerPairKind<readonly number[]>): readonly [number, number] {
  const used = counts.matched.map((_, b) => Object.values(counts).some((list: readonly number[]) => list[b]! > 0));
  return [used.indexOf(true), used.lastIndexOf(true) + 1];
}

function commonDomain(rows: readonly HistogramRow[]): readonly [number, number] {
  const ends = rows.flatMap(({ outline, mean }) => [outline[0]![0], outline.at(-1)![0], mean]);
  return [Math.min(...ends), Math.max(...ends)];
}

function binnedQuantile(edges: readonly number[], counts: readonly number[], share: number): number {
  const target = share * sum(counts);
  let before = 0;
  let upper = edges[0]!;
  for (const [b, count] of counts.entries()) {
    if (count === 0) continue;
    upper = edges[b + 1]!;
    if (before + count >= target) return edges[b]! + ((target - before) / count) * (upper - edges[b]!);
    before += count;
  }
  return upper;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
