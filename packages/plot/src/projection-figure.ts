import { assertLength, assertList, assertRange, assertRecord, fail, shown } from "./check-data.ts";
import { equalAspect } from "./equal-aspect.ts";
import {
  edge,
  type FigureContext,
  type FigureLayout,
  type FigureOptions,
  figureContext,
  figureMarkup,
} from "./figure.ts";
import { formatCount, formatNumber, formatPercent } from "./format.ts";
import { type KeyEntry, keyRow } from "./key.ts";
import { assertModalityNames, labelNames, type ModalityNames } from "./modality-names.ts";
import { type Box, type DotStyle, drawPanel, type Panel, type Point } from "./panel.ts";
import { tag, textLines } from "./svg.ts";

/** Two clouds of points in the plane of the first two principal components of their union. */
export interface ProjectionData {
  readonly names: ModalityNames;
  /** Coordinates of the first modality's rows, [n, 2]. */
  readonly x: readonly (readonly [number, number])[];
  /** Coordinates of the second modality's rows, [m, 2]. */
  readonly y: readonly (readonly [number, number])[];
  /** Shares of the union's variance along the two axes, in [0, 1]. */
  readonly varianceShares: readonly [number, number];
  /** Pairs to join by a line, as (row of x, row of y); at most 100. */
  readonly pairs?: readonly (readonly [number, number])[] | undefined;
}

/** Joining more pairs than this hides the clouds. */
const mostPairs = 100;

/**
 * Draws both modalities in the plane of two principal components, to equal scale, with their centroids.
 *
 * Shapes: x [n, 2], y [m, 2], n, m ≥ 1; one mark per row, so a sample of some thousand rows is plenty.
 * Limits: all points equal → one spot in the middle of the panel.
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_OPTION.
 */
export function projectionFigure(data: ProjectionData, options: FigureOptions): string {
  const where = "projectionFigure";
  const context = figureContext(where, options, "nce-projection");
  checkData(where, data);
  const { names, x, y, varianceShares } = data;
  const [a, b] = [centroid(x), centroid(y)];
  const distance = formatNumber(Math.hypot(a[0] - b[0], a[1] - b[1]));
  const counts = `${formatCount(x.length)} ${names.x} and ${formatCount(y.length)} ${names.y} points`;
  const shares = varianceShares.map(formatPercent).join(" and ");
  return figureMarkup(context, {
    ...cloudsLayout(context, { ...data, names: labelNames(context, names) }),
    title: `Principal components of ${names.x} and ${names.y}`,
    description: `${counts} on two axes with ${shares} of the variance; the projected centroids are ${distance} apart.`,
  });
}

function checkData(where: string, data: ProjectionData): void {
  assertRecord(where, "data", data);
  assertModalityNames(where, data.names);
  for (const cloud of ["x", "y"] as const) {
    assertList(where, cloud, data[cloud]);
    for (const [i, point] of data[cloud].entries()) {
      assertLength(where, `${cloud}[${i}]`, point, 2, "axis");
      assertRange(where, `${cloud}[${i}]`, point, [-Infinity, Infinity]);
    }
  }
  assertLength(where, "varianceShares", data.varianceShares, 2, "axis");
  assertRange(where, "varianceShares", data.varianceShares, [0, 1]);
  if (data.pairs !== undefined) checkPairs(where, data, data.pairs);
}

function checkPairs(where: string, { x, y }: ProjectionData, pairs: NonNullable<ProjectionData["pairs"]>): void {
  assertList(where, "pairs", pairs, 0);
  if (pairs.length > mostPairs) {
    fail("E_OPTION", where, "pairs", `at most ${mostPairs} pairs`, String(pairs.length), "Join a sample of them.");
  }
  for (const [i, pair] of pairs.entries()) {
    assertLength(where, `pairs[${i}]`, pair, 2, "modality");
    for (const [side, n] of [x.length, y.length].entries()) {
      const row = pair[side]!;
      if (Number.isInteger(row) && row >= 0 && row < n) continue;
      fail("E_SHAPE", where, `pairs[${i}][${side}]`, `a row index in [0, ${n})`, shown(row));
    }
  }
}

function cloudsLayout(context: FigureContext, data: ProjectionData): FigureLayout {
  const { width, theme } = context;
  const place = { left: 62, width: width - 62 - 20 };
  const key = keyRow(keyEntries(context, data), { left: place.left, top: edge, width: place.width });
  const fit = equalAspect([...data.x, ...data.y], place.width, [0.5 * place.width, 0.8 * place.width]);
  const box = { ...place, top: key.height + 44, height: fit.height };
  const panel = drawClouds(context, data, { box, x: fit.x, y: fit.y });
  const label = (axis: 0 | 1): string => `PC${axis + 1} (${formatPercent(data.varianceShares[axis])} of variance)`;
  const { left, ...size } = box;
  const frame = { x: left, y: size.top, width: size.width, height: size.height };
  const bottom = box.top + box.height;
  const body = [
    key.markup,
    textLines([label(1)], 12, box.top - 18),
    panel.markup,
    tag("rect", { ...frame, fill: "none", stroke: theme.muted }),
    textLines([label(0)], left + box.width / 2, bottom + 34, { anchor: "middle" }),
  ];
  return { height: bottom + 50, body };
}

function drawClouds(
  context: FigureContext,
  { names, x, y, pairs = [] }: ProjectionData,
  place: { readonly box: Box; readonly x: readonly [number, number]; readonly y: readonly [number, number] },
): Panel {
  const { theme } = context;
  const { box } = place;
  const radius = Math.max(x.length, y.length) > 400 ? 2 : 3;
  const lines = pairs.map(([i, j]) => [...x[i]!, ...y[j]!] as const);
  const centre = { label: "centroid", color: theme.ink, lineWidth: 1.75, radius: 6.5 };
  const styles: readonly [DotStyle, DotStyle] = [
    { label: names.x, color: theme.x, shape: "circle", opacity: 0.45, radius, lineWidth: 0.5 },
    { label: names.y, color: theme.y, shape: "triangle", inside: "none", radius, lineWidth: radius === 2 ? 0.75 : 1 },
  ];
  return drawPanel(context, {
    box,
    x: { domain: place.x, ticks: Math.max(2, Math.round(box.width / 90)) },
    y: { domain: place.y, ticks: Math.max(2, Math.round(box.height / 70)) },
    marks: (make) => [
      make.segments(lines, { label: "pairs", color: theme.muted, lineWidth: 0.75, opacity: 0.6 }),
      make.dots(x, styles[0]),
      make.dots(y, styles[1]),
      make.dots([centroid(x)], { ...centre, shape: "circle", inside: theme.x }),
      make.dots([centroid(y)], { ...centre, shape: "triangle", inside: theme.y }),
    ],
  });
}

function keyEntries({ theme }: FigureContext, { names, x, y, pairs = [] }: ProjectionData): readonly KeyEntry[] {
  const cloud = (name: string, n: number): string => `${name} (n = ${formatCount(n)})`;
  const big = { color: theme.ink };
  const entries: KeyEntry[] = [
    { label: cloud(names.x, x.length), sample: { color: theme.x, marker: { shape: "circle", radius: 4 } } },
    {
      label: cloud(names.y, y.length),
      sample: { color: theme.y, marker: { shape: "triangle", radius: 4, inside: "none" } },
    },
    { label: `${names.x} centroid`, sample: { ...big, marker: { shape: "circle", radius: 6, inside: theme.x } } },
    { label: `${names.y} centroid`, sample: { ...big, marker: { shape: "triangle", radius: 6, inside: theme.y } } },
  ];
  if (pairs.length === 0) return entries;
  return [...entries, { label: "matched pair", sample: { color: theme.muted, line: { width: 1 } } }];
}

function centroid(points: readonly (readonly [number, number])[]): Point {
  const mean = (axis: 0 | 1): number => points.reduce((total, point) => total + point[axis], 0) / points.length;
  return [mean(0), mean(1)];
}
