// All experiments by their names.

import { InputError } from "@nce-geometry/tensor";
import { corruption } from "../corruption/corruption.ts";
import { syntheticEmbeddingsTable } from "../embeddings-table/embeddings-table.ts";
import type { Experiment } from "../experiment.ts";
import { gradientConsistency } from "../gradient-consistency/gradient-consistency.ts";
import { multimodalGap } from "../multimodal-gap/multimodal-gap.ts";
import { controlComparison } from "../open-questions/control-comparison.ts";
import { densityFloor } from "../open-questions/density-floor.ts";
import { finiteMap } from "../open-questions/finite-map.ts";
import { knifeEdge } from "../open-questions/knife-edge.ts";
import { temperatureCalibration } from "../open-questions/temperature-calibration.ts";
import { unboundedSpaces } from "../open-questions/unbounded-spaces.ts";
import { unimodalGibbs } from "../unimodal-gibbs/unimodal-gibbs.ts";

/** The experiments in the order in which to show them. */
export const experiments: readonly Experiment[] = [
  gradientConsistency,
  unimodalGibbs,
  multimodalGap,
  syntheticEmbeddingsTable,
  corruption,
  finiteMap,
  densityFloor,
  knifeEdge,
  controlComparison,
  temperatureCalibration,
  unboundedSpaces,
];

/**
 * The experiment of a name.
 *
 * Throws:   InputError E_OPTION where there is none; the hint lists them.
 */
export function experimentOf(id: string): Experiment {
  const found = experiments.find((experiment) => experiment.id === id);
  if (found !== undefined) return found;
  const details = { expected: "the name of an experiment", received: JSON.stringify(id) };
  const hint = `They are ${experiments.map((experiment) => experiment.id).join(", ")}.`;
  throw new InputError({ code: "E_OPTION", where: "experimentOf", argument: "id", ...details, hint });
}
