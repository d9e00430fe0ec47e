// Every gap regulariser in its three forms, with the size of the terms that it is made of.

import { createRandom, type Rows, type Tensor } from "@nce-geometry/tensor";
import * as losses from "../../src/index.ts";

export interface Regularizer {
  readonly name: string;
  readonly tensors: (x: Tensor, y: Tensor) => Tensor;
  readonly rows: (x: Rows, y: Rows, control?: losses.GapOnRowsOptions) => Promise<losses.GapEstimate>;
  readonly gradient: (x: Rows, y: Rows, control?: losses.GapOnRowsOptions) => Promise<losses.GapGradient>;
  /** Largest term of a value of unit rows, which may cancel. */
  readonly scale: number;
}

/** Directions for rows of dimension 4, and their count. */
export const directions = losses.randomDirections(createRandom(3), { count: 7, dimension: 4 });

const kl = (label: string, options: losses.SymmetricKLOnRowsOptions): Regularizer => ({
  name: `symmetricKL, ${label}`,
  tensors: (x, y) => losses.symmetricKL(x, y, options),
  rows: (x, y, control) => losses.symmetricKLOnRows(x, y, { ...options, ...control }),
  gradient: (x, y, control) => losses.symmetricKLGradientOnRows(x, y, { ...options, ...control }),
  scale: 2 / options.temperature,
});

const mmd = (label: string, options: losses.SquaredMMDOptions): Regularizer => ({
  name: `squaredMMD, ${label}`,
  tensors: (x, y) => losses.squaredMMD(x, y, options),
  rows: (x, y, control) => losses.squaredMMDOnRows(x, y, { ...options, ...control }),
  gradient: (x, y, control) => losses.squaredMMDGradientOnRows(x, y, { ...options, ...control }),
  scale: 2,
});

const ofStatistic = (statistic: "U" | "V"): Regularizer[] => [
  mmd(`${statistic}, two bandwidths`, { statistic, bandwidth: [0.4, 1.1] }),
  mmd(`${statistic}, pooled median`, { statistic }),
  {
    name: `energyDistance, ${statistic}`,
    tensors: (x, y) => losses.energyDistance(x, y, { statistic }),
    rows: (x, y, control) => losses.energyDistanceOnRows(x, y, { statistic, ...control }),
    gradient: (x, y, control) => losses.energyDistanceGradientOnRows(x, y, { statistic, ...control }),
    scale: 4,
  },
  {
    name: `squaredCentroidDistance, ${statistic}`,
    tensors: (x, y) => losses.squaredCentroidDistance(x, y, { statistic }),
    rows: (x, y, control) => losses.squaredCentroidDistanceOnRows(x, y, { statistic, ...control }),
    gradient: (x, y, control) => losses.squaredCentroidDistanceGradientOnRows(x, y, { statistic, ...control }),
    scale: 4,
  },
];

export const regularizers: readonly Regularizer[] = [
  kl("cosine", { temperature: 0.3 }),
  kl("cosine, cold", { temperature: 0.02 }),
  kl("rbf", { temperature: 0.3, critic: { kind: "rbf", scale: 0.5 } }),
  ...ofStatistic("U"),
  ...ofStatistic("V"),
  {
    name: "squaredSlicedWasserstein",
    tensors: (x, y) => losses.squaredSlicedWasserstein(x, y, { directions }),
    rows: (x, y, control) => losses.squaredSlicedWassersteinOnRows(x, y, { directions, ...control }),
    gradient: (x, y, control) => losses.squaredSlicedWassersteinGradientOnRows(x, y, { directions, ...control }),
    scale: 4,
  },
];

/**
 * How many ε a value or a gradient entry may be off by, relative to the size of its terms: d products in a score or distance,
 * whose error an exponential multiplies by its exponent, of size `scale`, and n·m terms summed in any order.
 */
export function growthOf(sizes: { readonly n: number; readonly m: number; readonly d: number }): number {
  return sizes.n * sizes.m + 8 * (sizes.d + 2);
}
