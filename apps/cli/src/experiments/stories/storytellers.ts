import type { Storyteller } from "../story.ts";
import { controlStory } from "./control-story.ts";
import { corruptionStory } from "./corruption-story.ts";
import { densityFloorStory } from "./density-floor-story.ts";
import { embeddingsTableStory } from "./embeddings-table-story.ts";
import { finiteMapStory } from "./finite-map-story.ts";
import { tableStory } from "./generic-story.ts";
import { gradientConsistencyStory } from "./gradient-consistency-story.ts";
import { knifeEdgeStory } from "./knife-edge-story.ts";
import { multimodalGapStory } from "./multimodal-gap-story.ts";
import { unimodalGibbsStory } from "./unimodal-gibbs-story.ts";

/** Who tells which experiment, by its name. */
export const storytellers: Readonly<Record<string, Storyteller>> = {
  E1: gradientConsistencyStory,
  E2: unimodalGibbsStory,
  E3: multimodalGapStory,
  E4: embeddingsTableStory,
  E5: corruptionStory,
  OQ1: finiteMapStory,
  OQ2: densityFloorStory,
  OQ3: knifeEdgeStory,
  OQ4: controlStory,
  OQ5: tableStory({
    question:
      "A temperature that is too low leaves a gradient to a handful of negatives. Which temperature can N negatives bear?",
    published: "Adaptive temperatures are left open.",
    findings: [
      "For each N the table gives the temperature at which the gradient reaches the wanted cosine with that of the population, the noise of the reference allowed for.",
    ],
    reasons: [
      "The softmax at temperature τ spreads over about the effective number of negatives; the gradient is an average of so many.",
    ],
  }),
  OQ6: tableStory({
    question: "On the sphere every temperature has a Gibbs law. What is left in unbounded spaces?",
    published: "Non-compact spaces are left open.",
    findings: [
      "Under a pull towards the origin there is a law, and particles reach it; without one they escape, faster in the hyperbolic plane than in the Euclidean one.",
    ],
    reasons: [
      "Entropy has no bound where volume has none: a potential must grow for the free energy to have a minimum.",
    ],
  }),
};
