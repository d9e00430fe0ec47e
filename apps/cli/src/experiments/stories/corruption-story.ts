import type { CorruptionSummary } from "@nce-geometry/experiments";
import { corruptionFigure } from "@nce-geometry/plot";
import type { Story, Storyteller } from "../story.ts";
import { estimatesOf, meanText, twoErrors } from "./words.ts";

/** E5: what do wrong partners of the right category do? */
export const corruptionStory: Storyteller = (result, document) => {
  const { points, change } = result.summary as unknown as CorruptionSummary;
  const [first, last] = [points[0]!, points.at(-1)!];
  return {
    question:
      "Captions are often about the right kind of thing, and of the wrong one. Heads are trained on pairs of which a share p was re-paired within its category; what happens to retrieval, and what to the gap?",
    published: "Retrieval falls and the gap grows as more captions are swapped within their category.",
    findings: [
      `Recall@1 of held-out right partners goes from ${meanText(first.recall)} at p = ${first.fraction} to ${meanText(last.recall)} at p = ${last.fraction}; the change of the same seed is ${meanText(change.recall)}.`,
      `The centroid gap changes by ${meanText(change.centroidGap)}, the energy distance by ${meanText(change.energyDistance)}.`,
      `The category of the best candidate is right for ${meanText(last.categoryRecall)} of the queries even at p = ${last.fraction}: what is lost is the item, not the kind.`,
    ],
    reasons: [
      "A wrong partner of the right category pulls an item towards the mean of its category. Heads then agree on categories and no longer on items, so recall falls; whether the centroids move apart as well depends on what the swapping leaves the two heads to disagree about.",
    ],
    figures: [
      {
        name: "corruption",
        svg: corruptionFigure(
          {
            shares: points.map(({ fraction }) => fraction),
            retrieval: [
              { label: "recall@1", ...estimatesOf(points.map(({ recall }) => recall)) },
              { label: "recall@10", ...estimatesOf(points.map(({ recallAt10 }) => recallAt10)) },
              { label: "category", ...estimatesOf(points.map(({ categoryRecall }) => categoryRecall)) },
            ],
            gap: [
              { label: "centroid gap", ...estimatesOf(points.map(({ centroidGap }) => centroidGap)) },
              { label: "energy distance", ...estimatesOf(points.map(({ energyDistance }) => energyDistance)) },
            ],
            retrievalLabel: "share of the held-out queries",
            gapLabel: "gap (chord)",
            intervalLabel: twoErrors,
          },
          { document, title: "Retrieval and gap against the share of corrupted pairs" },
        ),
        caption: "Heads trained on corrupted pairs, judged on held-out pairs with their right partners.",
      },
    ],
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
          meanText(point.energyDistance),
          meanText(point.pairCosine),
        ]),
      },
    ],
  } satisfies Story;
};
