// Optimal transport of two samples on a circle, squared arc length. Notation: a, b angles in [0, 2π), ascending; unrolled, b_{j+mq} = b_j + 2πq;
// α the share of mass by which the second sample is turned against the first. Cost is convex in α.

import { potential, type Transport } from "./transport-on-line.ts";

/**
 * Squared Wasserstein distance of two samples on the circle.
 *
 * Math:     min_α ∫₀¹ (F⁻¹(t) − G⁻¹(t − α))² dt, G⁻¹ unrolled.
 * Shapes:   a [n], b [m], ascending in [0, 2π); n ≠ m allowed. Unit: rad².
 * Limits:   one point each → squared arc between them;  a rotation of both changes nothing.
 * Numerics: α by bisection on the slope of the cost to the last bit, O(n + m) each.
 * Source:   J. Delon, J. Salomon, A. Sobolevski, SIAM J. Appl. Math. 70 (2010).
 */
export function transportOnCircle(a: Float64Array, b: Float64Array): Transport {
  let low = -1;
  let high = 1;
  // From 2 to the spacing of doubles near 1.
  for (let step = 0; step < 54; step++) {
    const middle = (low + high) / 2;
    if (slope(a, b, middle) < 0) low = middle;
    else high = middle;
  }
  return transportTurned(a, b, (low + high) / 2);
}

/**
 * Squared Wasserstein distance of a sample on the circle to the uniform law.
 *
 * Math:     with u = a/2π ascending: (2π)²·( mean u² − (mean u)² + Σ_i (n + 1 − 2i)u_i/n² + 1/12 ).
 * Shapes:   a [n], ascending in [0, 2π). Unit: rad².
 * Limits:   n equally spaced points → (2π/n)²/12;  all points equal → π²/3.
 * Source:   C. Bonet et al., Spherical sliced-Wasserstein, ICLR 2023.
 */
export function transportToUniform(a: Float64Array): Omit<Transport, "potentialY"> {
  const n = a.length;
  const start = a.reduce((sum, angle) => sum + angle, 0) / n - Math.PI;
  // The i-th point serves the i-th of n equal arcs; the arcs are turned to where the mean displacement is 0.
  const partners = a.map((_, i) => start + (2 * Math.PI * (i + 0.5)) / n);
  const cost =
    a.reduce((sum, angle, i) => sum + (angle - partners[i]!) ** 2, 0) / n + (2 * Math.PI) ** 2 / (12 * n * n);
  return { cost, potentialX: potential(a, partners) };
}

/** d cost/dα: each jump of G⁻¹ moves to the right. */
function slope(a: Float64Array, b: Float64Array, alpha: number): number {
  const [n, m] = [a.length, b.length];
  let sum = 0;
  const first = Math.floor(-alpha * m) + 1;
  for (let j = first; j < first + m; j++) {
    const place = Math.min(n - 1, Math.max(0, Math.floor((alpha + j / m) * n)));
    const point = a[place]!;
    sum += (point - unrolled(b, j - 1)) ** 2 - (point - unrolled(b, j)) ** 2;
  }
  return sum;
}

function transportTurned(a: Float64Array, b: Float64Array, alpha: number): Transport {
  const [n, m] = [a.length, b.length];
  const partnerOfA = new Float64Array(n);
  const partnerOfB = new Float64Array(m);
  let cost = 0;
  let reached = 0;
  for (let i = 0, j = Math.floor(-alpha * m); i < n; ) {
    const [endA, endB] = [(i + 1) / n, alpha + (j + 1) / m];
    const end = Math.min(endA, endB);
    const mass = Math.max(0, end - reached);
    const point = unrolled(b, j);
    cost += mass * (a[i]! - point) ** 2;
    partnerOfA[i]! += n * mass * point;
    const row = ((j % m) + m) % m;
    partnerOfB[row]! += m * mass * (a[i]! - (point - b[row]!));
    reached = end;
    if (endA <= endB) i++;
    if (endB <= endA) j++;
  }
  return { cost, potentialX: potential(a, partnerOfA), potentialY: potential(b, partnerOfB) };
}

function unrolled(b: Float64Array, j: number): number {
  const turns = Math.floor(j / b.length);
  return b[j - turns * b.length]! + 2 * Math.PI * turns;
}
