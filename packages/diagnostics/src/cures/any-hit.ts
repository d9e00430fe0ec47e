// Whether any target of a query is among its first k, in expectation over a random order of equal scores.

import type { TargetLists } from "@nce-geometry/pairwise";
import type { Places } from "./rescored-places.ts";

/**
 * Probability of each query to have a target among its first k.
 *
 * Math:     1 − Π_{i<q} (E − i)/(E + R − i), q = k − g: g strangers above its best target, E equal to it, R targets equal to each other.
 * Limits:   no ties → 1 where g < k, else 0;  everything equal, one target of N candidates → k/N.
 */
export function anyHit(
  places: Pick<Places, "score" | "greater" | "equal">,
  targets: TargetLists,
  k: number,
): Float64Array {
  return Float64Array.from({ length: targets.offsets.length - 1 }, (_, i) => {
    const [from, to] = [targets.offsets[i]!, targets.offsets[i + 1]!];
    let best = from;
    for (let t = from + 1; t < to; t++) if (places.score[t]! > places.score[best]!) best = t;
    let tiedTargets = 0;
    for (let t = from; t < to; t++) if (places.score[t] === places.score[best]) tiedTargets++;
    const strangers = places.equal[best]!;
    let missed = 1;
    for (let q = 0; q < k - places.greater[best]!; q++) {
      if (q >= strangers) return 1;
      missed *= (strangers - q) / (strangers + tiedTargets - q);
    }
    return 1 - missed;
  });
}
