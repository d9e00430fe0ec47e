import { InputError } from "@nce-geometry/tensor";
import type { OptionSpec, Scale } from "../experiment.ts";
import { checkSameData } from "../given/check-models.ts";
import type { EmbeddedModel } from "../given/given-pairs.ts";
import { checkOptions } from "../runner/check-options.ts";
import { count } from "../runner/option-domains.ts";
import { type HeadsConfig, headOptions, unitOptions } from "./heads-config.ts";

/** What E5 does on given features. */
export type GivenCorruptionConfig = HeadsConfig & {
  readonly models: readonly string[];
  readonly items: number;
  readonly heldOut: number;
  readonly data: readonly EmbeddedModel[];
};

/** Parts of the items of a model. */
export interface ItemCounts {
  readonly training: number;
  readonly heldOut: number;
}

/** The options over given models. */
export function givenOptions(names: readonly string[]): readonly OptionSpec[] {
  const [seeds, fractions] = unitOptions as [OptionSpec, OptionSpec];
  return [
    { name: "models", description: "Models whose features are used.", domain: { kind: "choices", values: names } },
    seeds,
    { ...fractions, description: "Shares p of the training pairs that get the partner of another pair." },
    {
      name: "items",
      description: "Most items of a model that are used; of more, a sample.",
      domain: count(20, 100_000),
    },
    {
      name: "heldOut",
      description: "Share of these items that is held out, on which heads are judged.",
      domain: { kind: "number", low: 0.05, high: 0.9 },
    },
    ...headOptions,
  ];
}

/** The full setting, or a part of it. */
export function givenDefaults(data: readonly EmbeddedModel[], scale: Scale): GivenCorruptionConfig {
  const full = scale === "full";
  return {
    models: data.map(({ name }) => name),
    seeds: full ? 10 : 3,
    fractions: [0, 0.25, 0.5, 0.75, 1],
    items: full ? 5000 : 1000,
    heldOut: 0.3,
    outputs: 64,
    start: "shared",
    temperature: 0.07,
    batch: full ? 128 : 64,
    steps: full ? 500 : 150,
    learningRate: 0.001,
    data,
  };
}

/** Refuses what is not a configuration over these data, and models too small to be split. */
export function checkGiven(config: GivenCorruptionConfig, data: readonly EmbeddedModel[]): void {
  const { data: said, ...settings } = config;
  checkOptions("E5", givenOptions(data.map(({ name }) => name)), settings);
  checkSameData("E5", said, data);
  for (const { name, items } of data.filter((model) => config.models.includes(model.name))) {
    const { training, heldOut } = itemCounts(items, config);
    if (training >= leastTraining && heldOut >= leastHeldOut) continue;
    throw new InputError({
      code: "E_OPTION",
      where: "E5",
      argument: name,
      expected: `a model with at least ${leastTraining} items to train on and ${leastHeldOut} held out`,
      received: `${training} and ${heldOut} of ${items}`,
      hint: "Give more pairs, or another share `heldOut`.",
    });
  }
}

/** Two pairs can be swapped, and there are others. */
const leastTraining = 4;

/** Ten of ten would always be found. */
const leastHeldOut = 11;

/** How many of the items of a model are trained on and held out. */
export function itemCounts(items: number, config: Pick<GivenCorruptionConfig, "items" | "heldOut">): ItemCounts {
  const used = Math.min(items, config.items);
  const heldOut = Math.round(config.heldOut * used);
  return { training: used - heldOut, heldOut };
}
