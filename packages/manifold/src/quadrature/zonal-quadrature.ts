// Integrals over S^{d−1} of functions of the angle θ to a pole, in any dimension: one-dimensional, and in log space, because for large d the volumes underflow.
// Variable: u = log tan(θ/2), so that sin θ = sech u, cos θ = −tanh u, dθ = sech u du. In u a peak near a pole is as wide as one at the equator, the integrand decays
// at least exponentially on both sides, and the trapezoidal rule converges exponentially where the function is analytic. Notation: g = f + (d − 1) log sech u.

import { logSumExpOfArray, sumOfArray } from "@nce-geometry/tensor";
import { logSphereArea } from "../measure/sphere-volume.ts";
import { requireInteger, requirePositive } from "./option-checks.ts";

/** A function of the angle to the pole, in radians, and of its cosine. */
export type ZonalFunction = (angle: number, cosine: number) => number;

export interface ZonalQuadratureOptions {
  /** d of S^{d−1} ⊂ R^d, ≥ 2. */
  readonly dimension: number;
  /** Logarithm of the density, up to a constant, that decides where the nodes lie. @defaultValue 0, the uniform law */
  readonly logDensity?: ZonalFunction;
  /** Nodes are doubled until the integral of the density changes by no more than this, relatively. @defaultValue 1e-12 */
  readonly tolerance?: number;
  /** Largest number of nodes. @defaultValue 65536 */
  readonly maxNodes?: number;
}

/** `converged`; `maxNodes`: the tolerance was not reached; `notFinite`: the function was NaN or +∞ somewhere, or −∞ everywhere. */
export type ZonalStatus = "converged" | "maxNodes" | "notFinite";

/** Nodes and weights for functions of the angle: ∫ h(θ) dμ ≈ Σ_i e^(logWeights[i])·h(angles[i]). */
export interface ZonalQuadrature {
  readonly kind: "zonal";
  readonly dimension: number;
  /** [n], radians, ascending. */
  readonly angles: Float64Array;
  readonly cosines: Float64Array;
  /** [n], of the volume of S^{d−1}; the density is not included. */
  readonly logWeights: Float64Array;
  /** log ∫ e^(logDensity) dμ by these nodes. */
  readonly logIntegral: number;
  /** Bound seen for the error of `logIntegral`: its change at the last doubling plus rounding of the exponents. */
  readonly error: number;
  readonly status: ZonalStatus;
}

/** One number with its error and how it was reached. */
export interface ZonalIntegral {
  readonly value: number;
  /** Change at the last doubling of the nodes, plus rounding of the exponents. */
  readonly error: number;
  readonly nodes: number;
  readonly status: ZonalStatus;
}

/**
 * Nodes on the angle to a pole of S^{d−1}, on the effective support of a density there.
 *
 * Math:     ∫_{S^{d−1}} h dμ = |S^{d−2}| ∫_0^π h(θ) sin^{d−2}θ dθ
 * Shapes:   → angles, cosines, logWeights [n].
 * Domain:   d ≥ 2 (d = 2: |S⁰| = 2). Features of the density narrower than 1/4 or 1/(2√(d − 1)) in log tan(θ/2) are found only where its maximum lies.
 * Limits:   logDensity = c → logIntegral = c + log |S^{d−1}|.
 * Numerics: nodes where the integrand is within e⁻⁶⁰ of its maximum; every sum in log space; exponentially convergent for analytic densities, else see `status`.
 * Throws:   InputError E_OPTION.
 */
export function zonalQuadrature(options: ZonalQuadratureOptions): ZonalQuadrature {
  const { dimension } = options;
  const { support, intervals, logIntegral, error, status } = resolve("zonalQuadrature", options);
  return { kind: "zonal", dimension, ...nodesOf(dimension, support, intervals), logIntegral, error, status };
}

/**
 * Logarithm of the integral of e^f over S^{d−1}, f a function of the angle to a pole.
 *
 * Math:     log ∫_{S^{d−1}} e^(f(θ)) dμ = log |S^{d−2}| + log ∫_0^π e^(f(θ)) sin^{d−2}θ dθ
 * Domain:   as {@link zonalQuadrature}. Unit: nats.
 * Limits:   f = c → c + log |S^{d−1}|;  f = κ cos θ → log of the kernel volume of the cosine critic.
 * Numerics: relative error of the integral ≤ `error`, of the order of ε·max |f| when converged.
 * Throws:   InputError E_OPTION.
 */
export function logIntegrateZonal(
  f: ZonalFunction,
  options: Omit<ZonalQuadratureOptions, "logDensity">,
): ZonalIntegral {
  const { logIntegral, error, intervals, status } = resolve("logIntegrateZonal", { ...options, logDensity: f });
  return { value: logIntegral, error, nodes: nodeCount(intervals), status };
}

/**
 * Mean of a function of the angle to a pole of S^{d−1} under a density.
 *
 * Math:     ∫ h e^(logDensity) dμ / ∫ e^(logDensity) dμ
 * Domain:   as {@link zonalQuadrature}. Unit: that of h.
 * Limits:   uniform law: h = cos θ → 0, h = cos²θ → 1/d, h = θ → π/2.
 * Numerics: nodes are doubled until the integral of the density and then the mean are steady, relative to the mean of |h|.
 * Throws:   InputError E_OPTION.
 */
export function zonalMean(h: ZonalFunction, options: ZonalQuadratureOptions): ZonalIntegral {
  const { tolerance = 1e-12, maxNodes = 65536 } = options;
  const { support, intervals: enough, error, status } = resolve("zonalMean", options);
  if (status === "notFinite") return { value: Number.NaN, error, nodes: 0, status };
  for (let intervals = enough; ; intervals *= 2) {
    const terms = meanTerms(h, options, support, intervals);
    const value = sumOfArray(terms);
    const coarse = 2 * sumOfArray(terms.filter((_, i) => i % 2 === 0));
    const size = sumOfArray(terms.map(Math.abs));
    const change = Math.abs(value - coarse);
    const outcome = { value, error: change + error * size, nodes: nodeCount(intervals) };
    if (!Number.isFinite(value)) return { ...outcome, status: "notFinite" };
    if (change <= Math.max(tolerance, error) * size) return { ...outcome, status };
    if (nodeCount(2 * intervals) > maxNodes) return { ...outcome, status: "maxNodes" };
  }
}

/** h at every node times the mass of the node under the normalised density. */
function meanTerms(
  h: ZonalFunction,
  options: ZonalQuadratureOptions,
  support: Support,
  intervals: number,
): Float64Array {
  const { dimension: d, logDensity = () => 0 } = options;
  // Without the logarithms of the volumes, which are large for large d and would round these exponents.
  const exponents = sampleAt((u) => logDensity(angleOf(u), -Math.tanh(u)) + (d - 1) * logSech(u), support, intervals);
  const logTotal = logSumExpOfArray(exponents);
  return exponents.map((exponent, i) => {
    const mass = Math.exp(exponent - logTotal);
    const u = nodeAt(support, intervals, i);
    return mass === 0 ? 0 : mass * h(angleOf(u), -Math.tanh(u));
  });
}

type ZonalNodes = Pick<ZonalQuadrature, "angles" | "cosines" | "logWeights">;

interface Resolution {
  readonly support: Support;
  /** 0 where there is nothing to place nodes on. */
  readonly intervals: number;
  readonly logIntegral: number;
  readonly error: number;
  readonly status: ZonalStatus;
}

/** The support of the density and the number of intervals that resolves it. */
function resolve(where: string, options: ZonalQuadratureOptions): Resolution {
  const { dimension: d, logDensity = () => 0, tolerance = 1e-12, maxNodes = 65536 } = options;
  requireInteger(where, "dimension", d, 2);
  requirePositive(where, "tolerance", tolerance);
  requireInteger(where, "maxNodes", maxNodes, nodeCount(2 * FIRST_INTERVALS));
  const integrand = (u: number): number => logDensity(angleOf(u), -Math.tanh(u)) + (d - 1) * logSech(u);
  const support = effectiveSupport(integrand, d);
  if (support === undefined) return unresolvable(integrand);
  let exponents = sampleAt(integrand, support, FIRST_INTERVALS);
  let logSum = logTrapezoid(exponents, support);
  for (let intervals = 2 * FIRST_INTERVALS; ; intervals *= 2) {
    exponents = refined(integrand, support, exponents);
    const previous = logSum;
    logSum = logTrapezoid(exponents, support);
    const rounding = 4 * EPSILON * largestTerm(exponents, support, d);
    const change = Math.abs(logSum - previous);
    const status = statusOf(logSum, change <= Math.max(tolerance, rounding));
    if (status === "maxNodes" && nodeCount(2 * intervals) <= maxNodes) continue;
    const logIntegral = logSum + logEquator(d);
    // log Γ(d/2) is about (d/2) log d.
    const error = change + rounding + EPSILON * d * Math.log(d);
    return { support, intervals, logIntegral, error, status };
  }
}

/** No finite maximum: the integral is 0, ∞ or NaN. */
function unresolvable(integrand: (u: number) => number): Resolution {
  const support = { low: -WINDOW, high: WINDOW };
  const logIntegral = logSumExpOfArray(sampleAt(integrand, support, 8 * WINDOW));
  return { support, intervals: 0, logIntegral, error: Number.NaN, status: "notFinite" };
}

/** None for no intervals. */
function nodeCount(intervals: number): number {
  return intervals === 0 ? 0 : intervals + 1;
}

/** An interval of u. */
interface Support {
  readonly low: number;
  readonly high: number;
}

const EPSILON = 2 ** -52;
/** Beyond this |u| even sech u of the circle is below e⁻⁶⁰ of its maximum, and angles below 10⁻³⁴ are left out. */
const WINDOW = 80;
/** What is this many nats below the maximum adds less than rounding. */
const DROP = 60;
const FIRST_INTERVALS = 64;
/** A support of fewer scanned intervals than this is scanned again, closer. */
const ENOUGH = 16;
const MAX_ZOOMS = 40;

function effectiveSupport(g: (u: number) => number, d: number): Support | undefined {
  let support: Support = { low: -WINDOW, high: WINDOW };
  let intervals = Math.ceil(2 * WINDOW * Math.max(4, 2 * Math.sqrt(d - 1)));
  for (let zoom = 0; zoom < MAX_ZOOMS; zoom++) {
    const values = sampleAt(g, support, intervals);
    const maximum = values.reduce((m, value) => Math.max(m, value), Number.NEGATIVE_INFINITY);
    if (!Number.isFinite(maximum)) return undefined;
    const first = values.findIndex((value) => value > maximum - DROP);
    const last = values.findLastIndex((value) => value > maximum - DROP);
    const step = (support.high - support.low) / intervals;
    const { low } = support;
    support = { low: low + Math.max(0, first - 1) * step, high: low + Math.min(intervals, last + 1) * step };
    if (last - first >= ENOUGH) break;
    intervals = 4 * ENOUGH;
  }
  return support;
}

function sampleAt(g: (u: number) => number, support: Support, intervals: number): Float64Array {
  return new Float64Array(intervals + 1).map((_, i) => g(nodeAt(support, intervals, i)));
}

/** The same values with one more between any two. */
function refined(g: (u: number) => number, support: Support, values: Float64Array): Float64Array {
  const intervals = 2 * (values.length - 1);
  return new Float64Array(intervals + 1).map((_, i) =>
    i % 2 === 0 ? values[i / 2]! : g(nodeAt(support, intervals, i)),
  );
}

function nodeAt({ low, high }: Support, intervals: number, i: number): number {
  return low + ((high - low) * i) / intervals;
}

/** The ends count in full: they are e⁻⁶⁰ of the maximum, or beyond the window. */
function logTrapezoid(exponents: Float64Array, { low, high }: Support): number {
  return logSumExpOfArray(exponents) + Math.log((high - low) / (exponents.length - 1));
}

/** Size of the terms that make up an exponent near the maximum: f = g − (d − 1) log sech u and the other. */
function largestTerm(exponents: Float64Array, support: Support, d: number): number {
  const intervals = exponents.length - 1;
  const maximum = exponents.reduce((m, value) => Math.max(m, value), Number.NEGATIVE_INFINITY);
  return exponents.reduce((size, value, i) => {
    if (!(value > maximum - 1)) return size;
    const sine = (d - 1) * logSech(nodeAt(support, intervals, i));
    return Math.max(size, Math.abs(sine), Math.abs(value - sine), 1);
  }, 1);
}

function statusOf(logSum: number, steady: boolean): ZonalStatus {
  if (!Number.isFinite(logSum)) return "notFinite";
  return steady ? "converged" : "maxNodes";
}

function nodesOf(d: number, support: Support, intervals: number): ZonalNodes {
  const nodes = new Float64Array(nodeCount(intervals)).map((_, i) => nodeAt(support, intervals, i));
  const logStep = Math.log((support.high - support.low) / intervals) + logEquator(d);
  return {
    angles: nodes.map(angleOf),
    cosines: nodes.map((u) => -Math.tanh(u)),
    logWeights: nodes.map((u) => (d - 1) * logSech(u) + logStep),
  };
}

/** θ = 2 atan(e^u), accurate near 0. */
function angleOf(u: number): number {
  return u <= 0 ? 2 * Math.atan(Math.exp(u)) : Math.PI - 2 * Math.atan(Math.exp(-u));
}

/** log(1/cosh u) without overflow; relative accuracy also near u = 0, where cosh u = 1 + 2 sinh²(u/2). */
function logSech(u: number): number {
  const size = Math.abs(u);
  return size < 1 ? -Math.log1p(2 * Math.sinh(size / 2) ** 2) : Math.LN2 - size - Math.log1p(Math.exp(-2 * size));
}

/** log |S^{d−2}|; S⁰ is two points. */
function logEquator(d: number): number {
  return d === 2 ? Math.LN2 : logSphereArea(d - 1);
}
