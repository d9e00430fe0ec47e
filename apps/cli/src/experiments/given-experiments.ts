// The experiments that take data: those of the same names without it, over files.

import {
  corruptionExperiment,
  type Experiment,
  embeddingsTableExperiment,
  type GivenPairs,
} from "@nce-geometry/experiments";

/** By the name of the experiment. */
export const givenExperiments: Readonly<Record<string, (given: GivenPairs) => Experiment>> = {
  E4: (given) => embeddingsTableExperiment(given) as unknown as Experiment,
  E5: (given) => corruptionExperiment(given) as unknown as Experiment,
};
