import type { KnifeEdgeSummary } from "@nce-geometry/experiments";
import { heatMapFigure } from "@nce-geometry/plot";
import type { Story, Storyteller } from "../story.ts";
import { shareText } from "./words.ts";

/** OQ3: is agreement of the two modalities a stable state? */
export const knifeEdgeStory: Storyteller = (result, document) => {
  const summary = result.summary as unknown as KnifeEdgeSummary;
  const { ownWeights, spreads, separated, firstStable, lastUnstable } = summary;
  return {
    question:
      "Two matched densities are stationary. Does a descent find them, or is agreement a knife-edge from which every perturbation leads away?",
    published:
      "The symmetric functional is concave in each density alone; whether training finds compatible states is left open.",
    findings: [
      lastUnstable === null
        ? "There is no λ tried up to which every perturbation grows."
        : `Up to λ = ${lastUnstable} every perturbation of matched densities that was tried grows.`,
      firstStable === null
        ? "There is no λ tried from which on every perturbation comes back."
        : `From λ = ${firstStable} on every perturbation that was tried comes back.`,
      curvatureInWords(summary),
      ...unfinishedInWords(summary),
    ],
    reasons: [
      "λ is the weight of D_S added to F^Sym, or, the same thing, the weight of each modality's own population in its denominator. Below ½ even one density alone is unstable, below ¾ the pair is: matched densities are a saddle. Between ¾ and 1 they are a local minimum: small perturbations come back, large ones need not. From 1 on there is a single minimum.",
    ],
    figures: [
      {
        name: "stability",
        svg: heatMapFigure(
          {
            rows: { label: "λ", values: ownWeights },
            columns: { label: "size of the perturbation (nats)", values: spreads },
            values: separated.map((row) => row.map(({ value }) => value)),
            valueLabel: "share of descents that separate",
            format: "percent",
            domain: [0, 1],
            intervals: separated.map((row) => row.map(({ low, high }) => ({ lower: low, upper: high }))),
            intervalLabel: "95 % interval",
          },
          { document, title: "From matched densities, perturbed: who comes back?" },
        ),
        caption: "Share of descents from perturbed matched densities that end separated.",
      },
    ],
    tables: [
      {
        title: "Share of descents that end separated, by λ and size of the perturbation",
        columns: ["λ", ...spreads.map((spread) => `spread ${spread}`)],
        rows: ownWeights.map((weight, k) => [String(weight), ...separated[k]!.map(shareText)]),
      },
    ],
  } satisfies Story;
};

/** The second variation along (h, −h) at the matched state, as it was taken. */
function curvatureInWords({ lastNegative, firstPositive, predictedThreshold }: KnifeEdgeSummary): string {
  const parts = [
    ...(lastNegative === null ? [] : [`negative up to λ = ${lastNegative}`]),
    ...(firstPositive === null ? [] : [`positive from λ = ${firstPositive} on`]),
  ];
  const found = parts.length > 0 ? parts.join(" and ") : "of no one sign at any λ tried";
  return `The second variation that tears the densities apart, taken in random directions, is ${found}; in closed form it changes its sign at λ = ${predictedThreshold}.`;
}

function unfinishedInWords({ unfinished: { count, descents } }: KnifeEdgeSummary): readonly string[] {
  if (count === 0) return [];
  return [`${count} of ${descents} descents used up their steps; they are counted by where they were.`];
}
