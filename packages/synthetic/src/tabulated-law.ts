// A law on an interval, tabulated so that it can be sampled by inverting its distribution function.

import { gaussLegendre } from "@nce-geometry/manifold";

export interface TabulatedLaw {
  /** log ∫ e^{logDensity}. */
  readonly logTotal: number;
  /** Share of the law below x. */
  readonly cumulative: (x: number) => number;
  /** The x below which a share u of the law lies; inverse of `cumulative`. */
  readonly quantile: (u: number) => number;
}

export interface TabulationOptions {
  readonly low: number;
  readonly high: number;
  /** Equal panels; within one the density must be smooth enough for a Gauss–Legendre rule of 16 nodes. */
  readonly panels: number;
}

const nodesPerPanel = 16;
const newtonSteps = 60;

/**
 * Tabulates e^{logDensity}, which need not be normalised.
 *
 * Numerics: panels by Gauss–Legendre; a quantile by Newton's method inside its panel, kept inside by bisection; its error is
 *           that of the density's integral, some 1e-15 of the whole, divided by the density.
 */
export function tabulateLaw(logDensity: (x: number) => number, options: TabulationOptions): TabulatedLaw {
  const { low, high, panels } = options;
  const width = (high - low) / panels;
  const { nodes, weights } = gaussLegendre(nodesPerPanel);
  const edges = Float64Array.from({ length: panels + 1 }, (_, p) => (p === panels ? high : low + p * width));
  const middles = Float64Array.from({ length: panels }, (_, p) => logDensity(low + (p + 0.5) * width));
  const shift = middles.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const mass = (from: number, to: number): number => {
    const half = (to - from) / 2;
    let sum = 0;
    for (let k = 0; k < nodes.length; k++)
      sum += weights[k]! * Math.exp(logDensity(from + half * (1 + nodes[k]!)) - shift);
    return sum * half;
  };
  const below = new Float64Array(panels + 1);
  for (let p = 0; p < panels; p++) below[p + 1] = below[p]! + mass(edges[p]!, edges[p + 1]!);
  const total = below[panels]!;

  const panelOf = (isBelow: (p: number) => boolean): number => {
    let [first, last] = [0, panels - 1];
    while (first < last) {
      const middle = (first + last + 1) >> 1;
      if (isBelow(middle)) first = middle;
      else last = middle - 1;
    }
    return first;
  };
  return {
    logTotal: Math.log(total) + shift,
    cumulative(x) {
      const p = panelOf((q) => edges[q]! <= x);
      return Math.min(1, (below[p]! + mass(edges[p]!, x)) / total);
    },
    quantile(u) {
      const p = panelOf((q) => below[q]! <= u * total);
      const wanted = u * total - below[p]!;
      let [left, right] = [edges[p]!, edges[p + 1]!];
      const share = wanted / (below[p + 1]! - below[p]!);
      let x = left + (right - left) * Math.min(1, Math.max(0, share));
      for (let step = 0; step < newtonSteps; step++) {
        const excess = mass(edges[p]!, x) - wanted;
        if (excess > 0) right = x;
        else left = x;
        const correction = excess / Math.exp(logDensity(x) - shift);
        const next = x - correction;
        if (Math.abs(correction) <= 1e-15 * (high - low)) return next >= left && next <= right ? next : x;
        x = next > left && next < right ? next : (left + right) / 2;
      }
      return x;
    },
  };
}
