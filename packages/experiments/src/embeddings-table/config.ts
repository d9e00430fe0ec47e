import type { OptionSpec, Scale } from "../experiment.ts";
import { checkSameData } from "../given/check-models.ts";
import type { EmbeddedModel } from "../given/given-pairs.ts";
import { checkOptions } from "../runner/check-options.ts";
import { count } from "../runner/option-domains.ts";

/** What E4 does. A type, because only those are JSON to the compiler. */
export type EmbeddingsTableConfig = {
  readonly models: readonly string[];
  readonly seed: number;
  readonly draws: number;
  readonly pairs: number;
  readonly items: number;
  readonly bandwidth: number;
  /** Absent for synthetic models, which follow from their names. */
  readonly data?: readonly EmbeddedModel[];
};

/** The options over given models. */
export function optionsOf(names: readonly string[]): readonly OptionSpec[] {
  return [
    { name: "models", description: "Models of the table.", domain: { kind: "choices", values: names } },
    { name: "seed", description: "Seed of the draws.", domain: count(0, 2 ** 32 - 1) },
    { name: "draws", description: "Draws of pairs of each model.", domain: count(1, 10_000) },
    {
      name: "pairs",
      description: "Pairs of a draw, no item twice; of models without more items, half of the items.",
      domain: count(4, 100_000),
    },
    {
      name: "items",
      description: "Most items that the estimates with errors are taken from; of more, a sample.",
      domain: count(4, 1_000_000),
    },
    {
      name: "bandwidth",
      description: "Bandwidth of MMD² that is the same for all models (chord).",
      domain: { kind: "number", low: 0.001, high: 10 },
    },
  ];
}

/** The published setting, or a part of it. */
export function defaultsOf(names: readonly string[], scale: Scale): EmbeddingsTableConfig {
  const full = scale === "full";
  const size = full ? { draws: 20, pairs: 2000, items: 5000 } : { draws: 8, pairs: 300, items: 1000 };
  return { models: names, seed: 0, ...size, bandwidth: 0.5 };
}

/** Refuses what is not a configuration over these data. */
export function checkConfig(
  config: EmbeddingsTableConfig,
  names: readonly string[],
  data?: readonly EmbeddedModel[],
): void {
  const { data: said, ...settings } = config;
  checkOptions("E4", optionsOf(names), settings);
  checkSameData("E4", said, data);
}
