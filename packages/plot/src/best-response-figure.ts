import { assertFinite, assertLength, assertList, assertRange, assertRecord, fail, shown } from "./check-data.ts";
import { mixColors, rampBar, rampHeight } from "./color-ramp.ts";
import {
  edge,
  type FigureContext,
  type FigureLayout,
  type FigureOptions,
  figureContext,
  figureMarkup,
  labelSize,
} from "./figure.ts";
import { formatNumber, formatTick } from "./format.ts";
import { massStrip } from "./mass-strip.ts";
import { assertModalityNames, labelNames, type ModalityNames } from "./modality-names.ts";
import { type Box, drawPanel, type MarkerShape, type PanelAxis, type Point } from "./panel.ts";
import { lineHeight, textLines } from "./svg.ts";
import { wrapText } from "./text.ts";

/** Two modalities after a step, in the form that `bestResponseDynamics` of the energy package records with `recordMasses`. */
export interface BestResponseFigureStep {
  readonly step: number;
  /** Free energy F^Sym of both. Unit: nats. */
  readonly objective: number;
  /** D_S of the two modalities. Unit: nats. */
  readonly symmetricKL: number;
  /** Mass in every cell, [n], of either modality; in (0, 1]. */
  readonly masses: readonly [readonly number[], readonly number[]];
}

/** How two modalities answered one another. */
export interface BestResponseFigureData {
  readonly names: ModalityNames;
  /** The start and the steps, in order. */
  readonly trajectory: readonly BestResponseFigureStep[];
  readonly status: "settled" | "cycle" | "maxSteps" | "aborted";
  /** Steps of the cycle, of a `cycle`. */
  readonly period?: number | undefined;
  /** Whether both end with every cell but one on the floor. @defaultValue not said */
  readonly atFloor?: boolean | undefined;
}

/** How many shades of mass are told apart. */
const shades = 12;

const panelGap = 30;

/**
 * Draws best-response dynamics: the mass of every cell against the step for both modalities, and below them the objective and D_S.
 *
 * Shades are of the logarithm of the mass, from the smallest one met to 1.
 * Limits: no step taken → one column;  one cell → one row.
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_OPTION.
 * Source: arXiv:2601.19597 (best response under a density floor).
 */
export function bestResponseFigure(data: BestResponseFigureData, options: FigureOptions): string {
  const where = "bestResponseFigure";
  const context = figureContext(where, options, "nce-best-response");
  checkData(where, data);
  return figureMarkup(context, {
    ...layout(context, { ...data, names: labelNames(context, data.names) }),
    title: `Best responses of ${data.names.x} and ${data.names.y}`,
    description: inWords(data),
  });
}

function checkData(where: string, data: BestResponseFigureData): void {
  assertRecord(where, "data", data);
  assertModalityNames(where, data.names);
  assertList(where, "trajectory", data.trajectory);
  const n = data.trajectory[0]?.masses?.[0]?.length ?? 0;
  for (const [i, step] of data.trajectory.entries()) checkStep(where, `trajectory[${i}]`, step, n);
  const stray = data.trajectory.findIndex(
    ({ step }, i) => !Number.isInteger(step) || (i > 0 && step !== data.trajectory[i - 1]!.step + 1),
  );
  if (stray >= 0)
    fail(
      "E_OPTION",
      where,
      `trajectory[${stray}].step`,
      "the whole number after the one before",
      shown(data.trajectory[stray]!.step),
    );
  if (!(data.status in outcomes)) {
    fail("E_OPTION", where, "status", `one of ${Object.keys(outcomes).join(", ")}`, shown(data.status));
  }
  if (data.status === "cycle" && !(Number.isInteger(data.period) && data.period! >= 2)) {
    fail("E_OPTION", where, "period", "a whole number ≥ 2 with the status `cycle`", shown(data.period));
  }
}

function checkStep(where: string, name: string, step: BestResponseFigureStep, n: number): void {
  assertRecord(where, name, step);
  assertFinite(where, `${name}.objective`, [step.objective]);
  assertRange(where, `${name}.symmetricKL`, [step.symmetricKL], [0, Number.POSITIVE_INFINITY]);
  assertLength(where, `${name}.masses`, step.masses, 2, "modality");
  for (const k of [0, 1] as const) {
    assertList(where, `${name}.masses[${k}]`, step.masses[k]);
    assertLength(where, `${name}.masses[${k}]`, step.masses[k], n, "cell");
    // Masses are sums of rounded numbers.
    assertRange(where, `${name}.masses[${k}]`, step.masses[k], [Number.MIN_VALUE, 1 + 1e-9]);
  }
}

const outcomes = {
  settled: "Settled",
  cycle: "Cycles",
  maxSteps: "Not settled",
  aborted: "Aborted",
} as const;

function layout(context: FigureContext, data: BestResponseFigureData): FigureLayout {
  const { width, theme } = context;
  const { trajectory, names } = data;
  const cells = trajectory[0]!.masses[0].length;
  const left = 62;
  const box = { left, width: width - left - 18 };
  const [first, last] = [trajectory[0]!.step, trajectory.at(-1)!.step];
  const steps: PanelAxis = { domain: [first - 0.5, last + 0.5], ticks: stepTicks(first, last, box.width), grid: false };
  const stripHeight = Math.max(48, Math.min(170, 12 * cells));
  const body: string[] = [];
  let top = edge;
  const head = (text: string): void => {
    const lines = wrapText(text, width - 12 - edge, labelSize, 2);
    const height = lines.length * labelSize * lineHeight;
    body.push(textLines(lines, 12, top + height / 2));
    top += height + 9;
  };
  const least = Math.min(...trajectory.flatMap(({ masses }) => masses.map((side) => Math.min(...side))));
  for (const k of [0, 1] as const) {
    const colors = rampOf(theme.background, k === 0 ? theme.x : theme.y);
    head(`${k === 0 ? names.x : names.y}: mass of each cell, one row per cell`);
    const masses = trajectory.map((step) => step.masses[k]);
    const place = { ...box, top, height: stripHeight };
    body.push(massStrip(context, { masses, first, least, colors, steps }, place));
    top += stripHeight + panelGap;
  }
  const bars = Math.min(170, (box.width - 24) / 2);
  for (const k of [0, 1] as const) {
    const colors = rampOf(theme.background, k === 0 ? theme.x : theme.y);
    const label = `${k === 0 ? names.x : names.y}: mass (log)`;
    const short = wrapText(label, bars, labelSize, 1)[0]!;
    const ends = [formatTick(Number(least.toPrecision(2))), "1"] as const;
    body.push(
      rampBar(
        { colors, label: short, ends, outline: theme.muted },
        { left: left + k * (bars + 24), top: top - 8, width: bars },
      ),
    );
  }
  top += rampHeight + 10;
  head("free energy of both (nats)");
  body.push(
    curve(
      context,
      { label: "objective", color: theme.ink, shape: "circle", points: pointsOf(trajectory, "objective") },
      { steps, box: { ...box, top, height: 110 } },
    ),
  );
  top += 110 + panelGap;
  head("symmetric KL divergence D_S (nats)");
  body.push(
    curve(
      context,
      {
        label: "D_S",
        color: theme.divergence,
        shape: "diamond",
        points: pointsOf(trajectory, "symmetricKL"),
        zero: true,
      },
      { steps, box: { ...box, top, height: 110 } },
    ),
  );
  top += 110 + 34;
  body.push(textLines(["step"], left + box.width / 2, top, { anchor: "middle" }));
  const note = wrapText(outcomeOf(data), width - 2 * edge, labelSize, 3);
  const noteHeight = note.length * labelSize * lineHeight;
  body.push(textLines(note, width / 2, top + 14 + noteHeight / 2, { anchor: "middle", fill: theme.muted }));
  return { height: top + 14 + noteHeight + edge, body };
}

interface Curve {
  readonly label: string;
  readonly color: string;
  readonly shape: MarkerShape;
  readonly points: readonly Point[];
  /** Whether the axis begins at 0. */
  readonly zero?: boolean;
}

function curve(
  context: FigureContext,
  { label, color, shape, points, zero = false }: Curve,
  { steps, box }: { readonly steps: PanelAxis; readonly box: Box },
): string {
  const values = points.map(([, value]) => value);
  const [low, high] = [zero ? 0 : Math.min(...values), Math.max(...values)];
  const pad = high > low ? 0.08 * (high - low) : Math.max(1, Math.abs(high)) * 0.1;
  const domain = [zero ? 0 : low - pad, high + pad] as const;
  const { markup } = drawPanel(context, {
    box,
    x: steps,
    y: { domain, ticks: 4 },
    marks: (make) => [
      make.line(points, { label: `${label}: curve`, color, lineWidth: 2 }),
      ...(points.length <= 40 ? [make.dots(points, { label: `${label}: points`, color, shape, radius: 3.2 })] : []),
    ],
  });
  return markup;
}

function pointsOf(trajectory: readonly BestResponseFigureStep[], key: "objective" | "symmetricKL"): readonly Point[] {
  return trajectory.map((step) => [step.step, step[key]]);
}

function rampOf(from: string, to: string): readonly string[] {
  return Array.from({ length: shades }, (_, i) => mixColors(from, to, 0.06 + (0.94 * i) / (shades - 1)));
}

/** Whole steps, at most one every 34 px. */
function stepTicks(first: number, last: number, width: number): readonly number[] {
  const most = Math.max(2, Math.floor(width / 34));
  const apart = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((step) => (last - first) / step < most) ?? last - first;
  const start = Math.ceil(first / apart) * apart;
  return Array.from({ length: Math.floor((last - start) / apart) + 1 }, (_, i) => start + i * apart);
}

function outcomeOf({ status, period, atFloor, trajectory }: BestResponseFigureData): string {
  const taken = trajectory.length - 1;
  const steps = `${taken} ${taken === 1 ? "step" : "steps"}`;
  const floor = atFloor === true ? "; every cell but one of each is on the floor" : "";
  if (status === "cycle") return `${outcomes.cycle} with period ${period}, found after ${steps}${floor}.`;
  return `${outcomes[status]} after ${steps}${floor}.`;
}

function inWords(data: BestResponseFigureData): string {
  const { names, trajectory } = data;
  const last = trajectory.at(-1)!;
  const fullest = (masses: readonly number[]): string => {
    const most = Math.max(...masses);
    return `${formatNumber(most)} in cell ${formatTick(masses.indexOf(most))}`;
  };
  const ends = `At the end ${names.x} has its largest mass ${fullest(last.masses[0])}, ${names.y} ${fullest(last.masses[1])}.`;
  return `${outcomeOf(data)} ${ends} Free energy ${formatNumber(trajectory[0]!.objective)} → ${formatNumber(last.objective)}, D_S ${formatNumber(trajectory[0]!.symmetricKL)} → ${formatNumber(last.symmetricKL)} nats.`;
}
