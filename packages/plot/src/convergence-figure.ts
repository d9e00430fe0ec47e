import { assertOnAxis } from "./chart-axis.ts";
import {
  assertIncreasing,
  assertLabel,
  assertLength,
  assertList,
  assertRange,
  assertRecord,
  fail,
} from "./check-data.ts";
import {
  assertInterval,
  type CurveInterval,
  type CurveSeries,
  type CurvesPanel,
  curvesLayout,
  panelInWords,
} from "./curves-figure.ts";
import { type FigureOptions, figureContext, figureMarkup } from "./figure.ts";
import { mostCurves } from "./series-looks.ts";

/** One number per N with its interval. */
export interface ConvergenceEstimates {
  readonly values: readonly number[];
  /** @defaultValue none drawn */
  readonly interval?: CurveInterval | undefined;
}

/** Gradients and values with N negatives, by one protocol. */
export interface ConvergenceSeries {
  readonly label: string;
  /** Numbers N of negatives, increasing. */
  readonly sizes: readonly number[];
  /** Cosine of the gradient with the reference gradient, in [−1, 1]. */
  readonly cosine?: ConvergenceEstimates | undefined;
  /** Relative error of the gradient, > 0. */
  readonly relativeError?: ConvergenceEstimates | undefined;
  /** L − J_τ − log(N V_κ). Unit: nats. */
  readonly residual?: ConvergenceEstimates | undefined;
  /** Share of the positive in the denominator, in (0, 1]. */
  readonly positiveMass?: ConvergenceEstimates | undefined;
}

/** Convergence to the large-batch limit. */
export interface ConvergenceData {
  /** At most six. */
  readonly series: readonly ConvergenceSeries[];
  /** Published numbers, drawn as hollow markers. @defaultValue none */
  readonly reference?: readonly ConvergenceSeries[] | undefined;
  /** Label of the series through whose last relative error the line of slope −½ goes. @defaultValue the last one that has one */
  readonly slopeThrough?: string | undefined;
  /** What the intervals are, e.g. "± 1 standard error over 20 seeds". @defaultValue not said */
  readonly intervalLabel?: string | undefined;
}

const quantities = [
  { key: "cosine", label: "cosine with the reference gradient", scale: "linear" },
  { key: "relativeError", label: "relative error of the gradient", scale: "log" },
  { key: "residual", label: "loss less its limit, L − J_τ − log(N V_κ) (nats)", scale: "linear" },
  { key: "positiveMass", label: "share of the positive in the denominator", scale: "log" },
] as const;

const where = "convergenceFigure";

/**
 * Draws how gradients and values approach their large-batch limit as the number N of negatives grows, a panel per quantity that is given.
 *
 * Math:     the relative error of a mean of N independent terms falls like N^{−½}, a line of slope −½ in logarithms, drawn to compare with.
 * Limits:   one N → markers alone;  no relative error → no line.
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_OPTION.
 */
export function convergenceFigure(data: ConvergenceData, options: FigureOptions): string {
  const context = figureContext(where, options, "nce-convergence");
  checkData(data);
  const panels = panelsOf(data);
  return figureMarkup(context, {
    ...curvesLayout(context, { panels, intervalLabel: data.intervalLabel }),
    title: "Convergence with the number of negatives",
    description: panels.map(panelInWords).join(" "),
  });
}

function checkData(data: ConvergenceData): void {
  assertRecord(where, "data", data);
  const { series, reference = [], slopeThrough, intervalLabel } = data;
  assertList(where, "series", series);
  assertList(where, "reference", reference, 0);
  if (series.length > mostCurves)
    fail("E_OPTION", where, "series", `at most ${mostCurves} series`, String(series.length));
  for (const [i, one] of series.entries()) checkSeries(`series[${i}]`, one);
  for (const [i, one] of reference.entries()) checkSeries(`reference[${i}]`, one);
  if (intervalLabel !== undefined) assertLabel(where, "intervalLabel", intervalLabel);
  const labels = series.filter(({ relativeError }) => relativeError !== undefined).map(({ label }) => label);
  if (slopeThrough !== undefined && !labels.includes(slopeThrough)) {
    fail(
      "E_OPTION",
      where,
      "slopeThrough",
      "the label of a series with a relative error",
      JSON.stringify(slopeThrough),
    );
  }
}

function checkSeries(name: string, series: ConvergenceSeries): void {
  assertRecord(where, name, series);
  assertLabel(where, `${name}.label`, series.label);
  assertList(where, `${name}.sizes`, series.sizes);
  assertOnAxis(where, `${name}.sizes`, series.sizes, "log");
  assertIncreasing(where, `${name}.sizes`, series.sizes);
  const given = quantities.filter(({ key }) => series[key] !== undefined);
  if (given.length === 0) {
    const expected = "a record with cosine, relativeError, residual or positiveMass";
    fail("E_SHAPE", where, name, expected, "one with none of them");
  }
  for (const { key, scale } of given) {
    const estimates = series[key]!;
    assertRecord(where, `${name}.${key}`, estimates);
    assertLength(where, `${name}.${key}.values`, estimates.values, series.sizes.length, "size");
    assertOnAxis(where, `${name}.${key}.values`, estimates.values, scale);
    if (key === "cosine") assertRange(where, `${name}.cosine.values`, estimates.values, [-1, 1]);
    if (key === "positiveMass") assertRange(where, `${name}.positiveMass.values`, estimates.values, [0, 1]);
    if (estimates.interval !== undefined) {
      assertInterval(where, `${name}.${key}.interval`, estimates.interval, series.sizes.length);
    }
  }
}

function panelsOf(data: ConvergenceData): readonly CurvesPanel[] {
  const { series, reference = [] } = data;
  return quantities.flatMap(({ key, label, scale }) => {
    const curves: readonly CurveSeries[] = [
      ...(key === "relativeError" ? slopeLine(data) : []),
      ...series.flatMap((one) => curveOf(one, key, "curve")),
      ...reference.flatMap((one) => curveOf(one, key, "points")),
    ];
    if (curves.length === 0) return [];
    return [{ xLabel: "number N of negatives", yLabel: label, xScale: "log", yScale: scale, series: curves }] as const;
  });
}

function curveOf(
  series: ConvergenceSeries,
  key: (typeof quantities)[number]["key"],
  kind: "curve" | "points",
): readonly CurveSeries[] {
  const estimates = series[key];
  if (estimates === undefined) return [];
  const { values, interval } = estimates;
  return [{ label: series.label, x: series.sizes, y: values, interval, kind }];
}

function slopeLine({ series, slopeThrough }: ConvergenceData): readonly CurveSeries[] {
  const candidates = series.filter(
    ({ relativeError, label }) => relativeError !== undefined && label === (slopeThrough ?? label),
  );
  const through = candidates.at(-1);
  if (through === undefined || through.sizes.length < 2) return [];
  const { sizes, relativeError } = through;
  const [last, error] = [sizes.at(-1)!, relativeError!.values.at(-1)!];
  const y = sizes.map((size) => error * Math.sqrt(last / size));
  return [{ label: "slope −½", x: sizes, y, kind: "reference" }];
}
