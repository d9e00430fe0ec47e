import type { DenominatorKind } from "@nce-geometry/tensor";

/** A set of negatives as an anchor sees it: rows of the other side, of its own side, or of a fixed reference. */
export type PopulationName = "cross" | "own" | "reference";

/** One logarithm of a denominator, and how much it counts. */
export interface DenominatorTerm {
  readonly weight: number;
  /** Summed over together. */
  readonly populations: readonly PopulationName[];
}

/** The logarithms of denominators that make up a loss; their weights sum to 1. */
export function denominatorTerms(denominator: DenominatorKind, ownWeight: number): readonly DenominatorTerm[] {
  if (denominator === "pooled") return [{ weight: 1, populations: ["cross", "own"] }];
  if (denominator !== "cross") return [{ weight: 1, populations: [denominator] }];
  const mixture: DenominatorTerm[] = [
    { weight: 1 - ownWeight, populations: ["cross"] },
    { weight: ownWeight, populations: ["own"] },
  ];
  // A denominator that does not count is not computed either.
  return mixture.filter(({ weight }) => weight > 0);
}
