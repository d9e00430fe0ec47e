// E3: two modalities on the circle whose partners differ by a random angle. Do two encoders bring their marginals together?
//
// The seeds fall into two states, compatible and separated, which a mean with a standard error hides; the data's marginals differ
// themselves, and the estimator sees a gap where there is none. So both branches are reported, next to the data's own gap in closed form and
// the estimator's floor, for each population in the denominator on the same seeds.

import type { Experiment, Unit } from "../experiment.ts";
import { checkOptions } from "../runner/check-options.ts";
import { defaults, type MultimodalGapConfig, options } from "./config.ts";
import { type GapResult, type GapUnit, runUnit } from "./run-unit.ts";
import { type GapSummary, summarize } from "./summarize.ts";

/** E3: the gap between two modalities against their misalignment. Source: arXiv:2601.19597. */
export const multimodalGap: Experiment<MultimodalGapConfig, GapUnit, GapResult, GapSummary> = {
  id: "E3",
  title: "Multimodal gap: two encoders on the circle",
  options,
  defaults,
  check: (config) => checkOptions("E3", options, config),
  units({ denominators, misalignments, seeds }) {
    return denominators.flatMap((denominator) =>
      misalignments.flatMap((misalignment) =>
        Array.from({ length: seeds }, (_, seed): Unit<GapUnit> => {
          const key = `${denominator}-sigma-${misalignment}-seed-${seed}`;
          return { key, input: { seed, misalignment, denominator } };
        }),
      ),
    );
  },
  run: (config, { input }, control) => runUnit(config, input, control),
  summarize,
};
