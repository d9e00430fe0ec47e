// Pairs of the circle by the hundred thousand: θ from 0.7·vM(0, 6) + 0.3·vM(π, 6), θ' = θ + σN, features (cos, sin) with noise. The
// generator `generatePairedCircle` has the same law, and every truth about it; training needs the rows alone, and many.

import type { CircleComponent } from "@nce-geometry/synthetic";
import type { Random } from "@nce-geometry/tensor";

/** The law of θ. Both components have one concentration. */
export const circleComponents: readonly CircleComponent[] = [
  { weight: 0.7, mean: 0, concentration: 6 },
  { weight: 0.3, mean: Math.PI, concentration: 6 },
];

export interface CirclePairs {
  /** Features [n, 2] of both modalities. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Angles [n] in (−π, π] that they show. */
  readonly anglesX: Float64Array;
  readonly anglesY: Float64Array;
}

export interface CirclePairsOptions {
  readonly pairs: number;
  /** σ, radians. */
  readonly misalignment: number;
  /** Deviation of the noise on each coordinate. */
  readonly featureNoise: number;
}

/**
 * Draws pairs.
 *
 * Limits:   one seed gives the same θ, the same N and the same feature noise at every σ, so that only σ differs.
 */
export function drawCirclePairs(random: Random, options: CirclePairsOptions): CirclePairs {
  const { pairs, misalignment, featureNoise } = options;
  const anglesX = drawAngles(random.split("angles"), pairs);
  const turns = misalignment === 0 ? undefined : random.split("turns").normal(pairs);
  const anglesY = turns === undefined ? anglesX : anglesX.map((angle, i) => wrapped(angle + misalignment * turns[i]!));
  const [noiseX, noiseY] = ["noise of x", "noise of y"].map((name) => random.split(name));
  return {
    x: features(noiseX!, anglesX, featureNoise),
    y: features(noiseY!, anglesY, featureNoise),
    anglesX,
    anglesY,
  };
}

/**
 * Angles of the law of θ in (−π, π).
 *
 * Numerics: by inversion of the law whose density is linear between 2¹³ + 1 equal steps; the density is off by 3e-6 of itself at most.
 */
export function drawAngles(random: Random, n: number): Float64Array {
  const { density, below, guide } = angleTable;
  return random.uniform(n).map((share) => {
    let cell = guide[Math.floor(share * cells)]!;
    while (below[cell + 1]! <= share) cell++;
    const [a, b] = [density[cell]!, density[cell + 1]!];
    const inside = (share - below[cell]!) / (below[cell + 1]! - below[cell]!);
    // The t at which ∫₀ᵗ a + (b − a)s ds is that share of the whole.
    const t = (inside * (a + b)) / (a + Math.sqrt(a * a + (b * b - a * a) * inside));
    return (cell + t) * cellWidth - Math.PI;
  });
}

const cells = 2 ** 13;
const cellWidth = (2 * Math.PI) / cells;
const angleTable = tabulate();

/** Density at the edges of the cells, share below each edge, and the cell in which each multiple of 1/cells lies. */
function tabulate(): { readonly density: Float64Array; readonly below: Float64Array; readonly guide: Int32Array } {
  const density = Float64Array.from({ length: cells + 1 }, (_, k) => {
    const angle = k * cellWidth - Math.PI;
    return circleComponents.reduce(
      (sum, { weight, mean, concentration }) => sum + weight * Math.exp(concentration * (Math.cos(angle - mean) - 1)),
      0,
    );
  });
  const below = new Float64Array(cells + 1);
  for (let k = 0; k < cells; k++) below[k + 1] = below[k]! + (density[k]! + density[k + 1]!) / 2;
  const total = below[cells]!;
  for (let k = 0; k <= cells; k++) below[k]! /= total;
  const guide = new Int32Array(cells);
  for (let share = 0, cell = 0; share < cells; share++) {
    while (below[cell + 1]! <= share / cells) cell++;
    guide[share] = cell;
  }
  return { density, below, guide };
}

/** Into (−π, π]. */
export function wrapped(angle: number): number {
  return angle - 2 * Math.PI * Math.ceil((angle - Math.PI) / (2 * Math.PI));
}

/** Isotropic normal noise of the plane has a Rayleigh length and a uniform direction: two uniform numbers a point. */
function features(random: Random, angles: Float64Array, deviation: number): Float64Array {
  const rows = new Float64Array(2 * angles.length);
  const uniforms = deviation === 0 ? rows : random.uniform(2 * angles.length);
  for (let i = 0; i < angles.length; i++) {
    const length = deviation * Math.sqrt(-2 * Math.log1p(-uniforms[2 * i]!));
    const direction = 2 * Math.PI * uniforms[2 * i + 1]!;
    rows[2 * i] = Math.cos(angles[i]!) + length * Math.cos(direction);
    rows[2 * i + 1] = Math.sin(angles[i]!) + length * Math.sin(direction);
  }
  return rows;
}
