// The panels of the energy decomposition: which lollipops they hold, and how they are set side by side.

import type { EnergyLevel, EnergyTerms } from "./energy-decomposition-figure.ts";
import { edge, type FigureContext, type FigureLayout, labelSize, smallSize } from "./figure.ts";
import { formatNumber, formatTick } from "./format.ts";
import { type KeyEntry, keyRow } from "./key.ts";
import type { ModalityNames } from "./modality-names.ts";
import { type Box, drawPanel, type MarkerShape } from "./panel.ts";
import { stackedMiddles } from "./stacked-middles.ts";
import { lineHeight, textLines } from "./svg.ts";
import { centreWithin, textWidth, widest, wrapText } from "./text.ts";
import type { FigureTheme } from "./theme.ts";

/** Which form of the terms a value belongs to; `both` where it is the same in either. */
export type TermsForm = "both" | "all" | "leaveOneOut";

/** One value of a panel. */
export interface Lollipop {
  readonly key: keyof EnergyTerms;
  readonly form: TermsForm;
  readonly value: number;
}

/** The terms in the order drawn. */
export const termKeys: readonly (keyof EnergyTerms)[] = [
  "potential",
  "logPartitionXY",
  "logPartitionYX",
  "logPartitionXX",
  "logPartitionYY",
  "divergence",
  "infoNCE",
];

// The terms that exist in one form only.
const oneForm: ReadonlySet<keyof EnergyTerms> = new Set(["potential", "infoNCE"]);

const colors: Readonly<Record<keyof EnergyTerms, keyof FigureTheme>> = {
  potential: "matched",
  logPartitionXY: "unmatched",
  logPartitionYX: "unmatched",
  logPartitionXX: "x",
  logPartitionYY: "y",
  divergence: "divergence",
  infoNCE: "ink",
};

interface FormLook {
  readonly shape: MarkerShape;
  readonly hollow: boolean;
  readonly dash: string | undefined;
  readonly label: string;
}

const looks: Readonly<Record<TermsForm, FormLook>> = {
  both: { shape: "square", hollow: false, dash: undefined, label: "the same either way" },
  all: { shape: "circle", hollow: false, dash: undefined, label: "own term counted" },
  leaveOneOut: { shape: "diamond", hollow: true, dash: "4,2", label: "own term left out" },
};

const markerRadius = 4;
// From the middle of a marker to its printed value, in px.
const valueGap = 8;
// Narrower panels, in px, have no room for their values.
const narrowest = 145;
const panelGap = 26;
const panelHead = 30;
const panelFoot = 34;
const axisLabel = "Energy (nats; every panel has its own scale)";

/** What the terms are called. */
export function energyTermLabels({ x, y }: ModalityNames): Readonly<Record<keyof EnergyTerms, string>> {
  return {
    potential: "potential U/τ",
    logPartitionXY: `log Γ, ${x} against ${y}`,
    logPartitionYX: `log Γ, ${y} against ${x}`,
    logPartitionXX: `log Γ, ${x} against ${x}`,
    logPartitionYY: `log Γ, ${y} against ${y}`,
    divergence: "smoothed symmetric KL",
    infoNCE: "symmetric InfoNCE",
  };
}

/** The values to draw at one temperature: those that are the same in either form once, the others in every form given. */
export function lollipopsOf({ all, leaveOneOut }: EnergyLevel): readonly Lollipop[] {
  return termKeys.flatMap((key): readonly Lollipop[] => {
    const counted = all?.[key];
    const out = leaveOneOut?.[key];
    const same = counted === out || (oneForm.has(key) && (counted === undefined || out === undefined));
    if (same) return [{ key, form: "both", value: (counted ?? out)! }];
    const forms: readonly Lollipop[] = [
      { key, form: "all", value: counted ?? Number.NaN },
      { key, form: "leaveOneOut", value: out ?? Number.NaN },
    ];
    return forms.filter(({ value }) => Number.isFinite(value));
  });
}

/** Sets one panel per temperature in as many columns as fit. */
export function panelsLayout(
  context: FigureContext,
  levels: readonly EnergyLevel[],
  names: ModalityNames,
): FigureLayout {
  const { width } = context;
  const full = energyTermLabels(names);
  const labels = termKeys.map((key) => wrapText(full[key], Math.max(90, 0.2 * width), labelSize, 6));
  const charts = levels.map(lollipopsOf);
  const lanes = charts.some((chart) => chart.length > termKeys.length) ? 36 : 24;
  const { middles, total } = stackedMiddles(
    labels.map((lines) => Math.max(lanes, lines.length * labelSize * lineHeight + 8)),
  );
  const left = edge + widest(labels.flat(), labelSize) + 12;
  const room = width - left - 14;
  const columns = Math.max(1, Math.min(levels.length, Math.floor((room + panelGap) / (narrowest + panelGap))));
  const column = (room - (columns - 1) * panelGap) / columns;
  const keyLeft = columns === 1 ? edge : left;
  const key = keyRow(keyEntries(context, charts), { left: keyLeft, top: edge, width: width - keyLeft - edge });
  const first = edge + key.height + 6;
  const band = panelHead + total + panelFoot;
  const body = [key.markup];
  for (const [i, level] of levels.entries()) {
    const top = first + Math.floor(i / columns) * band + panelHead;
    const box = { left: left + (i % columns) * (column + panelGap), top, width: column, height: total };
    const title = `τ = ${formatTick(level.temperature)}`;
    if (i % columns === 0) {
      body.push(...labels.map((lines, r) => textLines(lines, edge, top + middles[r]!, { full: full[termKeys[r]!] })));
    }
    body.push(textLines([title], box.left + column / 2, top - 16, { anchor: "middle", weight: 600 }));
    body.push(drawLollipops(context, charts[i]!, { box, middles }));
  }
  const bottom = first + Math.ceil(levels.length / columns) * band;
  const centre = centreWithin(left + room / 2, textWidth(axisLabel, labelSize), [edge, width - edge]);
  body.push(textLines([axisLabel], centre, bottom + 8, { anchor: "middle" }));
  return { height: bottom + 24, body };
}

// The y axis is in px from the top of the box, downwards.
function drawLollipops(
  context: FigureContext,
  chart: readonly Lollipop[],
  { box, middles }: { readonly box: Box; readonly middles: readonly number[] },
): string {
  const { theme } = context;
  const lanes = chart.map(({ key, form }) => {
    const alone = chart.filter((other) => other.key === key).length === 1;
    return middles[termKeys.indexOf(key)]! + (alone ? 0 : form === "all" ? -8 : 8);
  });
  const values = chart.map(({ value }) => value);
  const panel = drawPanel(context, {
    box,
    x: { domain: domainWithRoom(values, box.width), ticks: Math.min(6, Math.max(2, Math.round(box.width / 45))) },
    y: { domain: [box.height, 0], ticks: [], grid: false },
    marks: (make) => [
      make.segments([[0, 0, 0, box.height]], { label: "zero", color: theme.ink, lineWidth: 1 }),
      ...chart.flatMap(({ key, form, value }, i) => {
        const { shape, hollow, dash } = looks[form];
        const style = { label: `${key} ${form}`, color: theme[colors[key]] };
        const inside = hollow ? theme.background : undefined;
        return [
          make.segments([[0, lanes[i]!, value, lanes[i]!]], { ...style, lineWidth: 2.5, dash }),
          make.dots([[value, lanes[i]!]], { ...style, shape, radius: markerRadius, inside }),
        ];
      }),
    ],
  });
  const texts = values.map((value, i) => {
    const side = value < 0 ? -1 : 1;
    const anchor = value < 0 ? "end" : "start";
    const style = { anchor, size: smallSize, halo: theme.background } as const;
    return textLines([formatNumber(value)], panel.x(value) + side * valueGap, box.top + lanes[i]!, style);
  });
  return panel.markup + texts.join("");
}

// A domain around 0 and the values that leaves room for the printed values at either end of a panel of `width` px.
function domainWithRoom(values: readonly number[], width: number): readonly [number, number] {
  const room = (list: readonly number[]): number =>
    list.reduce((most, value) => Math.max(most, textWidth(formatNumber(value), smallSize) + valueGap + 2), 6);
  const before = room(values.filter((value) => value < 0));
  const after = room(values.filter((value) => value >= 0));
  const low = Math.min(0, ...values);
  // All terms 0: an axis of length 1.
  const high = low === 0 ? Math.max(...values) || 1 : Math.max(0, ...values);
  const unit = (high - low) / (width - before - after);
  return [low - before * unit, high + after * unit];
}

function keyEntries({ theme }: FigureContext, charts: readonly (readonly Lollipop[])[]): readonly KeyEntry[] {
  const used = new Set(charts.flat().map(({ form }) => form));
  return (["all", "leaveOneOut", "both"] as const)
    .filter((form) => used.has(form))
    .map((form) => {
      const { shape, hollow, label } = looks[form];
      const marker = { shape, radius: markerRadius, inside: hollow ? theme.background : undefined };
      return { label, sample: { color: theme.ink, marker } };
    });
}
