import { assertLabel, assertRecord } from "./check-data.ts";
import { type Curve, curveChart, directionLooks, niceShareTop, referenceLook } from "./curve-chart.ts";
import { type FigureContext, type FigureOptions, figureContext, figureMarkup } from "./figure.ts";
import { formatPercent } from "./format.ts";
import { assertModalityNames, labelNames, type ModalityNames } from "./modality-names.ts";
import { assertKs, assertShareInterval, assertShares, type ShareInterval } from "./shares.ts";

/** Recall of one direction of retrieval, one element per k. */
export interface RetrievalDirection {
  /** Share of the queries with a match among their top k, in [0, 1]. */
  readonly recall: readonly number[];
  /** Interval of each recall. */
  readonly interval?: ShareInterval | undefined;
  /** Recall of a random ranking: min(1, k/N) for one match among N candidates. */
  readonly chance: readonly number[];
}

/** Recall at k in both directions. */
export interface RetrievalCurveData {
  readonly names: ModalityNames;
  /** Numbers of results looked at, whole, ≥ 1, increasing. */
  readonly ks: readonly number[];
  /** Queries from the first modality, candidates from the second. */
  readonly xToY: RetrievalDirection;
  /** Queries from the second modality, candidates from the first. */
  readonly yToX: RetrievalDirection;
  /** What the intervals are, e.g. "95 % bootstrap interval". @defaultValue "interval of the estimate" */
  readonly intervalLabel?: string | undefined;
}

/**
 * Draws recall@k against k on a logarithmic axis: both directions with their intervals, and what chance gives.
 *
 * The recall axis begins at 0 and ends at 100 %, or lower where nothing reaches one half.
 * Limits: one k → points with interval bars; chance equal in both directions → one chance line.
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_OPTION.
 */
export function retrievalCurveFigure(data: RetrievalCurveData, options: FigureOptions): string {
  const where = "retrievalCurveFigure";
  const context = figureContext(where, options, "nce-retrieval-curve");
  checkData(where, data);
  const { ks, names, xToY, yToX, intervalLabel } = data;
  const all = [xToY, yToX].flatMap((direction) => [
    ...direction.recall,
    ...direction.chance,
    ...(direction.interval?.upper ?? []),
  ]);
  const short = { ...data, names: labelNames(context, names) };
  const layout = curveChart(context, {
    ks,
    curves: [...chanceCurves(context, short), ...recallCurves(context, short)],
    yLabel: "Recall at k",
    intervalLabel,
    top: niceShareTop(Math.max(...all)),
  });
  return figureMarkup(context, {
    ...layout,
    title: `Recall at k, ${names.x} → ${names.y} and ${names.y} → ${names.x}`,
    description: `${inWords(`${names.x} → ${names.y}`, ks, xToY)} ${inWords(`${names.y} → ${names.x}`, ks, yToX)}`,
  });
}

function checkData(where: string, data: RetrievalCurveData): void {
  assertRecord(where, "data", data);
  assertModalityNames(where, data.names);
  assertKs(where, data.ks);
  for (const direction of ["xToY", "yToX"] as const) {
    assertRecord(where, direction, data[direction]);
    const { recall, interval, chance } = data[direction];
    assertShares(where, `${direction}.recall`, recall, data.ks);
    assertShares(where, `${direction}.chance`, chance, data.ks);
    if (interval !== undefined) assertShareInterval(where, `${direction}.interval`, interval, data.ks);
  }
  if (data.intervalLabel !== undefined) assertLabel(where, "intervalLabel", data.intervalLabel);
}

function recallCurves(context: FigureContext, { names, xToY, yToX }: RetrievalCurveData): readonly Curve[] {
  const [lookX, lookY] = directionLooks(context);
  return [
    { label: `${names.x} → ${names.y}`, values: xToY.recall, interval: xToY.interval, ...lookX },
    { label: `${names.y} → ${names.x}`, values: yToX.recall, interval: yToX.interval, ...lookY },
  ];
}

function chanceCurves(context: FigureContext, { names, xToY, yToX }: RetrievalCurveData): readonly Curve[] {
  const look = referenceLook(context);
  if (xToY.chance.every((value, i) => value === yToX.chance[i])) {
    return [{ label: "chance", values: xToY.chance, ...look }];
  }
  return [
    { label: `chance, ${names.x} → ${names.y}`, values: xToY.chance, ...look },
    { label: `chance, ${names.y} → ${names.x}`, values: yToX.chance, ...look, dash: "6,3,2,3" },
  ];
}

function inWords(label: string, ks: readonly number[], { recall, chance }: RetrievalDirection): string {
  const at = (i: number): string =>
    `${formatPercent(recall[i]!)} at k = ${ks[i]} (chance ${formatPercent(chance[i]!)})`;
  const last = ks.length - 1;
  return `${label}: recall ${at(0)}${last > 0 ? `, ${at(last)}` : ""}.`;
}
