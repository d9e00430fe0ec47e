// Means of log densities of two matched samples in each other's and their own kernel density estimates, each row left out of its own and
// of its partner's sum.
//
// Notation: r_XY(i) = log Σ_{j≠i} κ(x_i, y_j), and so on. n − 1 terms in every sum, so that the comparison is fair.

import { logAddExp, type Rows, type RunControl } from "@nce-geometry/tensor";
import { kernelLogSum } from "../fields/kernel-log-sums.ts";
import { logDensityStatistic } from "./contrast.ts";
import { poolInfluence } from "./pool-influence.ts";
import { passOf, type ResolvedSample } from "./sample-options.ts";
import type { Statistic } from "./statistic.ts";

export interface Pairs {
  readonly x: Rows;
  readonly y: Rows;
}

export interface MeansContext {
  readonly kernel: ResolvedSample;
  readonly logKernelVolume: number;
  /** Control of the next sweep. */
  readonly next: (label: string) => RunControl;
}

export type FourLogSums = Readonly<Record<"xx" | "xy" | "yx" | "yy", Float64Array>>;

/** The four log-sum-exps, in three sweeps. */
export async function fourLogSums({ x, y }: Pairs, { kernel, next }: MeansContext): Promise<FourLogSums> {
  const { critic, temperature, engine } = kernel;
  const reduction = { kind: "logSumExp", critic, temperature, diagonal: "exclude" } as const;
  const [cross] = await engine.reduce(x, y, [reduction], next("fields"));
  const [xx] = await engine.reduce(x, x, [reduction], next("fields"));
  const [yy] = await engine.reduce(y, y, [reduction], next("fields"));
  return { xx: xx.rows, xy: cross.rows, yx: cross.columns, yy: yy.rows };
}

/** E_anchors log ρ̃ for the density of `population`, n − 1 terms. */
export async function meanLogDensity(
  anchors: Rows,
  population: Rows,
  logSums: Float64Array,
  context: MeansContext,
): Promise<Statistic> {
  const asPopulation = await influence(anchors, population, logSums, context);
  return logDensityStatistic({
    logSums,
    terms: anchors.rows - 1,
    logKernelVolume: context.logKernelVolume,
    asPopulation,
  });
}

/** E_anchors log ρ̄ for the half-and-half mixture ρ̄ of both densities. */
export async function meanLogPooledDensity(
  { own, other }: { readonly own: Rows; readonly other: Rows },
  sums: { readonly own: Float64Array; readonly other: Float64Array },
  context: MeansContext,
): Promise<Statistic> {
  const logSums = sums.own.map((r, i) => logAddExp(r, sums.other[i]!));
  const first = await influence(own, own, logSums, context);
  const second = await influence(own, other, logSums, context);
  const asPopulation = first?.map((v, i) => v + second![i]!);
  const { logKernelVolume } = context;
  return logDensityStatistic({ logSums, terms: 2 * (own.rows - 1), logKernelVolume, asPopulation });
}

/** E_anchors log ρ̃₀ for an independent sample of a third law. */
export async function meanLogReferenceDensity(
  anchors: Rows,
  reference: Rows,
  { kernel, logKernelVolume, next }: MeansContext,
): Promise<Statistic> {
  const logSums = await kernelLogSum(anchors, reference, passOf(kernel, "include", next("fields")));
  const terms = reference.rows;
  if (kernel.errorSources === "anchors") return logDensityStatistic({ logSums, terms, logKernelVolume });
  const picked = await poolInfluence(anchors, reference, logSums, passOf(kernel, "include", next("influence")));
  const pool = picked.map((v) => (v * terms) / anchors.rows);
  return logDensityStatistic({ logSums, terms, logKernelVolume, pool });
}

async function influence(anchors: Rows, population: Rows, logSums: Float64Array, { kernel, next }: MeansContext) {
  if (kernel.errorSources === "anchors") return undefined;
  return poolInfluence(anchors, population, logSums, passOf(kernel, "exclude", next("influence")));
}
