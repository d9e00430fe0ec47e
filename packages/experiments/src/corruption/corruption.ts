// E5: heads are trained on pairs of which a share p was re-paired. What does wrong pairing do to retrieval and to the gap?
// Judged on held-out pairs with their right partners.

import type { Experiment, Unit } from "../experiment.ts";
import { checkModels } from "../given/check-models.ts";
import type { GivenPairs } from "../given/given-pairs.ts";
import { type CorruptionConfig, check, defaults, options } from "./config.ts";
import { checkGiven, type GivenCorruptionConfig, givenDefaults, givenOptions } from "./given-config.ts";
import type { HeadsConfig } from "./heads-config.ts";
import { type CorruptionResult, type CorruptionUnit, runUnit } from "./run-unit.ts";
import { givenItems, syntheticItems } from "./split-items.ts";
import { type CorruptionSummary, summarize } from "./summarize.ts";

type Corruption<C extends HeadsConfig> = Experiment<C, CorruptionUnit, CorruptionResult, CorruptionSummary>;

const frame = { id: "E5", title: "Corrupted pairs: retrieval and gap", summarize } as const;

/** E5 on synthetic categories, within which partners are exchanged. Source: arXiv:2601.19597. */
export const corruption: Corruption<CorruptionConfig> = {
  ...frame,
  options,
  defaults,
  check,
  units: (config) => unitsOf(config, ["synthetic"]),
  run: (config, { input }, control) => runUnit(config, input, (random) => syntheticItems(random, config), control),
};

/**
 * E5 on given features, on which linear heads are trained; partners are exchanged among all training pairs.
 *
 * Domain:   at least 4 items to train on and 11 held out. With a map, a step draws one caption of each item of its batch, and held-out
 *           items are judged with one caption each, drawn once per seed.
 * Limits:   p = 0 → right pairs alone;  p = 1 → no training item keeps its partner: of independent first heads recall is
 *           chance, of shared ones what they leave of the features'.
 * Numerics: the configuration holds names, hashes and sizes of the data, so that a stored run goes on with its own data alone.
 *           Cost per step O(batch · d · outputs + batch² · outputs).
 * Throws:   InputError E_OPTION.
 * Source:   arXiv:2601.19597.
 */
export function corruptionExperiment({ models, provide }: GivenPairs): Corruption<GivenCorruptionConfig> {
  checkModels("E5", models, 2);
  return {
    ...frame,
    options: givenOptions(models.map(({ name }) => name)),
    defaults: (scale) => givenDefaults(models, scale),
    check: (config) => checkGiven(config, models),
    units: (config) => unitsOf(config, config.models),
    run: async (config, { input }, control) => {
      const given = await provide(input.model, control);
      return runUnit(config, input, (random) => givenItems(random, config, given), control);
    },
  };
}

function unitsOf({ fractions, seeds }: HeadsConfig, models: readonly string[]): readonly Unit<CorruptionUnit>[] {
  return models.flatMap((model) =>
    [null, ...fractions].flatMap((fraction) =>
      Array.from({ length: seeds }, (_, seed): Unit<CorruptionUnit> => {
        const what = fraction === null ? "reference" : `p-${fraction}`;
        return { key: `${what}-seed-${seed}.${model}`, input: { model, seed, fraction } };
      }),
    ),
  );
}
