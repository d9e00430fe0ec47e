// How far the cosines of a cloud are from those of uniform points. Notation: C_n the share of pairs with an angle up to θ, C its law.

import { createUncertainty, type Estimate, type UncertaintyOptions } from "@nce-geometry/energy";
import { createRandom, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import { type CosineLaw, cosineLaw } from "./cosine-law.ts";
import { requireInteger } from "./option-checks.ts";
import {
  type CloudSample,
  type CloudSampleOptions,
  type PairAngles,
  pairAngles,
  rowMeansOfPairs,
  sampleCloud,
} from "./pair-angles.ts";

export interface CosineLawDistanceOptions extends CloudSampleOptions, UncertaintyOptions, RunControl {
  /** Uniform clouds of the same size that are drawn for comparison, an integer ≥ 0; each costs as much as the measure. @defaultValue 9 */
  readonly nullDraws?: number;
}

export interface CosineLawDistance {
  readonly sample: CloudSample;
  readonly distance: Estimate;
  /** The same of `nullDraws` uniform clouds of as many rows, or null without draws. */
  readonly uniform: {
    readonly mean: number;
    readonly standardDeviation: number;
    /** (1 + number of draws at least as far)/(1 + draws). */
    readonly pValue: number;
    readonly draws: number;
  } | null;
}

/**
 * Wasserstein-1 distance of the cosines of all pairs from the law of uniform points of the sphere.
 *
 * Math:     ∫_{−1}^{1} |F_n(t) − F(t)| dt, F the law of 2·Beta((d−1)/2, (d−1)/2) − 1.
 * Shapes:   x [n, d] of unit rows → record.
 * Domain:   n ≥ 2, d ≥ 2.
 * Limits:   all rows equal → 1;  uniform law → 0 as N → ∞, like 1/N;  half the rows x, half −x → 1 as N → ∞.
 * Numerics: exact for the sorted cosines but for 1e-12 of the law. Near the uniform law the influence of a row vanishes and its interval is too
 *           narrow: judge by the uniform clouds. Cost: O(N²(d + log N)) per cloud, N at most `maxRows`.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 * Source:   the law: classical; as a measure of uniformity: Koromilas et al., ICML 2024.
 */
export async function cosineLawDistance(x: Rows, options: CosineLawDistanceOptions = {}): Promise<CosineLawDistance> {
  const where = "cosineLawDistance";
  const { nullDraws = 9, seed = 0, signal } = options;
  requireInteger(where, "nullDraws", nullDraws, 0);
  const { cloud, sample } = await sampleCloud(where, x, options);
  const law = cosineLaw(cloud.dim);
  const pairs = await pairAngles(cloud, options);
  const { value, slope } = distanceToLaw(pairs.angles, law);
  const { rows, mean } = rowMeansOfPairs(pairs, slope);
  const influence = rows.map((own) => 2 * (own - mean));
  const distance = createUncertainty(where, cloud.rows, options).fromInfluence(value, influence, "1");
  const random = createRandom(seed).split("uniform clouds");
  const draws: number[] = [];
  for (let draw = 0; draw < nullDraws; draw++) {
    const angles = await pairAngles(uniformCloud(cloud, random.split(draw).normal(cloud.rows * cloud.dim)), { signal });
    draws.push(distanceToLaw(angles.angles, law).value);
  }
  return { sample, distance, uniform: nullDraws === 0 ? null : compare(value, draws) };
}

/** ∫|C_n − C| sin θ dθ, and ∫ sgn(C_n − C) sin θ up to an angle: the influence of a pair on it. */
export function distanceToLaw(
  angles: PairAngles["angles"],
  law: CosineLaw,
): { readonly value: number; readonly slope: (angle: number) => number } {
  const sorted = angles.toSorted();
  const count = sorted.length;
  const knots: number[] = [-1];
  const levels: number[] = [0];
  let total = 0;
  let value = 0;
  let here = { angle: 0, probability: 0, integral: law.integral(0, 0) };
  const advance = (angle: number, probability: number, share: number): void => {
    const next = { angle, probability, integral: law.integral(angle, probability) };
    const stretch = Math.cos(here.angle) - Math.cos(angle);
    const excess = share * stretch - (next.integral - here.integral);
    value += Math.abs(excess);
    total += Math.sign(excess) * stretch;
    knots.push(-Math.cos(angle));
    levels.push(total);
    here = next;
  };
  for (let k = 0; k <= count; k++) {
    const share = k / count;
    const end = k < count ? sorted[k]! : Math.PI;
    const probability = k < count ? law.probability(end) : 1;
    if (here.probability < share && share < probability) advance(crossing(law, here.angle, end, share), share, share);
    advance(end, probability, share);
  }
  // What lies beyond an angle, counted from π: more pairs below θ raise C_n from θ on.
  return { value, slope: (angle) => total - interpolate(knots, levels, -Math.cos(angle)) };
}

/** The angle between two where the law reaches a share. */
function crossing(law: CosineLaw, from: number, to: number, share: number): number {
  let [low, high] = [from, to];
  for (let step = 0; step < 60 && high - low > 1e-15; step++) {
    const middle = (low + high) / 2;
    if (law.probability(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function interpolate(knots: readonly number[], levels: readonly number[], at: number): number {
  let [low, high] = [0, knots.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (knots[middle]! <= at) low = middle;
    else high = middle;
  }
  const width = knots[high]! - knots[low]!;
  return width <= 0 ? levels[low]! : levels[low]! + ((at - knots[low]!) / width) * (levels[high]! - levels[low]!);
}

function uniformCloud({ rows, dim }: RowMatrix, normal: Float64Array): RowMatrix {
  for (let i = 0; i < rows; i++) {
    const row = normal.subarray(i * dim, (i + 1) * dim);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    for (let k = 0; k < dim; k++) row[k]! /= norm;
  }
  return { rows, dim, data: normal };
}

function compare(value: number, draws: readonly number[]): NonNullable<CosineLawDistance["uniform"]> {
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const squares = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0);
  const larger = draws.filter((draw) => draw >= value).length;
  return {
    mean,
    standardDeviation: Math.sqrt(squares / Math.max(1, draws.length - 1)),
    pValue: (1 + larger) / (1 + draws.length),
    draws: draws.length,
  };
}
