import type { OptionSpec, Scale } from "../experiment.ts";

/** What E5 does. A type, because only those are JSON to the compiler. */
export type CorruptionConfig = {
  readonly seeds: number;
  readonly fractions: readonly number[];
  readonly pairs: number;
  readonly heldOut: number;
  readonly categories: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly spread: number;
  readonly noise: number;
  readonly temperature: number;
  readonly batch: number;
  readonly steps: number;
  readonly learningRate: number;
};

const count = (low: number, high: number) => ({ kind: "number", low, high, whole: true }) as const;
const deviation = { kind: "number", low: 0, high: 10 } as const;

export const options: readonly OptionSpec[] = [
  { name: "seeds", description: "How many seeds, from 0.", domain: count(1, 1000) },
  {
    name: "fractions",
    description: "Shares p of the training pairs that get the partner of another pair of their category.",
    domain: { kind: "numbers", low: 0, high: 1 },
  },
  { name: "pairs", description: "Training pairs.", domain: count(4, 100_000) },
  {
    name: "heldOut",
    description: "Pairs with their right partners, on which heads are judged.",
    domain: count(4, 10_000),
  },
  { name: "categories", description: "Categories, of equal sizes.", domain: count(1, 10_000) },
  { name: "inputs", description: "Dimension of the features.", domain: count(2, 4096) },
  { name: "outputs", description: "Dimension of the heads' outputs.", domain: count(2, 4096) },
  { name: "spread", description: "Deviation of items about the centre of their category.", domain: deviation },
  { name: "noise", description: "Deviation of a partner's features about its item's.", domain: deviation },
  { name: "temperature", description: "Temperature τ of the loss.", domain: { kind: "number", low: 0.005, high: 100 } },
  { name: "batch", description: "Pairs of a batch.", domain: count(2, 4096) },
  { name: "steps", description: "Steps of Adam.", domain: count(1, 100_000) },
  { name: "learningRate", description: "Learning rate of Adam.", domain: { kind: "number", low: 1e-6, high: 1 } },
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
    outputs: 16,
    spread: 0.1,
    noise: 0.05,
    temperature: 0.07,
    batch: 128,
    steps: full ? 1000 : 150,
    learningRate: 0.01,
  };
}
