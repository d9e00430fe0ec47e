// The pairing of two models' items drawn anew: what a similarity would be if the two had nothing in common but their sizes.

import { createRandom, type RunControl, throwIfAborted, yieldToEventLoop } from "@nce-geometry/tensor";
import { requireInteger } from "../law-tests/option-checks.ts";

export interface PermutationOptions {
  /** B, an integer ≥ 0; 0 for none. p-values are multiples of 1/(B + 1). @defaultValue 0 */
  readonly permutations?: number;
  /** Seed of everything random. @defaultValue 0 */
  readonly seed?: number;
}

/** The statistic with the items of one model permuted. */
export interface PermutationNull {
  readonly mean: number;
  readonly standardDeviation: number;
  /** (1 + number of permuted values at least as large)/(1 + B). */
  readonly pValue: number;
  readonly permutations: number;
}

/** Permutations between two looks at the signal. */
const together = 8;

/** Draws `permutations` permutations of n items, or gives null for none. */
export async function permutationNull(
  where: string,
  n: number,
  observed: number,
  options: PermutationOptions & RunControl,
  statistic: (order: Int32Array) => number,
): Promise<PermutationNull | null> {
  const { permutations = 0, seed = 0, signal, onProgress } = options;
  requireInteger(where, "permutations", permutations, 0);
  if (permutations === 0) return null;
  const random = createRandom(seed).split("permutations");
  const values: number[] = [];
  for (let b = 0; b < permutations; b++) {
    values.push(statistic(random.permutation(n)));
    if (b % together !== 0) continue;
    await yieldToEventLoop();
    throwIfAborted(signal);
    onProgress?.({ done: b + 1, total: permutations, label: "permutations" });
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / permutations;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  // Sums in another order differ by rounding, and such values are ties.
  const tie = 1e-12 * Math.max(1, Math.abs(observed));
  return {
    mean,
    standardDeviation: Math.sqrt(squares / Math.max(1, permutations - 1)),
    pValue: (1 + values.filter((value) => value >= observed - tie).length) / (1 + permutations),
    permutations,
  };
}
