// E5: heads are trained on pairs of which a share p was re-paired within its category. What does wrong pairing do to retrieval
// and to the gap? Judged on held-out pairs with their right partners.

import { InputError } from "@nce-geometry/tensor";
import type { Experiment, Unit } from "../experiment.ts";
import { checkOptions } from "../runner/check-options.ts";
import { type OverSeeds, overSeeds } from "../runner/over-seeds.ts";
import { type CorruptionConfig, defaults, options } from "./config.ts";
import { type CorruptionResult, type CorruptionUnit, runUnit } from "./run-unit.ts";

/** What is known at one share of corrupted pairs: means over the seeds. */
export type CorruptionAtFraction = {
  readonly fraction: number;
  /** Both directions, on held-out pairs. */
  readonly recall: OverSeeds;
  readonly recallAt10: OverSeeds;
  /** Share of the queries whose best is of the right category. */
  readonly categoryRecall: OverSeeds;
  readonly centroidGap: OverSeeds;
  readonly energyDistance: OverSeeds;
  readonly pairCosine: OverSeeds;
};

export type CorruptionSummary = {
  readonly points: readonly CorruptionAtFraction[];
  /** Recall and gap at the largest p less those at the smallest, seed by seed. */
  readonly change: { readonly recall: OverSeeds; readonly centroidGap: OverSeeds; readonly energyDistance: OverSeeds };
};

/** E5: corrupted pairs. Source: arXiv:2601.19597. */
export const corruption: Experiment<CorruptionConfig, CorruptionUnit, CorruptionResult, CorruptionSummary> = {
  id: "E5",
  title: "Corrupted pairs: retrieval and gap",
  options,
  defaults,
  check,
  units({ fractions, seeds }) {
    return fractions.flatMap((fraction) =>
      Array.from({ length: seeds }, (_, seed): Unit<CorruptionUnit> => {
        return { key: `p-${fraction}-seed-${seed}`, input: { seed, fraction } };
      }),
    );
  },
  run: (config, { input }, control) => runUnit(config, input, control),
  summarize,
};

function check(config: CorruptionConfig): void {
  checkOptions("E5", options, config);
  const { pairs, batch, categories } = config;
  const refuse = (argument: string, expected: string, received: number): never => {
    throw new InputError({ code: "E_OPTION", where: "E5", argument, expected, received: String(received) });
  };
  if (batch > pairs) refuse("batch", `at most \`pairs\` = ${pairs}`, batch);
  if (2 * categories > pairs) refuse("categories", `at most half of \`pairs\` = ${pairs}`, categories);
}

function summarize({ fractions }: CorruptionConfig, results: readonly CorruptionResult[]): CorruptionSummary {
  const at = (fraction: number) => results.filter((result) => result.fraction === fraction);
  const points = fractions.map((fraction): CorruptionAtFraction => {
    const mean = (of: (result: CorruptionResult) => number): OverSeeds => overSeeds(at(fraction).map(of));
    return {
      fraction,
      recall: mean(({ recall }) => recall),
      recallAt10: mean(({ recallAt10 }) => recallAt10),
      categoryRecall: mean(({ categoryRecall }) => categoryRecall),
      centroidGap: mean(({ centroidGap }) => centroidGap),
      energyDistance: mean(({ energyDistance }) => energyDistance),
      pairCosine: mean(({ pairCosine }) => pairCosine),
    };
  });
  const [first, last] = [at(Math.min(...fractions)), at(Math.max(...fractions))];
  const change = (of: (result: CorruptionResult) => number): OverSeeds =>
    overSeeds(last.map((result, seed) => of(result) - of(first[seed]!)));
  return {
    points,
    change: {
      recall: change(({ recall }) => recall),
      centroidGap: change(({ centroidGap }) => centroidGap),
      energyDistance: change(({ energyDistance }) => energyDistance),
    },
  };
}
