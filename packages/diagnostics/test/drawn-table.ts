// Scores of captions and items whose matches follow a softmax exactly.

import { createRandom } from "@nce-geometry/tensor";
import type { ItemScoreTable } from "../src/calibration/item-score-table.ts";

/** Captions with cosines uniform on (−1, 1) to n items, the match drawn from the softmax at β. */
export function drawnTable(seed: number, captions: number, beta: number, n: number): ItemScoreTable {
  const random = createRandom(seed);
  const scores = random.uniform(captions * n, { low: -1, high: 1 });
  const chosen = random.uniform(captions);
  const itemOf = Int32Array.from({ length: captions }, (_, j) => {
    const weights = scores.subarray(j * n, (j + 1) * n).map((s) => Math.exp(beta * s));
    let left = chosen[j]! * weights.reduce((sum, w) => sum + w, 0);
    let item = 0;
    while (item < n - 1 && left >= weights[item]!) left -= weights[item++]!;
    return item;
  });
  return { sample: { rows: n, of: n }, items: n, captions, itemOf, scores };
}
