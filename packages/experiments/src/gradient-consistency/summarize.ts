import { intervalOverSeeds, type OverSeeds, overSeeds } from "../runner/over-seeds.ts";
import type { ConsistencyCritic, GradientConsistencyConfig } from "./config.ts";
import type { ConsistencyResult } from "./run-unit.ts";

/** What is known at one N with one critic. */
export type ConsistencyAtSize = {
  readonly critic: ConsistencyCritic;
  readonly size: number;
  /** The paper's protocol. */
  readonly nestedCosine: OverSeeds;
  readonly nestedRelativeError: OverSeeds;
  /** Ours. */
  readonly cosine: OverSeeds;
  readonly relativeError: OverSeeds;
  /** Root of the mean squared relative error free of the references' own; null where that mean is not positive. */
  readonly correctedError: OverSeeds | null;
  /** L − J_τ − log(N V_κ), nats. */
  readonly residual: OverSeeds;
  readonly decoupledResidual: OverSeeds;
  readonly positiveMass: OverSeeds;
  readonly effectiveNegatives: OverSeeds;
};

/** Slope of the log of the corrected error against log N: −½ is the rate of independent samples. */
export type ConsistencySlope = {
  readonly critic: ConsistencyCritic;
  /** Seeds whose slope exists. */
  readonly seeds: number;
  readonly mean: number | null;
  /** Student's interval over the seeds, at level 0.95. */
  readonly interval: { readonly low: number; readonly high: number; readonly level: number } | null;
  /** Whether −½ lies in it. */
  readonly containsMinusHalf: boolean | null;
};

export type ConsistencySummary = {
  readonly sizes: readonly ConsistencyAtSize[];
  readonly slopes: readonly ConsistencySlope[];
  /** Relative error of a reference gradient itself, root of the mean square. */
  readonly referenceErrors: readonly { readonly critic: ConsistencyCritic; readonly relativeError: number | null }[];
};

/** Means over the seeds, and slopes with their intervals. */
export function summarize(
  { sizes, critics }: GradientConsistencyConfig,
  results: readonly ConsistencyResult[],
): ConsistencySummary {
  const of = (critic: ConsistencyCritic) => results.filter((result) => result.critic === critic);
  return {
    sizes: critics.flatMap((critic) => sizes.map((size, k) => atSize(critic, size, k, of(critic)))),
    slopes: critics.map((critic) => slopeOver(critic, of(critic))),
    referenceErrors: critics.map((critic) => ({
      critic,
      relativeError: rootOver(of(critic).map(({ independent }) => independent.referenceSquaredError))?.mean ?? null,
    })),
  };
}

function atSize(
  critic: ConsistencyCritic,
  size: number,
  k: number,
  results: readonly ConsistencyResult[],
): ConsistencyAtSize {
  const over = (list: (result: ConsistencyResult) => readonly number[]) => overSeeds(results.map((r) => list(r)[k]!));
  return {
    critic,
    size,
    nestedCosine: over(({ nested }) => nested.cosine),
    nestedRelativeError: over(({ nested }) => nested.relativeError),
    cosine: over(({ independent }) => independent.cosine),
    relativeError: over(({ independent }) => independent.relativeError),
    correctedError: rootOver(results.map(({ independent }) => independent.squaredError[k]!)),
    residual: over(({ value }) => value.residual),
    decoupledResidual: over(({ value }) => value.decoupledResidual),
    positiveMass: over(({ positiveMass }) => positiveMass),
    effectiveNegatives: over(({ effectiveNegatives }) => effectiveNegatives),
  };
}

function slopeOver(critic: ConsistencyCritic, results: readonly ConsistencyResult[]): ConsistencySlope {
  const slopes = results.flatMap(({ independent }) => (independent.slope === null ? [] : [independent.slope]));
  if (slopes.length === 0) return { critic, seeds: 0, mean: null, interval: null, containsMinusHalf: null };
  const { mean, interval } = intervalOverSeeds(slopes);
  if (interval === null) return { critic, seeds: 1, mean, interval: null, containsMinusHalf: null };
  const containsMinusHalf = interval.low <= -0.5 && -0.5 <= interval.high;
  return { critic, seeds: slopes.length, mean, interval: { ...interval, level: 0.95 }, containsMinusHalf };
}

/** Root of a mean of squares, with the mean's error carried through the root; null where the mean is not positive. */
function rootOver(squares: readonly number[]): OverSeeds | null {
  const { mean, standardError, seeds } = overSeeds(squares);
  if (!(mean > 0)) return null;
  const root = Math.sqrt(mean);
  return { mean: root, standardError: standardError === null ? null : standardError / (2 * root), seeds };
}
