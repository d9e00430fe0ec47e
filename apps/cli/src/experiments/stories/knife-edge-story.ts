import type { KnifeEdgeSummary } from "@nce-geometry/experiments";
import { heatMapFigure } from "@nce-geometry/plot";
import type { Story, Storyteller } from "../story.ts";
import { shareText } from "./words.ts";

/** OQ3: is agreement of the two modalities a stable state? */
export const knifeEdgeStory: Storyteller = (result, document) => {
  const summary = result.summary as unknown as KnifeEdgeSummary;
  const { ownWeights, spreads, separated, firstStable, lastUnstable, predictedThreshold } = summary;
  return {
    question:
      "Two matched densities are stationary. Does a descent find them, or is agreement a knife-edge from which every perturbation leads away?",
    published:
      "The symmetric functional is concave in each density alone; whether training finds compatible states is left open.",
    findings: [
      lastUnstable === null
        ? "No weight tried made every perturbation grow."
        : `Up to λ = ${lastUnstable} every perturbation of matched densities grows: they are a saddle.`,
      firstStable === null
        ? "No weight tried brought every perturbation back."
        : `From λ = ${firstStable} on every perturbation tried comes back.`,
      `The second variation changes its sign at λ = ${predictedThreshold}.`,
    ],
    reasons: [
      "λ is the weight of D_S added to F^Sym, or, the same thing, the weight of each modality's own population in its denominator. Below ½ even one density alone is unstable, below ¾ the pair is, and from 1 on there is a single minimum.",
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
