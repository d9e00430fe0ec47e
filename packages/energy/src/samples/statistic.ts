// Numbers with the influence of each sampled row on them: θ̂ ≈ θ + (1/n) Σ_i ψ_i, so that sums of statistics of one sample know how their
// errors go together. For a mean of v the influence is v_i − mean; a row that also stands in other rows' sums adds what it does there.

import { meanOfArray, sumOfArray } from "@nce-geometry/tensor";
import type { Estimate, Unit } from "../estimate.ts";

export interface Statistic {
  readonly value: number;
  /** ψ [n] of the pairs. */
  readonly pairs: Float64Array;
  /** ψ [m] of the rows of an independent population, where there is one. */
  readonly pool?: Float64Array | undefined;
}

/** The mean of one number per pair; `more` is the influence that pairs have beside their own number. */
export function meanStatistic(values: Float64Array, more?: Float64Array, pool?: Float64Array): Statistic {
  const value = meanOfArray(values);
  const pairs = values.map((v, i) => v - value + (more?.[i] ?? 0));
  return { value, pairs: centred(pairs), ...(pool && { pool: centred(pool) }) };
}

/** Σ weight · statistic, of one sample of pairs and at most one population. */
export function combine(terms: readonly (readonly [weight: number, statistic: Statistic])[]): Statistic {
  const total = (part: (statistic: Statistic) => Float64Array | undefined): Float64Array | undefined => {
    const length = terms.map(([, statistic]) => part(statistic)?.length).find((n) => n !== undefined);
    if (length === undefined) return undefined;
    const sum = new Float64Array(length);
    for (const [weight, statistic] of terms)
      for (const [i, v] of part(statistic)?.entries() ?? []) sum[i]! += weight * v;
    return sum;
  };
  return {
    value: sumOfArray(terms.map(([weight, { value }]) => weight * value)),
    pairs: total(({ pairs }) => pairs)!,
    pool: total(({ pool }) => pool),
  };
}

/** The statistic plus a number that is known. */
export function shift(statistic: Statistic, by: number): Statistic {
  return { ...statistic, value: statistic.value + by };
}

/** The estimate that a statistic is: its variance is the sum of those over pairs and over the population. */
export function estimateOf({ value, pairs, pool }: Statistic, unit: Unit, method: string): Estimate {
  const standardError = Math.sqrt(varianceOfMean(pairs) + (pool ? varianceOfMean(pool) : 0));
  return { value, standardError, samples: pairs.length, unit, method };
}

function varianceOfMean(influence: Float64Array): number {
  const n = influence.length;
  return sumOfArray(influence.map((v) => v * v)) / (n * (n - 1));
}

function centred(values: Float64Array): Float64Array {
  const mean = meanOfArray(values);
  return values.map((v) => v - mean);
}
