// The stationary law of a discretised diffusion, computed instead of sampled: its transition operator as a matrix on nodes between which functions are interpolated.

/** Weighted outcomes of one step from a node. */
export type Transition = (node: number) => readonly { readonly to: number; readonly weight: number }[];

export interface Interpolation {
  readonly nodes: readonly number[];
  /** Values at `x` of the functions that are 1 at one node and 0 at the others. */
  readonly cardinals: (x: number) => Float64Array;
}

/** Weights on the nodes, so that E φ = Σ_j π_j φ(node_j) for smooth φ: any row of a high power of the transition matrix. */
export function stationaryLaw({ nodes, cardinals }: Interpolation, transition: Transition): Float64Array {
  const n = nodes.length;
  let matrix: Float64Array = new Float64Array(n * n);
  for (const [i, node] of nodes.entries()) {
    for (const { to, weight } of transition(node)) {
      const values = cardinals(to);
      for (let j = 0; j < n; j++) matrix[i * n + j]! += weight * values[j]!;
    }
  }
  for (let doubling = 0; doubling < 24; doubling++) matrix = normalizedRows(multiply(matrix, matrix, n), n);
  return matrix.slice(0, n);
}

/** Polynomials on [−1, 1] through n + 1 Chebyshev points, by the barycentric formula. */
export function chebyshev(n: number): Interpolation {
  const nodes = Array.from({ length: n + 1 }, (_, k) => Math.cos((Math.PI * k) / n));
  const signs = nodes.map((_, k) => (k % 2 === 0 ? 1 : -1) * (k === 0 || k === n ? 0.5 : 1));
  return {
    nodes,
    cardinals: (x) => {
      const exact = nodes.indexOf(x);
      if (exact >= 0) return new Float64Array(n + 1).fill(1, exact, exact + 1);
      const terms = Float64Array.from(nodes, (node, k) => signs[k]! / (x - node));
      const total = terms.reduce((sum, term) => sum + term, 0);
      return terms.map((term) => term / total);
    },
  };
}

/** Trigonometric polynomials through n (odd) equally spaced angles. */
export function fourier(n: number): Interpolation {
  const nodes = Array.from({ length: n }, (_, k) => (2 * Math.PI * k) / n);
  return {
    nodes,
    cardinals: (x) => {
      return Float64Array.from(nodes, (node) => {
        const half = (x - node) / 2;
        const sine = Math.sin(half);
        return Math.abs(sine) < 1e-12 ? 1 : Math.sin(n * half) / (n * sine);
      });
    },
  };
}

/** A standard normal variable as nodes and weights: trapezoid, exact to rounding for functions that are smooth on the scale of ½. */
export const normalNodes: readonly { x: number; weight: number }[] = weighted(
  Array.from({ length: 37 }, (_, i) => (i - 18) / 2),
  (x) => Math.exp((-x * x) / 2),
);

/** The length of a standard normal vector of k dimensions. */
export function chiNodes(k: number): readonly { x: number; weight: number }[] {
  if (k === 0) return [{ x: 0, weight: 1 }];
  // As a function of log r the density is smooth and decays on both sides.
  const logs = Array.from({ length: 80 }, (_, i) => -17 + i * 0.25);
  return weighted(logs, (u) => Math.exp(k * u - Math.exp(2 * u) / 2)).map(({ x, weight }) => ({
    x: Math.exp(x),
    weight,
  }));
}

function weighted(nodes: readonly number[], density: (x: number) => number): { x: number; weight: number }[] {
  const values = nodes.map(density);
  const total = values.reduce((sum, value) => sum + value, 0);
  return nodes.map((x, i) => ({ x, weight: values[i]! / total })).filter(({ weight }) => weight > 1e-17);
}

function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      for (let j = 0; j < n; j++) out[i * n + j]! += a[i * n + k]! * b[k * n + j]!;
    }
  }
  return out;
}

/** Rows sum to 1: rounding would make powers grow or fade. */
function normalizedRows(matrix: Float64Array, n: number): Float64Array {
  for (let i = 0; i < n; i++) {
    const row = matrix.subarray(i * n, (i + 1) * n);
    const total = row.reduce((sum, value) => sum + value, 0);
    for (let j = 0; j < n; j++) row[j]! /= total;
  }
  return matrix;
}
