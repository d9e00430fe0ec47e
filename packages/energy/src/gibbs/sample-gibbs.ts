import type { Float64Rows } from "@nce-geometry/manifold";
import { logSumExpOfArray, type Random } from "@nce-geometry/tensor";
import { requireInteger } from "../checks.ts";
import type { AdaptiveGibbsLaw } from "./gibbs-law-on-sphere.ts";
import { inverseIntegral, legendreTransform, legendreValues } from "./legendre-series.ts";
import type { Panel } from "./panels.ts";

export interface SampleGibbsOptions {
  /** Where the points come from; advanced by the call. */
  readonly random: Random;
  /** How many points. */
  readonly samples: number;
}

/**
 * Independent points from a Gibbs law on S¹ or S², by inversion of its distribution function.
 *
 * Math:     a panel by its mass; in it, the first parameter by its marginal, and the second given the first, each by inverting the integral of the polynomial through
 *           the values e^{−U/τ} at the nodes
 * Shapes:   → [samples, 2] or [samples, 3]: points between the nodes, not the nodes.
 * Domain:   samples ≥ 0. A law whose status is `unresolved` gives points of what was resolved.
 * Limits:   U = −⟨μ, z⟩ → von Mises–Fisher;  the same stream at the same place → the same points.
 * Numerics: the density within a panel is off by the interpolation error of the nodes, about the root of the law's tolerance (1e-6), relative to the panel's maximum.
 * Throws:   InputError E_OPTION.
 */
export function sampleGibbs(law: AdaptiveGibbsLaw, { random, samples }: SampleGibbsOptions): Float64Rows {
  requireInteger("sampleGibbs", "samples", samples, 0);
  const { panels, order, points } = law.measure;
  const { dim } = points;
  const axes = panels[0]!.low.length;
  const cumulative = cumulativeMasses(panels);
  const transform = legendreTransform(order);
  const densities = new Map<number, PanelSeries>();
  const uniforms = random.uniform((1 + axes) * samples);
  const data = new Float64Array(samples * dim);
  for (let s = 0; s < samples; s++) {
    const drawn = uniforms.subarray((1 + axes) * s, (1 + axes) * (s + 1));
    const at = firstAbove(cumulative, drawn[0]! * cumulative.at(-1)!);
    const panel = panels[at]!;
    const density = densities.get(at) ?? seriesOf(panel, law.temperature, transform);
    densities.set(at, density);
    const parameters = placeIn(density, drawn).map(
      (x, k) => panel.low[k]! + ((panel.high[k]! - panel.low[k]!) * (1 + x)) / 2,
    );
    panel.chart.place(parameters, data.subarray(s * dim, (s + 1) * dim));
  }
  return { rows: samples, dim, data };
}

/** The density of a panel per parameter volume, up to a factor, as a series in the last parameter: for each degree in the first one, if there are two. */
type PanelSeries = readonly Float64Array[];

function seriesOf(panel: Panel, temperature: number, transform: readonly Float64Array[]): PanelSeries {
  const order = transform.length;
  // c_0 = ½Σ w_i f_i: twice the first row are the weights of the rule.
  const weights = transform[0]!.map((value) => 2 * value);
  const logMasses = panel.potential.map((u, i) => panel.logWeights[i]! - u / temperature);
  const largest = logMasses.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const values = logMasses.map((value, i) => {
    const row = panel.low.length === 1 ? 1 : weights[Math.floor(i / order)]!;
    return Math.exp(value - largest) / (weights[i % order]! * row);
  });
  const rows = Array.from({ length: values.length / order }, (_, r) =>
    apply(transform, values.subarray(r * order, (r + 1) * order)),
  );
  if (rows.length === 1) return rows;
  const columns = Array.from({ length: order }, (_, k) =>
    apply(
      transform,
      Float64Array.from(rows, (row) => row[k]!),
    ),
  );
  return Array.from({ length: order }, (_, degree) => Float64Array.from(columns, (column) => column[degree]!));
}

function apply(transform: readonly Float64Array[], values: Float64Array): Float64Array {
  return Float64Array.from(transform, (row) => row.reduce((sum, factor, i) => sum + factor * values[i]!, 0));
}

/** Parameters in [−1, 1] from the drawn numbers after the first. */
function placeIn(series: PanelSeries, drawn: Float64Array): number[] {
  if (series.length === 1) return [inverseIntegral(series[0]!, drawn[1]!)];
  const marginal = Float64Array.from(series, (row) => row[0]!);
  const first = inverseIntegral(marginal, drawn[1]!);
  const degrees = legendreValues(first, new Float64Array(series.length));
  const given = new Float64Array(series.length);
  for (const [degree, row] of series.entries()) {
    for (let k = 0; k < row.length; k++) given[k] = given[k]! + degrees[degree]! * row[k]!;
  }
  return [first, inverseIntegral(given, drawn[2]!)];
}

function cumulativeMasses(panels: readonly Panel[]): Float64Array {
  const logTotal = logSumExpOfArray(panels.map((panel) => panel.logMass));
  let sum = 0;
  return Float64Array.from(panels, (panel) => {
    sum += Math.exp(panel.logMass - logTotal);
    return sum;
  });
}

/** Smallest index whose value is above the target. */
function firstAbove(values: Float64Array, target: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! > target) high = middle;
    else low = middle + 1;
  }
  return low;
}
