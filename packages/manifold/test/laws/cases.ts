// The manifolds under test, points and tangent vectors on them, and how much each amplifies rounding.

import { createRandom, type Random } from "@nce-geometry/tensor";
import {
  ball,
  box,
  circle,
  euclidean,
  type Float64Rows,
  lorentz,
  type Manifold,
  product,
  sphere,
  torus,
} from "../../src/index.ts";

export interface Case {
  readonly manifold: Manifold;
  /** Points in general position, with moderate coordinates. */
  readonly points: (random: Random, n: number) => Float64Rows;
  /**
   * Power of the coordinates' size c by which rounding grows: coordinates round to ε·c, and where the metric subtracts their
   * squares, lengths are off by ε·c².
   */
  readonly growthOfCoordinates: 1 | 2;
  /** By how much directions are amplified within 0.8 of the injectivity radius: θ/sin θ ≤ 4.3 on spheres. */
  readonly amplification: 1 | 4.3;
}

const spherical = { growthOfCoordinates: 1, amplification: 4.3 } as const;
const straight = { growthOfCoordinates: 1, amplification: 1 } as const;
const hyperbolic = { growthOfCoordinates: 2, amplification: 1 } as const;

type Growth = Pick<Case, "growthOfCoordinates" | "amplification">;

const uniform = (manifold: Manifold, growth: Growth): Case => ({
  manifold,
  points: (random, n) => manifold.rows.sampleUniform(random, n),
  ...growth,
});

/** So far from the boundary that short steps stay inside. */
const inside = (manifold: Manifold): Case => ({
  manifold,
  points: (random, n) => {
    const { rows } = manifold;
    return rows.geodesic(rows.origin(), rows.sampleUniform(random, n), 0.5);
  },
  ...straight,
});

/** Points at distances of order one from the origin. */
const aroundOrigin = (manifold: Manifold, growth: Growth): Case => ({
  manifold,
  points: (random, n) => {
    const { rows } = manifold;
    const here = repeat(rows.origin(), n);
    return rows.expMap(
      here,
      scaleRows(rows.sampleTangent(random, here), () => 0.7 / Math.sqrt(manifold.dimension)),
    );
  },
  ...growth,
});

export const cases: readonly Case[] = [
  uniform(circle(), spherical),
  uniform(sphere(3), spherical),
  uniform(sphere(17), spherical),
  uniform(torus(3), straight),
  inside(ball(4, { radius: 2 })),
  inside(box(3, { low: -1, high: 2 })),
  aroundOrigin(euclidean(5), straight),
  aroundOrigin(lorentz(2), hyperbolic),
  aroundOrigin(lorentz(6), hyperbolic),
  uniform(product(sphere(3), torus(2), circle()), spherical),
  aroundOrigin(product(lorentz(4), sphere(4), euclidean(2)), { ...spherical, ...{ growthOfCoordinates: 2 } }),
];

/** One row, n times. */
export function repeat(row: Float64Rows, n: number): Float64Rows {
  const data = new Float64Array(n * row.dim).map((_, k) => row.data[k % row.dim]!);
  return { rows: n, dim: row.dim, data };
}

/** Rows times one factor each. */
export function scaleRows(x: Float64Rows, factor: (row: number) => number): Float64Rows {
  return { ...x, data: x.data.map((entry, k) => entry * factor(Math.floor(k / x.dim))) };
}

/** How long the steps of the laws are: from nothing to 0.8 of the injectivity radius, small ones among them. */
const LENGTHS = [0, 1e-12, 1e-6, 1e-3, 0.1, 0.5, 0.8];

export interface Sample {
  readonly x: Float64Rows;
  readonly y: Float64Rows;
  /** log_x y, as it was drawn. */
  readonly v: Float64Rows;
  readonly u: Float64Rows;
  readonly w: Float64Rows;
  /** A third point within reach of y. */
  readonly z: Float64Rows;
}

/** Points, and tangent vectors at x of length 1 (u, w) and of all lengths (v); y = exp_x v. */
export function drawSample({ manifold, points }: Case, seed: string): Sample {
  const { rows, injectivityRadius } = manifold;
  const random = createRandom(seed);
  const n = 3 * LENGTHS.length;
  const x = points(random.split("x"), n);
  const unit = (label: string, at: Float64Rows): Float64Rows => {
    const drawn = rows.sampleTangent(random.split(label), at);
    const norms = rows.norm(at, drawn);
    return scaleRows(drawn, (row) => 1 / norms[row]!);
  };
  const reach = Number.isFinite(injectivityRadius) ? injectivityRadius : 1.5;
  const length = (row: number): number => LENGTHS[row % LENGTHS.length]! * reach;
  const v = scaleRows(unit("v", x), length);
  const y = rows.expMap(x, v);
  const z = rows.expMap(
    y,
    scaleRows(unit("z", y), (row) => 0.1 + 0.4 * length(row)),
  );
  return { x, y, v, z, u: unit("u", x), w: unit("w", x) };
}
