import type { Storyteller } from "../story.ts";
import { corruptionStory } from "./corruption-story.ts";
import { densityFloorStory } from "./density-floor-story.ts";
import { gradientConsistencyStory } from "./gradient-consistency-story.ts";
import { knifeEdgeStory } from "./knife-edge-story.ts";
import { multimodalGapStory } from "./multimodal-gap-story.ts";
import { unimodalGibbsStory } from "./unimodal-gibbs-story.ts";

/** Who tells which experiment, by its name. */
export const storytellers: Readonly<Record<string, Storyteller>> = {
  E1: gradientConsistencyStory,
  E2: unimodalGibbsStory,
  E3: multimodalGapStory,
  E5: corruptionStory,
  OQ2: densityFloorStory,
  OQ3: knifeEdgeStory,
};
