import { InputError } from "@nce-geometry/tensor";
import type { OptionSpec, Scale } from "../experiment.ts";
import { checkOptions } from "../runner/check-options.ts";
import { count } from "../runner/option-domains.ts";
import { type HeadsConfig, headOptions, unitOptions } from "./heads-config.ts";

/** What E5 does on synthetic categories. */
export type CorruptionConfig = HeadsConfig & {
  readonly pairs: number;
  readonly heldOut: number;
  readonly categories: number;
  readonly inputs: number;
  readonly spread: number;
  readonly noise: number;
};

const deviation = { kind: "number", low: 0, high: 10 } as const;

export const options: readonly OptionSpec[] = [
  ...unitOptions,
  { name: "pairs", description: "Training pairs.", domain: count(4, 100_000) },
  {
    name: "heldOut",
    description: "Pairs with their right partners, on which heads are judged.",
    domain: count(4, 10_000),
  },
  { name: "categories", description: "Categories, of equal sizes.", domain: count(1, 10_000) },
  { name: "inputs", description: "Dimension of the features.", domain: count(2, 4096) },
  { name: "spread", description: "Deviation of items about the centre of their category.", domain: deviation },
  { name: "noise", description: "Deviation of a partner's features about its item's.", domain: deviation },
  ...headOptions,
];

/** The full setting, or a part of it. */
export function defaults(scale: Scale): CorruptionConfig {
  const full = scale === "full";
  return {
    seeds: full ? 10 : 3,
    fractions: [0, 0.25, 0.5, 0.75, 1],
    pairs: full ? 2000 : 600,
    heldOut: full ? 1000 : 300,
    categories: 20,
    inputs: 32,
    spread: 0.1,
    noise: 0.05,
    outputs: 16,
    start: "independent",
    temperature: 0.07,
    batch: 128,
    steps: full ? 1000 : 150,
    learningRate: 0.01,
  };
}

export function check(config: CorruptionConfig): void {
  checkOptions("E5", options, config);
  const { pairs, categories } = config;
  if (2 * categories <= pairs) return;
  const expected = `at most half of \`pairs\` = ${pairs}`;
  throw new InputError({
    code: "E_OPTION",
    where: "E5",
    argument: "categories",
    expected,
    received: String(categories),
  });
}
