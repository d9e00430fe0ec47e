// What the numbers are worth: how many pairs there are, and whether the control experiment came out as it must.

import { type FindingThresholds, findingThresholds } from "../finding-thresholds.ts";
import { inFixed } from "../number-words.ts";
import type { PairAnalysis } from "../pair-analysis.ts";
import { chanceTolerance } from "../shuffle-control.ts";
import type { Sentence } from "./finding.ts";
import { pairingIsHidden } from "./pairing-visibility.ts";

/** A warning where the pairs are too few for the rest to mean much. */
export function fewPairsFindings(
  { items: rows, shuffle, spectrum }: PairAnalysis,
  threshold: FindingThresholds = findingThresholds,
): Sentence[] {
  if (rows >= threshold.fewPairs) return [];
  // Recall of 0 or 1 is at most √(n(n − 1)) standard deviations of chance from chance.
  const fail = rows * (rows - 1) <= chanceTolerance ** 2 ? "cannot" : "can hardly";
  const clauses = [
    "intervals are rough",
    ...(shuffle ? [`the control with a permuted pairing ${fail} fail`] : []),
    ...(spectrum ? ["the spectrum says little"] : []),
  ];
  return [{ topic: "fewPairs", tone: "warning", text: `Only ${rows} pairs: ${clauses.join(", ")}.` }];
}

/** The outcome of the shuffle control. */
export function controlFindings(
  { shuffle, retrieval, items: rows }: PairAnalysis,
  threshold: FindingThresholds = findingThresholds,
): Sentence[] {
  if (!shuffle) return [];
  const deviation = `at most ${inFixed(shuffle.largestDeviation)} standard deviations from it`;
  if (!shuffle.retrievalAtChance || !shuffle.marginalsHeld) {
    const failures = [
      ...(shuffle.retrievalAtChance
        ? []
        : [`retrieval stays away from chance (by ${inFixed(shuffle.largestDeviation)} standard deviations)`]),
      ...(shuffle.marginalsHeld ? [] : ["measures that do not depend on the pairing changed"]),
    ];
    const text = `Control failed: with the pairing permuted, ${failures.join(" and ")}; do not trust the numbers above.`;
    return [{ topic: "shuffle", tone: "warning", text }];
  }
  // The warning that the pairs are few has said what the control is worth.
  if (rows < threshold.fewPairs) return [];
  if (pairingIsHidden(retrieval, threshold)) {
    const text = `With the pairing permuted, retrieval is at chance (${deviation}), as it was before: the control says nothing about it here. The gap stays the same.`;
    return [{ topic: "shuffle", tone: "notice", text }];
  }
  const text = `Control passed: with the pairing permuted, retrieval is at chance (${deviation}) and the gap stays the same.`;
  return [{ topic: "shuffle", tone: "good", text }];
}
