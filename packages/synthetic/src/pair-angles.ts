// The law of the angle between a point of the sphere and its noisy copy, as nodes and weights, and what follows from it.

import { gaussLegendre, logCapProbability } from "@nce-geometry/manifold";
import { logSumExpOfArray, sumOfArray } from "@nce-geometry/tensor";

/** Nodes and weights of the law of an angle: E f(θ) ≈ Σ_j weights_j f(angles_j). */
export interface AngleQuadrature {
  readonly dim: number;
  /** In [0, π]. */
  readonly angles: Float64Array;
  /** Their sum is 1. */
  readonly weights: Float64Array;
}

const panels = 48;
const nodesPerPanel = 16;
/** A density this many nats below its peak is left out. */
const depth = 50;

/**
 * The angle of a von Mises–Fisher law to its mean direction: density ∝ e^{κ cos θ} sin^{d−2} θ.
 *
 * Domain:   d ≥ 2, κ ≥ 0.
 */
export function vonMisesFisherAngles(dim: number, concentration: number): AngleQuadrature {
  const power = dim - 2;
  // κ sin²θ = (d−2) cos θ at the mode.
  const cosine = power === 0 ? 1 : (2 * concentration) / (power + Math.hypot(power, 2 * concentration));
  const squaredSine = concentration > 0 ? (power * cosine) / concentration : 1;
  const mode = Math.atan2(power === 0 ? 0 : Math.sqrt(squaredSine), cosine);
  const curvature = concentration * cosine + (power === 0 ? 0 : power / squaredSine);
  const logDensityAt = (theta: number): number =>
    -2 * concentration * Math.sin(theta / 2) ** 2 + (power === 0 ? 0 : power * Math.log(Math.sin(theta)));
  return aroundPeak(dim, logDensityAt, { peak: mode, width: 1 / Math.sqrt(curvature), high: Math.PI });
}

/**
 * The angle to exp_x(v), v normal in the tangent space with deviation σ a coordinate: ‖v‖ = σχ_{d−1}, folded into [0, π].
 *
 * Domain:   d ≥ 2, σ ≥ 0.
 */
export function tangentNormalAngles(dim: number, scale: number): AngleQuadrature {
  const m = dim - 1;
  const mode = Math.sqrt(m - 1);
  const logDensityAt = (r: number): number => (m === 1 ? 0 : (m - 1) * Math.log(r)) - (r * r) / 2;
  const lengths = aroundPeak(dim, logDensityAt, { peak: mode, width: Math.SQRT1_2, high: Number.POSITIVE_INFINITY });
  return { ...lengths, angles: lengths.angles.map((r) => folded(scale * r)) };
}

/** E cos θ. */
export function meanCosine({ angles, weights }: AngleQuadrature): number {
  return sumOfArray(weights.map((weight, j) => weight * Math.cos(angles[j]!)));
}

/**
 * Expected recall at k of the copy of a point by cosine, among n candidates of which the others are uniform.
 *
 * Math:     E Σ_{j<k} C(n−1, j) P(θ)^j (1 − P(θ))^{n−1−j},  P(θ) the share of a cap of angle θ.
 * Limits:   k ≥ n → 1;  no noise → 1;  uniform copies → k/n.
 */
export function recallAmongUniform(quadrature: AngleQuadrature, n: number, k: number): number {
  const { dim, angles, weights } = quadrature;
  return sumOfArray(weights.map((weight, j) => weight * chanceOfFewCloser(dim, angles[j]!, n - 1, k)));
}

/**
 * Expected share of points any of whose c copies is the nearest of all copies of n points, those of the other points uniform.
 *
 * Math:     E over the smallest θ of c angles of (1 − P(θ))^{(n−1)c}.
 */
export function recallOfAnyCopy(quadrature: AngleQuadrature, n: number, copies: number): number {
  const { dim, angles, weights } = quadrature;
  const order = Array.from(angles.keys()).sort((a, b) => angles[a]! - angles[b]!);
  let [below, total] = [0, 0];
  for (const j of order) {
    const above = Math.min(1, below + weights[j]!);
    // Probability that the smallest angle falls on this node.
    const share = (1 - below) ** copies - (1 - above) ** copies;
    total += share * chanceOfFewCloser(dim, angles[j]!, (n - 1) * copies, 1);
    below = above;
  }
  return total;
}

/** Chance that fewer than k of m uniform points lie within an angle. */
function chanceOfFewCloser(dim: number, angle: number, m: number, k: number): number {
  if (k > m) return 1;
  const logCloser = logCapProbability(dim, angle);
  const logFarther = angle > Math.PI / 2 ? logCapProbability(dim, Math.PI - angle) : Math.log1p(-Math.exp(logCloser));
  let [sum, logChoose] = [0, 0];
  for (let j = 0; j < k; j++) {
    sum += Math.exp(logChoose + (j === 0 ? 0 : j * logCloser) + (m - j) * logFarther);
    logChoose += Math.log((m - j) / (j + 1));
  }
  return sum;
}

interface Peak {
  readonly peak: number;
  /** Deviation of the normal law that fits the peak. */
  readonly width: number;
  /** The law lies between 0 and this. */
  readonly high: number;
}

/** The law on the interval about its peak outside of which there is nothing that counts. */
function aroundPeak(dim: number, logDensityAt: (x: number) => number, { peak, width, high }: Peak): AngleQuadrature {
  const floor = logDensityAt(peak) - depth;
  const edge = (direction: -1 | 1): number => {
    let at = peak;
    do at = Math.min(high, Math.max(0, at + direction * width));
    while (at > 0 && at < high && logDensityAt(at) > floor);
    return at;
  };
  return onInterval(dim, logDensityAt, edge(-1), edge(1));
}

/** The law with this log-density, which need not be normalised, by panels of Gauss–Legendre nodes. */
function onInterval(dim: number, logDensityAt: (x: number) => number, low: number, high: number): AngleQuadrature {
  const { nodes, weights } = gaussLegendre(nodesPerPanel);
  const half = (high - low) / panels / 2;
  const angles = new Float64Array(panels * nodesPerPanel).map((_, j) => {
    return low + half * (2 * Math.floor(j / nodesPerPanel) + 1 + nodes[j % nodesPerPanel]!);
  });
  const logShares = angles.map((angle, j) => Math.log(weights[j % nodesPerPanel]!) + logDensityAt(angle));
  const logTotal = logSumExpOfArray(logShares);
  return { dim, angles, weights: logShares.map((share) => Math.exp(share - logTotal)) };
}

/** The angle in [0, π] to which a path of this length along a great circle leads. */
function folded(length: number): number {
  const rest = length % (2 * Math.PI);
  return rest <= Math.PI ? rest : 2 * Math.PI - rest;
}
