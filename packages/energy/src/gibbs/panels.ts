// Adaptive quadrature of e^g over charts: boxes with Gauss–Legendre nodes in each parameter, halved in each parameter where halving changes the integral.
// Everything is relative to the integral found so far, in log space, so that a peak of width √τ at τ = 1e-4 costs a few rounds more than a flat law.

import { type GaussLegendre, gaussLegendre, type PointFunction } from "@nce-geometry/manifold";
import { InputError, logSumExpOfArray } from "@nce-geometry/tensor";
import type { Chart } from "./charts.ts";

/** A box of a chart with its nodes, first parameter slowest. */
export interface Panel {
  readonly chart: Chart;
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** [k·dim]. */
  readonly points: Float64Array;
  /** [k], logarithms of the volumes of the nodes. */
  readonly logWeights: Float64Array;
  /** U at the nodes, [k]. */
  readonly potential: Float64Array;
  /** log ∫e^{−U/τ} over the panel. */
  readonly logMass: number;
  /** An estimate, from above, of what the panel could hold if U fell between the nodes as far as smooth functions do. */
  readonly logMassPossible: number;
  /** Whether e^{−U/τ} varies so little that the nodes cannot have missed a peak. */
  readonly isCalm: boolean;
}

export interface PanelProblem {
  readonly where: string;
  readonly charts: readonly Chart[];
  readonly potential: PointFunction;
  readonly temperature: number;
  /** Boxes per parameter and chart to begin with. */
  readonly pieces: number;
  /** Gauss–Legendre nodes per parameter. */
  readonly order: number;
  /** Relative change of the integral that counts as none. */
  readonly tolerance: number;
  readonly maxPoints: number;
}

export interface PanelSolution {
  readonly panels: readonly Panel[];
  /** log ∫e^{−U/τ} dμ. */
  readonly logIntegral: number;
  /** Sum of the changes at the last halving of each panel, relative: the error of the coarser panels, hence an overestimate. */
  readonly error: number;
  readonly isResolved: boolean;
}

/** Panels that resolve e^{−U/τ}. */
export function refinePanels(problem: PanelProblem): PanelSolution {
  const rule = gaussLegendre(problem.order);
  const make = (chart: Chart, low: readonly number[], high: readonly number[]): Panel =>
    panelOf(problem, rule, { chart, low, high });
  const settled: Panel[] = [];
  let error = 0;
  let active = problem.charts.flatMap((chart) =>
    boxes(chart.low, chart.high, problem.pieces).map(([low, high]) => make(chart, low, high)),
  );
  for (let round = 0; ; round++) {
    const families = active.map((parent) => ({
      parent,
      children: boxes(parent.low, parent.high, 2).map(([low, high]) => make(parent.chart, low, high)),
    }));
    const children = families.flatMap((family) => family.children);
    const logIntegral = logSumExpOfArray([...settled, ...children].map((panel) => panel.logMass));
    const judged = families.map((family) => ({ ...family, change: changeOf(family, logIntegral) }));
    const allowed = Math.max(problem.tolerance, roundingOf(children, problem)) / SHARES;
    const isOpen = ({ children: parts, change }: (typeof judged)[number]): boolean =>
      !(change <= allowed) ||
      parts.some((part) => !part.isCalm && part.logMassPossible - logIntegral > Math.log(allowed));
    const open = judged.filter(isOpen);
    const points = (settled.length + children.length) * problem.order ** problem.charts[0]!.low.length;
    const isLast = open.length === 0 || points > problem.maxPoints || round === MAX_ROUNDS;
    for (const family of judged) {
      if (isLast || !isOpen(family)) {
        settled.push(...family.children);
        error += family.change;
      }
    }
    if (isLast) return { panels: settled, logIntegral, error, isResolved: open.length === 0 };
    active = open.flatMap((family) => family.children);
  }
}

/** A panel may be off by this part of the tolerance. */
const SHARES = 16;
const MAX_ROUNDS = 40;
/** Between Gauss–Legendre nodes, 8 to a side, a parabola falls below its least node by less than this part of what it varies over the panel. */
const UNSEEN = 1 / 16;
/** Nats between nodes that they cannot miss. */
const CALM = 2;

function changeOf({ parent, children }: { parent: Panel; children: readonly Panel[] }, logIntegral: number): number {
  if (logIntegral === Number.NEGATIVE_INFINITY) return 0;
  const refined = children.reduce((sum, child) => sum + Math.exp(child.logMass - logIntegral), 0);
  return Math.abs(refined - Math.exp(parent.logMass - logIntegral));
}

/** Relative rounding of e^{−U/τ} where U is least. */
function roundingOf(panels: readonly Panel[], { temperature }: PanelProblem): number {
  const least = panels.reduce(
    (low, { potential }) => potential.reduce((a, b) => Math.min(a, b), low),
    Number.POSITIVE_INFINITY,
  );
  return (4 * Number.EPSILON * Math.abs(least)) / temperature;
}

/** A box cut into equal pieces in each parameter, the first parameter slowest. */
function boxes(low: readonly number[], high: readonly number[], pieces: number): [number[], number[]][] {
  let cut: [number[], number[]][] = [[[], []]];
  for (let axis = 0; axis < low.length; axis++) {
    const at = (k: number): number =>
      k === pieces ? high[axis]! : low[axis]! + ((high[axis]! - low[axis]!) * k) / pieces;
    cut = cut.flatMap(([a, b]) =>
      Array.from({ length: pieces }, (_, k): [number[], number[]] => [
        [...a, at(k)],
        [...b, at(k + 1)],
      ]),
    );
  }
  return cut;
}

function panelOf(
  { where, potential: f, temperature }: PanelProblem,
  { nodes, weights }: GaussLegendre,
  { chart, low, high }: Pick<Panel, "chart" | "low" | "high">,
): Panel {
  const axes = low.length;
  const order = nodes.length;
  const count = order ** axes;
  const points = new Float64Array(count * chart.dim);
  const logWeights = new Float64Array(count);
  const potential = new Float64Array(count);
  const parameters = new Float64Array(axes);
  for (let i = 0; i < count; i++) {
    let weight = 1;
    for (let axis = 0; axis < axes; axis++) {
      const k = Math.floor(i / order ** (axes - 1 - axis)) % order;
      const half = (high[axis]! - low[axis]!) / 2;
      parameters[axis] = low[axis]! + half * (1 + nodes[k]!);
      weight *= half * weights[k]!;
    }
    const point = points.subarray(i * chart.dim, (i + 1) * chart.dim);
    logWeights[i] = Math.log(weight) + chart.place(parameters, point);
    potential[i] = checked(where, f(point, i), point);
  }
  const exponents = potential.map((u) => -u / temperature);
  const logMass = logSumExpOfArray(exponents.map((e, i) => e + logWeights[i]!));
  const highest = exponents.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const lowest = exponents.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  // Nowhere allowed: nothing to resolve.
  const variation = highest === Number.NEGATIVE_INFINITY ? 0 : highest - lowest;
  const logVolume = logSumExpOfArray(logWeights);
  const logMassPossible = highest + logVolume + UNSEEN * variation;
  const isCalm = UNSEEN * variation <= CALM;
  return { chart, low, high, points, logWeights, potential, logMass, logMassPossible, isCalm };
}

function checked(where: string, u: number, point: Float64Array): number {
  if (u > Number.NEGATIVE_INFINITY) return u;
  const received = `${u} at (${Array.from(point, (x) => x.toPrecision(6)).join(", ")})`;
  const details = { code: "E_NOT_FINITE", where, argument: "potential" } as const;
  throw new InputError({ ...details, expected: "a number or +∞ at every point", received });
}
