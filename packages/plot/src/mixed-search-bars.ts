// Mixed search at a single k: one stacked bar per direction.

import { edge, type FigureContext, type FigureLayout, labelSize } from "./figure.ts";
import { formatPercent, formatPercentTick } from "./format.ts";
import { keyRow } from "./key.ts";
import { type MixedSearchData, referenceLabel } from "./mixed-search-figure.ts";
import { type Box, drawPanel, type MarkMaker } from "./panel.ts";
import type { ShareInterval } from "./shares.ts";
import { lineHeight, tag, textLines } from "./svg.ts";
import { centreWithin, textWidth, widest, wrapText } from "./text.ts";

interface BarRow {
  readonly label: string;
  readonly color: string;
  readonly share: number;
  readonly interval: readonly [number, number] | undefined;
}

/** Lays out the bars over the whole width of the figure. */
export function mixedSearchBars(
  context: FigureContext,
  data: MixedSearchData & { readonly reference: number },
): FigureLayout {
  const { width, theme } = context;
  const rows = barRows(context, data);
  const labels = rows.map((row) => wrapText(row.label, Math.max(80, 0.22 * width), labelSize, 4));
  const values = rows.map(valueLines);
  const left = edge + widest(labels.flat(), labelSize) + 12;
  const right = widest(values.flat(), labelSize) + 24;
  const key = keyRow(
    [
      { label: "own modality", sample: { color: theme.ink, box: { inside: theme.ink } } },
      { label: "other modality", sample: { color: theme.ink, box: { inside: theme.background } } },
    ],
    { left, top: edge, width: width - left - edge },
  );
  const box = { left, top: edge + key.height + 34, width: width - left - right, height: 116 };
  const panel = drawPanel(context, {
    box,
    x: { domain: [0, 1], format: formatPercentTick, ticks: box.width < 260 ? [0, 0.5, 1] : 5 },
    y: { domain: [2, 0], ticks: [], grid: false },
    marks: (make) => rows.flatMap((row, i) => bar(context, make, { row, middle: i + 0.5 })),
  });
  const axisLines = wrapText(axisLabel(data), width - 2 * edge, labelSize, 3);
  const axisX = centreWithin(left + box.width / 2, widest(axisLines, labelSize), [edge, width - edge]);
  const axisHeight = axisLines.length * labelSize * lineHeight;
  const bottom = box.top + box.height;
  const body = [
    key.markup,
    panel.markup,
    referenceMark(context, { reference: data.reference, box, x: panel.x(data.reference) }),
    ...rows.map((row, i) => textLines(labels[i]!, edge, panel.y(i + 0.5), { full: row.label })),
    ...values.map((lines, i) => textLines(lines, left + box.width + 16, panel.y(i + 0.5))),
    textLines(axisLines, axisX, bottom + 26 + axisHeight / 2, { anchor: "middle" }),
  ];
  return { height: bottom + 26 + axisHeight + edge, body };
}

function barRows({ theme }: FigureContext, { names, x, y }: MixedSearchData): readonly BarRow[] {
  const ends = (interval: ShareInterval | undefined) =>
    interval === undefined ? undefined : ([interval.lower[0]!, interval.upper[0]!] as const);
  return [
    { label: `${names.x} queries`, color: theme.x, share: x.share[0]!, interval: ends(x.interval) },
    { label: `${names.y} queries`, color: theme.y, share: y.share[0]!, interval: ends(y.interval) },
  ];
}

// The own share is filled and the other one hollow; the interval runs below the bar, where nothing covers it.
function bar(
  { theme }: FigureContext,
  make: MarkMaker,
  { row, middle }: { readonly row: BarRow; readonly middle: number },
): readonly ReturnType<MarkMaker["area"]>[] {
  const { label, color, share, interval } = row;
  const part = (name: string, [from, to]: readonly [number, number], inside: string) =>
    make.rectangles([[from, middle - 0.3, to, middle + 0.3]], { label: `${label}: ${name}`, color, inside });
  const bars = [part("other", [share, 1], theme.background), part("own", [0, share], color)];
  if (interval === undefined) return bars;
  const [low, high] = interval;
  const y = middle + 0.4;
  const style = { label: `${label}: interval`, color: theme.ink };
  const caps = interval.map((end) => [end, y - 0.05, end, y + 0.05] as const);
  return [...bars, make.segments([[low, y, high, y], ...caps], style)];
}

function referenceMark(
  { width, theme }: FigureContext,
  { reference, box, x }: { readonly reference: number; readonly box: Box; readonly x: number },
): string {
  const ends = { x1: x, x2: x, y1: box.top - 6, y2: box.top + box.height };
  const label = referenceLabel(reference);
  const centre = centreWithin(x, textWidth(label, labelSize), [edge, width - edge]);
  return (
    tag("line", { ...ends, stroke: theme.background, "stroke-width": 3 }) +
    tag("line", { ...ends, stroke: theme.ink, "stroke-width": 1.5, "stroke-dasharray": "4,3" }) +
    textLines([label], centre, box.top - 16, { anchor: "middle" })
  );
}

function valueLines({ share, interval }: BarRow): readonly string[] {
  const own = `${formatPercent(share)} own`;
  return interval === undefined ? [own] : [own, `[${interval.map(formatPercent).join(", ")}]`];
}

function axisLabel({ ks, x, y, intervalLabel = "interval of the estimate" }: MixedSearchData): string {
  const label = `Share of the top ${ks[0]} of both modalities`;
  return x.interval === undefined && y.interval === undefined ? label : `${label}; thin bar: ${intervalLabel}`;
}
