// One number per seed, and what they say together.

import { meanOfArray } from "@nce-geometry/tensor";

/** A mean over seeds; plain JSON. */
export type OverSeeds = {
  readonly mean: number;
  /** Spread of the seeds over the root of their number; null of a single seed, which tells no spread. */
  readonly standardError: number | null;
  readonly seeds: number;
};

/**
 * Mean over seeds with its standard error.
 *
 * Math:     m = (1/n) Σ v_s;  √(Σ (v_s − m)²/(n(n − 1)))
 * Domain:   at least one value.
 * Limits:   equal values → standard error 0;  {0, 1} → ½ ± ½.
 */
export function overSeeds(values: readonly number[]): OverSeeds {
  const seeds = values.length;
  const mean = meanOfArray(values);
  if (seeds < 2) return { mean, standardError: null, seeds };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (seeds * (seeds - 1))), seeds };
}
