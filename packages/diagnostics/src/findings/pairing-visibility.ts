// Whether the ranks of the matches differ from those in a random pairing.

import type { Estimate } from "@nce-geometry/energy";
import { findingThresholds as threshold } from "../finding-thresholds.ts";
import type { DirectedRetrieval, Retrieval } from "../pair-analysis.ts";

/**
 * - `none`: every interval includes chance;
 * - `trace`: some interval does not, but no measure is so far off that many looks could not explain it;
 * - `clear`: matches are ranked better than at random; `reversed`: worse.
 */
export type PairingVisibility = "none" | "trace" | "clear" | "reversed";

/** Judged by recall at every k, the mean reciprocal rank and the median rank together. */
export function pairingVisibility(
  { recall, meanReciprocalRank, medianRank }: DirectedRetrieval,
  chance: Retrieval["chance"],
): PairingVisibility {
  const n = meanReciprocalRank.samples;
  const measures = [
    ...Object.entries(recall).map(([k, estimate]) => {
      const p = chance.recall[k]!;
      return { estimate, expected: p, deviation: Math.sqrt((p * (1 - p)) / n), better: 1 };
    }),
    {
      estimate: meanReciprocalRank,
      expected: chance.meanReciprocalRank,
      deviation: Math.sqrt((meanSquareReciprocalRank(n) - chance.meanReciprocalRank ** 2) / n),
      better: 1,
    },
    // The median of n ranks uniform on 1 … n has the standard deviation n/(2√n).
    { estimate: medianRank, expected: chance.medianRank, deviation: Math.sqrt(n) / 2, better: -1 },
  ].filter(({ deviation }) => deviation > 0);
  const distances = measures.map(
    ({ estimate, expected, deviation, better }) => (better * (estimate.value - expected)) / deviation,
  );
  if (Math.max(...distances) >= threshold.clearDeviation) return "clear";
  if (Math.min(...distances) <= -threshold.clearDeviation) return "reversed";
  return measures.every(({ estimate, expected }) => includes(estimate, expected)) ? "none" : "trace";
}

/** Whether the pairing stands out from a random one in neither direction. */
export function pairingIsHidden({ xToY, yToX, chance }: Retrieval): boolean {
  return [xToY, yToX].every((of) => ["none", "trace"].includes(pairingVisibility(of, chance)));
}

function includes({ value, interval }: Estimate, expected: number): boolean {
  // Where all queries tie the interval is one point, and equals chance up to rounding.
  const rounding = 1e-9 * expected;
  return (interval?.low ?? value) - rounding <= expected && expected <= (interval?.high ?? value) + rounding;
}

function meanSquareReciprocalRank(n: number): number {
  let sum = 0;
  for (let rank = n; rank >= 1; rank--) sum += 1 / rank ** 2;
  return sum / n;
}
