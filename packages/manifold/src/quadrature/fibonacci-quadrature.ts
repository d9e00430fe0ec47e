import { requireInteger } from "./option-checks.ts";
import type { Quadrature } from "./quadrature.ts";

export interface FibonacciQuadratureOptions {
  /** How many points. @defaultValue 4096 */
  readonly nodes?: number;
}

/**
 * Fibonacci lattice on the unit sphere S²: points on a spiral by the golden angle, equal weights. For plots and particles; the product rule is more accurate.
 *
 * Math:     z_i = 1 − (2i + 1)/n, φ_i = 2πi/g², g the golden ratio; weights 4π/n
 * Shapes:   → points [n, 3], weights [n], from the north pole to the south pole.
 * Domain:   n ≥ 1.
 * Limits:   f(z) → error −(π/(3n²))·(f'(1) − f'(−1)) to leading order, the midpoint rule in z.
 * Numerics: error O(n⁻²) for smooth f of z alone, O(n^(−3/2)) for other smooth f: the ends of the spiral are lopsided.
 * Throws:   InputError E_OPTION.
 * Source:   R. Swinbank, R. J. Purser, Fibonacci grids, Q. J. R. Meteorol. Soc. 132 (2006).
 */
export function fibonacciQuadrature(options: FibonacciQuadratureOptions = {}): Quadrature {
  const { nodes: n = 4096 } = options;
  requireInteger("fibonacciQuadrature", "nodes", n, 1);
  const data = new Float64Array(3 * n);
  for (let i = 0; i < n; i++) {
    const versine = (2 * i + 1) / n;
    const radius = Math.sqrt(versine * (2 - versine));
    const turns = i * GOLDEN_TURN;
    const longitude = 2 * Math.PI * (turns - Math.floor(turns));
    data.set([radius * Math.cos(longitude), radius * Math.sin(longitude), 1 - versine], 3 * i);
  }
  const volume = 4 * Math.PI;
  const weights = new Float64Array(n).fill(volume / n);
  return { kind: "sphereFibonacci", points: { rows: n, dim: 3, data }, weights, volume };
}

/** 1/g² = 2 − g, g the golden ratio. */
const GOLDEN_TURN = (3 - Math.sqrt(5)) / 2;
