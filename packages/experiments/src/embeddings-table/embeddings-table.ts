// E4: pretrained embeddings of paired modalities in one table, gap beside retrieval, each with how sure it is.

import type { RunControl } from "@nce-geometry/tensor";
import type { Experiment, ExperimentResult, Unit } from "../experiment.ts";
import { checkModels } from "../given/check-models.ts";
import { type GivenPairs, givenInMemory, type NamedPairs } from "../given/given-pairs.ts";
import { runExperiment } from "../runner/run-experiment.ts";
import { checkConfig, defaultsOf, type EmbeddingsTableConfig, optionsOf } from "./config.ts";
import { type EmbeddingsTableResult, type EmbeddingsTableUnit, runUnit } from "./run-unit.ts";
import { type EmbeddingsTableSummary, summarize } from "./summarize.ts";
import { syntheticNames, syntheticPairs } from "./synthetic-models.ts";

export type EmbeddingsTable = Experiment<
  EmbeddingsTableConfig,
  EmbeddingsTableUnit,
  EmbeddingsTableResult,
  EmbeddingsTableSummary
>;

/**
 * E4 over given models. Its configuration holds their names, hashes and sizes; the rows come from `provide`, unit by unit.
 *
 * Domain:   `provide` gives unit rows, the same for a name at every call; at least four items.
 * Throws:   InputError E_OPTION for names that are no file names or are used twice.
 */
export function embeddingsTableExperiment({ models, provide }: GivenPairs): EmbeddingsTable {
  checkModels("E4", models, smallest);
  const names = models.map(({ name }) => name);
  return {
    ...frame(names),
    defaults: (scale) => ({ ...defaultsOf(names, scale), data: models }),
    check: (config) => checkConfig(config, names, models),
    run: async (config, { input }, control) => runUnit(config, input, await provide(input.model, control), control),
  };
}

/** Half of them can still be searched. */
const smallest = 4;

/** E4 over three synthetic models, for want of files. Source: arXiv:2601.19597. */
export const syntheticEmbeddingsTable: EmbeddingsTable = {
  ...frame(syntheticNames),
  defaults: (scale) => defaultsOf(syntheticNames, scale),
  check: (config) => checkConfig(config, syntheticNames),
  // Twice the pairs of a draw, so that draws differ.
  run: async (config, { input }, control) =>
    runUnit(config, input, syntheticPairs(input.model, 2 * config.pairs, config.seed), control),
};

/**
 * The table of models in memory.
 *
 * Shapes:   x [n, d], y [m, d] of each model, rows of any length; n = m without `map` → plain JSON.
 * Domain:   n ≥ 4.
 * Limits:   x = y of distinct rows → gap 0, recall 1;  a permuted pairing → retrieval at chance, the gap as it was.
 * Numerics: estimates are on all items (a sample beyond `items`), errors over items by linearisation; draws are beside them.
 * Throws:   InputError E_OPTION, E_SHAPE, E_NOT_FINITE, E_ZERO_ROW; rejects with the signal's reason.
 * Source:   arXiv:2601.19597.
 */
export async function embeddingsTable(
  models: readonly NamedPairs[],
  options: Partial<Omit<EmbeddingsTableConfig, "models" | "data">> = {},
  control: RunControl = {},
): Promise<ExperimentResult<EmbeddingsTableConfig, EmbeddingsTableResult, EmbeddingsTableSummary>> {
  const experiment = embeddingsTableExperiment(givenInMemory(models, { where: "E4" }));
  const { result } = await runExperiment(experiment, { ...experiment.defaults("full"), ...options }, control);
  if (result === undefined) throw control.signal!.reason;
  return result;
}

type Frame = Pick<EmbeddingsTable, "id" | "title" | "options" | "units" | "summarize">;

function frame(names: readonly string[]): Frame {
  return {
    id: "E4",
    title: "Pretrained embeddings: retrieval against gap",
    options: optionsOf(names),
    units: ({ models, draws }) =>
      models.flatMap((model): Unit<EmbeddingsTableUnit>[] => [
        { key: `all.${model}`, input: { model, draw: null } },
        ...Array.from({ length: draws }, (_, draw) => ({ key: `draw-${draw}.${model}`, input: { model, draw } })),
      ]),
    summarize,
  };
}
