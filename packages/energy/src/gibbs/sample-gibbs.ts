import type { Float64Rows } from "@nce-geometry/manifold";
import { logSumExpOfArray, type Random } from "@nce-geometry/tensor";
import { requireInteger } from "../grid/checks.ts";
import type { AdaptiveGibbsLaw } from "./gibbs-law-on-sphere.ts";
import { inverseIntegral, legendreTransform, seriesAt, type ToSeries } from "./legendre-series.ts";
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
  const series = legendreTransform(order);
  const conditionals = new Map<number, Float64Array[]>();
  const uniforms = random.uniform((1 + axes) * samples);
  const data = new Float64Array(samples * dim);
  for (let s = 0; s < samples; s++) {
    const at = firstAbove(cumulative, uniforms[(1 + axes) * s]! * cumulative.at(-1)!);
    const panel = panels[at]!;
    let parts = conditionals.get(at);
    if (parts === undefined) {
      parts = rowSeries(panel, law.temperature, order, series);
      conditionals.set(at, parts);
    }
    const place = placeIn(parts, series, uniforms.subarray((1 + axes) * s + 1, (1 + axes) * (s + 1)));
    const parameters = place.map((x, k) => panel.low[k]! + ((panel.high[k]! - panel.low[k]!) * (1 + x)) / 2);
    panel.chart.place(parameters, data.subarray(s * dim, (s + 1) * dim));
  }
  return { rows: samples, dim, data };
}

/** Per row of nodes (one for a single parameter) the series of the density, per parameter volume, in the last parameter. */
function rowSeries(panel: Panel, temperature: number, order: number, series: ToSeries): Float64Array[] {
  const logMasses = panel.potential.map((u, i) => panel.logWeights[i]! - u / temperature);
  const largest = logMasses.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const masses = logMasses.map((value) => Math.exp(value - largest));
  const { axes, ruleWeights } = { axes: panel.low.length, ruleWeights: weightsOf(series, order) };
  const values = masses.map((mass, i) => {
    const own = ruleWeights[i % order]! * (axes === 1 ? 1 : ruleWeights[Math.floor(i / order)]!);
    return mass / own;
  });
  const rows = values.length / order;
  return Array.from({ length: rows }, (_, r) => series(values.subarray(r * order, (r + 1) * order)));
}

/** The rule's weights, read off the transform: c_0 = ½Σ w_i f_i. */
function weightsOf(series: ToSeries, order: number): Float64Array {
  return new Float64Array(order).map(
    (_, i) => 2 * series(new Float64Array(order).map((_, j) => (i === j ? 1 : 0)))[0]!,
  );
}

/** Parameters in [−1, 1]. */
function placeIn(rows: readonly Float64Array[], series: ToSeries, uniforms: Float64Array): number[] {
  if (rows.length === 1) return [inverseIntegral(rows[0]!, uniforms[0]!)];
  const marginal = series(rows.map((row) => row[0]!));
  const first = inverseIntegral(marginal, uniforms[0]!);
  const order = rows[0]!.length;
  const given = new Float64Array(order).map((_, k) => seriesAt(series(rows.map((row) => row[k]!)), first));
  return [first, inverseIntegral(given, uniforms[1]!)];
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
