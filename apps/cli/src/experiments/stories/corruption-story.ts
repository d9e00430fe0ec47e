import type { CorruptionSummary } from "@nce-geometry/experiments";
import type { Story, Storyteller } from "../story.ts";
import { meanText } from "./words.ts";

/** E5: what do wrong partners of the right category do? */
export const corruptionStory: Storyteller = (result) => {
  const { points, change } = result.summary as unknown as CorruptionSummary;
  const [first, last] = [points[0]!, points.at(-1)!];
  return {
    question:
      "Captions are often about the right kind of thing, and of the wrong one. Heads are trained on pairs of which a share p was re-paired within its category; what happens to retrieval, and what to the gap?",
    published: "Retrieval falls and the gap grows as more captions are swapped within their category.",
    findings: [
      `Recall@1 of held-out right partners goes from ${meanText(first.recall)} at p = ${first.fraction} to ${meanText(last.recall)} at p = ${last.fraction}; the change of the same seed is ${meanText(change.recall)}.`,
      `The centroid gap changes by ${meanText(change.centroidGap)}, the energy distance by ${meanText(change.energyDistance, 4)}.`,
      `The category of the best candidate is right for ${meanText(last.categoryRecall)} of the queries even at p = ${last.fraction}: what is lost is the item, not the kind.`,
    ],
    reasons: [
      "A wrong partner of the right category pulls an item towards the mean of its category. Heads then agree on categories and no longer on items, so recall falls; whether the centroids move apart as well depends on what the swapping leaves the two heads to disagree about.",
    ],
    figures: [],
    tables: [
      {
        title: "Held-out pairs with right partners: mean ± standard error over seeds",
        columns: ["p", "recall@1", "recall@10", "category", "centroid gap", "energy distance", "cosine of partners"],
        rows: points.map((point) => [
          String(point.fraction),
          meanText(point.recall),
          meanText(point.recallAt10),
          meanText(point.categoryRecall),
          meanText(point.centroidGap),
          meanText(point.energyDistance, 4),
          meanText(point.pairCosine),
        ]),
      },
    ],
  } satisfies Story;
};
