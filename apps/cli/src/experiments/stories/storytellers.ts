import type { Storyteller } from "../story.ts";
import { controlStory } from "./control-story.ts";
import { corruptionStory } from "./corruption-story.ts";
import { densityFloorStory } from "./density-floor-story.ts";
import { embeddingsTableStory } from "./embeddings-table-story.ts";
import { finiteMapStory } from "./finite-map-story.ts";
import { gradientConsistencyStory } from "./gradient-consistency-story.ts";
import { knifeEdgeStory } from "./knife-edge-story.ts";
import { multimodalGapStory } from "./multimodal-gap-story.ts";
import { temperatureCalibrationStory } from "./temperature-calibration-story.ts";
import { unboundedSpacesStory } from "./unbounded-spaces-story.ts";
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
  OQ5: temperatureCalibrationStory,
  OQ6: unboundedSpacesStory,
};
