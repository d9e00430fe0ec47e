// Mass near the wells against temperature: an exact curve, and simulations with their errors.

import { type FigureContext, labelSize } from "./figure.ts";
import { formatPercentTick, formatTick } from "./format.ts";
import { type KeyEntry, keyRow } from "./key.ts";
import { logTicks } from "./log-ticks.ts";
import { type Box, drawPanel, type MarkerShape, type Point, type Segment } from "./panel.ts";
import { lineHeight, textLines } from "./svg.ts";
import { wrapText } from "./text.ts";

/** Masses at some temperatures. */
export interface MassSeries {
  /** Temperatures τ > 0, increasing. */
  readonly temperatures: readonly number[];
  /** Masses in [0, 1], one per temperature. */
  readonly masses: readonly number[];
}

/** Masses that were simulated. */
export interface SimulatedMasses extends MassSeries {
  readonly label: string;
  /** Standard error of each mass. @defaultValue none drawn */
  readonly standardErrors?: readonly number[] | undefined;
}

/** What the chart shows. */
export interface MassChart {
  readonly exact: MassSeries;
  readonly simulated: readonly SimulatedMasses[];
  readonly yLabel: string;
}

/** More than three simulations have no marks of their own. */
export const mostSimulations = 3;

/** Lays out the chart in a column: its key under it, all within `width`. Returns the markup and the lower end. */
export function massCurves(
  context: FigureContext,
  chart: MassChart,
  place: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
): { readonly markup: readonly string[]; readonly bottom: number } {
  const { left, top, width, height } = place;
  const head = wrapText(chart.yLabel, width, labelSize, 3);
  const headHeight = head.length * labelSize * lineHeight;
  const box = { left: left + 46, top: top + headHeight + 12, width: width - 46 - 8, height };
  const foot = box.top + height + 34;
  const key = keyRow(keyEntries(context, chart), { left: left + 8, top: foot + 16, width: width - 8 });
  const axis = wrapText("temperature τ (log scale)", width, labelSize, 1);
  const markup = [
    textLines(head, left, top + headHeight / 2),
    panel(context, chart, box),
    textLines(axis, box.left + box.width / 2, foot, { anchor: "middle" }),
    key.markup,
  ];
  return { markup, bottom: foot + 16 + key.height };
}

function panel(context: FigureContext, { exact, simulated }: MassChart, box: Box): string {
  const temperatures = [exact, ...simulated].flatMap((series) => series.temperatures).toSorted((a, b) => a - b);
  const [low, high] = [temperatures[0]!, temperatures.at(-1)!];
  const spread = low === high ? 2 : (high / low) ** 0.04;
  const domain = [low / spread, high * spread] as const;
  const preferred = simulated[0]?.temperatures ?? exact.temperatures;
  const ticks = logTicks(...domain, { preferred, width: box.width, size: 11 });
  const { markup } = drawPanel(context, {
    box,
    x: { type: "log", domain, ticks, format: formatTick },
    y: { domain: [0, 1], format: formatPercentTick },
    marks: (make) => [
      make.line(pointsOf(exact), { label: "exact", color: context.theme.ink, lineWidth: 1.75 }),
      ...simulated.flatMap((series, i) => {
        const { color, shape, inside } = look(context, i);
        const points = pointsOf(series);
        const marker = { label: series.label, color, shape, inside, radius: 4, lineWidth: 1.5 };
        return [
          make.segments(errorBars(series), { label: `${series.label}: errors`, color }),
          make.dots(points, marker),
        ];
      }),
    ],
  });
  return markup;
}

/** Bars of two standard errors either way, within the axis. */
function errorBars({ temperatures, masses, standardErrors = [] }: SimulatedMasses): readonly Segment[] {
  return standardErrors.map((error, i) => {
    const [x, y] = [temperatures[i]!, masses[i]!];
    return [x, Math.max(0, y - 2 * error), x, Math.min(1, y + 2 * error)];
  });
}

function pointsOf({ temperatures, masses }: MassSeries): readonly Point[] {
  return temperatures.map((temperature, i) => [temperature, masses[i]!]);
}

function keyEntries(context: FigureContext, { simulated }: MassChart): readonly KeyEntry[] {
  const exact = { label: "exact Gibbs law", sample: { color: context.theme.ink, line: { width: 1.75 } } };
  return [
    exact,
    ...simulated.map((series, i): KeyEntry => {
      const { color, shape, inside } = look(context, i);
      return { label: labelOf(series), sample: { color, marker: { shape, radius: 4, inside } } };
    }),
  ];
}

function labelOf({ label, standardErrors }: SimulatedMasses): string {
  return standardErrors === undefined ? label : `${label} (± 2 standard errors)`;
}

function look({ theme }: FigureContext, index: number): { color: string; shape: MarkerShape; inside: string } {
  const looks = [
    { color: theme.y, shape: "circle", inside: theme.y },
    { color: theme.x, shape: "triangle", inside: theme.background },
    { color: theme.matched, shape: "square", inside: theme.background },
  ] as const;
  return looks[index]!;
}
