import { extent } from "./chart-axis.ts";
import { assertLabel, assertList, assertRange, assertRecord, fail } from "./check-data.ts";
import { mixColors, rampBar, rampHeight } from "./color-ramp.ts";
import {
  edge,
  type FigureContext,
  type FigureLayout,
  type FigureOptions,
  figureContext,
  figureMarkup,
  smallSize,
} from "./figure.ts";
import { formatNumber, formatPercent } from "./format.ts";
import { jointMap } from "./joint-map.ts";
import { keyRow } from "./key.ts";
import { assertModalityNames, labelNames, type ModalityNames } from "./modality-names.ts";
import { polarDensities } from "./polar-densities.ts";
import { shiftDensity } from "./shift-density.ts";
import { lineHeight, textLines } from "./svg.ts";
import { wrapText } from "./text.ts";

/** Counts of angles from −π to π in equal bins; the histograms of a result of E3 of the experiments package have this form. */
export interface AngleHistograms {
  /** Angles of the first modality. */
  readonly x: readonly number[];
  /** Angles of the second one. */
  readonly y: readonly number[];
  /** Angle of y less that of x, wrapped. */
  readonly shift: readonly number[];
  /** Pairs in n × n bins, those of x in rows, row after row. */
  readonly joint: readonly number[];
}

/** One run, or several joined. */
export interface AngleSetting {
  readonly label: string;
  readonly histograms: AngleHistograms;
  /** Shift of the data themselves, in bins of its own. @defaultValue not drawn */
  readonly dataShift?: readonly number[] | undefined;
}

/** Angles of partners in several settings. */
export interface JointAngleData {
  readonly names: ModalityNames;
  readonly settings: readonly AngleSetting[];
}

const where = "jointAngleFigure";
const columnGap = 26;

/**
 * Draws the angles of partners: their joint density on the torus, the density of either modality around the circle, and that of their difference.
 *
 * Math:     shades by the logarithm of the density, bins without a pair blank; radii by the root of the density, so that areas are masses.
 * Limits:   independent uniform angles → one shade, two circles, a flat difference;  y = x → the diagonal, equal outlines, a peak at 0.
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_OPTION.
 * Source: arXiv:2601.19597 (the experiment on the circle).
 */
export function jointAngleFigure(data: JointAngleData, options: FigureOptions): string {
  const context = figureContext(where, options, "nce-joint-angle");
  checkData(data);
  return figureMarkup(context, {
    ...layout(context, { ...data, names: labelNames(context, data.names) }),
    title: `Angles of ${data.names.x} and ${data.names.y}`,
    description: data.settings.map(inWords).join(" "),
  });
}

function checkData(data: JointAngleData): void {
  assertRecord(where, "data", data);
  assertModalityNames(where, data.names);
  assertList(where, "settings", data.settings);
  for (const [s, setting] of data.settings.entries()) {
    const name = `settings[${s}]`;
    assertRecord(where, name, setting);
    assertLabel(where, `${name}.label`, setting.label);
    assertRecord(where, `${name}.histograms`, setting.histograms);
    for (const key of ["x", "y", "shift", "joint"] as const) {
      assertCounts(`${name}.histograms.${key}`, setting.histograms[key]);
    }
    const { length } = setting.histograms.joint;
    if (!Number.isInteger(Math.sqrt(length))) {
      fail("E_SHAPE", where, `${name}.histograms.joint`, "an array of n² counts", `length ${length}`);
    }
    if (setting.dataShift !== undefined) assertCounts(`${name}.dataShift`, setting.dataShift);
  }
}

function assertCounts(name: string, counts: readonly number[]): void {
  assertList(where, name, counts, 4);
  assertRange(where, name, counts, [0, Number.POSITIVE_INFINITY]);
  if (counts.some((count) => count > 0)) return;
  fail("E_OPTION", where, name, "counts with at least one above 0", "zeros alone");
}

function layout(context: FigureContext, data: JointAngleData): FigureLayout {
  const { width, theme } = context;
  const { names, settings } = data;
  const columns = width < 600 ? 1 : 3;
  const cell = (width - 2 * edge - (columns - 1) * columnGap) / columns;
  const size = Math.min(300, cell);
  const shades = extent(
    settings.flatMap(({ histograms: { joint } }) => densitiesOf(joint)).filter((value) => value > 0),
  );
  const colors = Array.from({ length: 24 }, (_, i) => mixColors(theme.background, theme.x, 0.06 + (0.94 * i) / 23));
  const body: string[] = [];
  let top = edge;
  for (const setting of settings) {
    const head = wrapText(setting.label, width - 2 * edge, 13, 2);
    const headHeight = head.length * 13 * lineHeight;
    body.push(textLines(head, edge, top + headHeight / 2, { size: 13, weight: 600, full: setting.label }));
    top += headHeight + 8;
    const { histograms, dataShift } = setting;
    const pictures = [
      jointMap(context, { joint: histograms.joint, ends: shades, colors, names }, size),
      polarDensities(context, { x: histograms.x, y: histograms.y }, size),
      shiftDensity(context, { shift: histograms.shift, dataShift, names }, size),
    ];
    for (let first = 0; first < pictures.length; first += columns) {
      const row = pictures.slice(first, first + columns);
      body.push(...row.map(({ draw }, i) => draw(edge + i * (cell + columnGap), top)));
      top += Math.max(...row.map(({ height }) => height)) + 14;
    }
  }
  const foot = explanation(context, data, { colors, shades, top });
  return { height: foot.bottom + edge, body: [...body, foot.markup] };
}

/** The shades, the lines and the radii explained. */
function explanation(
  context: FigureContext,
  data: JointAngleData,
  {
    colors,
    shades,
    top,
  }: { readonly colors: readonly string[]; readonly shades: readonly [number, number]; readonly top: number },
): { readonly markup: string; readonly bottom: number } {
  const { width, theme } = context;
  const ends = [formatNumber(shades[0]), `${formatNumber(shades[1])} × uniform`] as const;
  const rampWidth = Math.min(260, width - 2 * edge);
  const ramp = { colors, label: "joint density, log scale", ends, outline: theme.muted };
  const isBeside = width >= 600;
  const keyTop = isBeside ? top : top + rampHeight + 8;
  const keyLeft = isBeside ? edge + rampWidth + 32 : edge;
  const key = keyRow(keyEntries(context, data), { left: keyLeft, top: keyTop, width: width - edge - keyLeft });
  const bottom = Math.max(top + rampHeight, keyTop + key.height) + 8;
  const note = wrapText(noteText, width - 2 * edge, smallSize, 4);
  const noteHeight = note.length * smallSize * lineHeight;
  const markup = [
    rampBar(ramp, { left: edge, top, width: rampWidth }),
    key.markup,
    textLines(note, edge, bottom + noteHeight / 2, { size: smallSize, fill: theme.muted }),
  ].join("");
  return { markup, bottom: bottom + noteHeight };
}

const noteText =
  "Around the circle: radius by the root of the density, so that areas are masses; dotted, the uniform density. In the maps blank bins hold no pair. Angles are in radians.";

function keyEntries({ theme }: FigureContext, { names, settings }: JointAngleData) {
  const line = { width: 2 };
  const shift = { label: "difference", sample: { color: theme.matched, line } };
  const base = [
    { label: names.x, sample: { color: theme.x, line } },
    { label: names.y, sample: { color: theme.y, line: { width: 2, dash: "7,3" } } },
    shift,
  ];
  if (settings.every(({ dataShift }) => dataShift === undefined)) return base;
  return [
    ...base,
    { label: "difference in the data", sample: { color: theme.ink, line: { width: 1.25, dash: "3,3" } } },
  ];
}

/** In units of the uniform density. */
function densitiesOf(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (count * counts.length) / total);
}

function inWords({ label, histograms: { x, y, shift, joint } }: AngleSetting): string {
  const total = shift.reduce((sum, count) => sum + count, 0);
  const near = shift.reduce((sum, count, i) => {
    const middle = ((i + 0.5) / shift.length) * 2 - 1;
    return Math.abs(middle) < 0.125 ? sum + count : sum;
  }, 0);
  const peaks = [x, y, joint].map((counts) => formatNumber(extent(densitiesOf(counts))[1]));
  return `${label}: greatest density ${peaks[0]} and ${peaks[1]} of the two modalities, ${peaks[2]} of both, in units of the uniform one; ${formatPercent(near / total)} of the differences lie within π/8 of 0.`;
}
