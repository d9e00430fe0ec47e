import type { OptionSpec } from "../experiment.ts";
import { count } from "../runner/option-domains.ts";

/** What is done to the heads, whatever they learn from. A type, because only those are JSON to the compiler. */
export type HeadsConfig = {
  readonly seeds: number;
  readonly fractions: readonly number[];
  readonly outputs: number;
  readonly start: "shared" | "independent";
  readonly temperature: number;
  readonly batch: number;
  readonly steps: number;
  readonly learningRate: number;
};

/** Seeds and shares: what makes the units. */
export const unitOptions: readonly OptionSpec[] = [
  { name: "seeds", description: "How many seeds, from 0.", domain: count(1, 1000) },
  {
    name: "fractions",
    description: "Shares p of the training pairs that get the partner of another pair of their category.",
    domain: { kind: "numbers", low: 0, high: 1 },
  },
];

/** The heads and their training. */
export const headOptions: readonly OptionSpec[] = [
  { name: "outputs", description: "Dimension of the heads' outputs.", domain: count(2, 4096) },
  {
    name: "start",
    description:
      "First heads: `shared`, one random head for both modalities, which keeps what they have in common; `independent`, one for each.",
    domain: { kind: "choice", values: ["shared", "independent"] },
  },
  { name: "temperature", description: "Temperature τ of the loss.", domain: { kind: "number", low: 0.005, high: 100 } },
  {
    name: "batch",
    description: "Pairs of a batch; where there are fewer training pairs, all of them.",
    domain: count(2, 4096),
  },
  { name: "steps", description: "Steps of Adam.", domain: count(1, 100_000) },
  { name: "learningRate", description: "Learning rate of Adam.", domain: { kind: "number", low: 1e-6, high: 1 } },
];
