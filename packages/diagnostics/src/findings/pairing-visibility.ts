// Whether the ranks of the matches differ from those in a random pairing.

import type { Estimate } from "@nce-geometry/energy";
import { type FindingThresholds, findingThresholds } from "../finding-thresholds.ts";
import type { DirectedRetrieval, Retrieval } from "../pair-analysis.ts";

/**
 * - `none`: every interval includes chance;
 * - `trace`: some interval does not, but no measure is so far off that many looks could not explain it;
 * - `clear`: matches are ranked better than at random; `reversed`: worse.
 */
export type PairingVisibility = "none" | "trace" | "clear" | "reversed";

/** Judged by recall at every k, the mean reciprocal rank and the median rank together. */
export function pairingVisibility(
  retrieval: DirectedRetrieval,
  threshold: FindingThresholds = findingThresholds,
): PairingVisibility {
  const { recall, meanReciprocalRank, medianRank, chance } = retrieval;
  const { deviation } = chance;
  const measures = [
    ...Object.entries(recall).map(([k, estimate]) => {
      return { estimate, expected: chance.recall[k]!, deviation: deviation.recall[k]!, better: 1 };
    }),
    {
      estimate: meanReciprocalRank,
      expected: chance.meanReciprocalRank,
      deviation: deviation.meanReciprocalRank,
      better: 1,
    },
    // Where all candidates tie, the expected rank of a first match is its mean and not its median, unless there is one match.
    ...(medianRank.value === retrieval.meanRank.value && chance.medianRank !== chance.meanRank
      ? []
      : [{ estimate: medianRank, expected: chance.medianRank, deviation: deviation.medianRank, better: -1 }]),
  ].filter((measure) => measure.deviation > 0);
  const distances = measures.map(
    (measure) => (measure.better * (measure.estimate.value - measure.expected)) / measure.deviation,
  );
  if (Math.max(...distances) >= threshold.clearDeviation) return "clear";
  if (Math.min(...distances) <= -threshold.clearDeviation) return "reversed";
  return measures.every(({ estimate, expected }) => includes(estimate, expected)) ? "none" : "trace";
}

/** Whether the pairing stands out from a random one in neither direction. */
export function pairingIsHidden({ xToY, yToX }: Retrieval, threshold: FindingThresholds = findingThresholds): boolean {
  return [xToY, yToX].every((of) => ["none", "trace"].includes(pairingVisibility(of, threshold)));
}

function includes({ value, interval }: Estimate, expected: number): boolean {
  // Where all queries tie the interval is one point, and equals chance up to rounding.
  const rounding = 1e-9 * expected;
  return (interval?.low ?? value) - rounding <= expected && expected <= (interval?.high ?? value) + rounding;
}
