import type { OptionSpec, Scale } from "../experiment.ts";
import { count } from "../runner/option-domains.ts";

/** Which population stands in the denominator; `mixed`: (1 − λ) of the log of the cross one, λ of the own one. */
export type GapDenominator = "cross" | "own" | "pooled" | "mixed";

/** What E3 does. A type, because only those are JSON to the compiler. */
export type MultimodalGapConfig = {
  readonly seeds: number;
  readonly misalignments: readonly number[];
  readonly denominators: readonly GapDenominator[];
  readonly ownWeight: number;
  readonly temperature: number;
  readonly batch: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly featureNoise: number;
  readonly evaluation: number;
  readonly bins: number;
  readonly epsilon: number;
  readonly threshold: number;
};

export const options: readonly OptionSpec[] = [
  { name: "seeds", description: "How many seeds, from 0.", domain: count(1, 10_000) },
  {
    name: "misalignments",
    description: "Deviations σ of the angle between partners, radians.",
    domain: { kind: "numbers", low: 0, high: 6 },
  },
  {
    name: "denominators",
    description: "Populations in the denominator; cross is CLIP's, mixed joins the logarithms of cross and own.",
    domain: { kind: "choices", values: ["cross", "own", "pooled", "mixed"] },
  },
  {
    name: "ownWeight",
    description: "Weight λ of the own population where the denominator is mixed.",
    domain: { kind: "number", low: 0, high: 1 },
  },
  { name: "temperature", description: "Temperature τ of the loss.", domain: { kind: "number", low: 0.006, high: 100 } },
  { name: "batch", description: "Pairs of a batch.", domain: count(2, 4096) },
  { name: "steps", description: "Steps of Adam, each on a fresh batch.", domain: count(1, 1_000_000) },
  { name: "learningRate", description: "Learning rate of Adam.", domain: { kind: "number", low: 1e-6, high: 1 } },
  {
    name: "featureNoise",
    description: "Deviation of the noise on each coordinate of the features.",
    domain: { kind: "number", low: 0, high: 10 },
  },
  { name: "evaluation", description: "Fresh pairs on which the gap is measured.", domain: count(2, 1_000_000) },
  { name: "bins", description: "Bins of the histogram of angles.", domain: count(2, 3600) },
  {
    name: "epsilon",
    description: "What the paper's estimator adds to the count of each bin.",
    domain: { kind: "number", low: 1e-300, high: 1e6 },
  },
  {
    name: "threshold",
    description: "Jeffreys divergence below which a run counts as compatible, nats.",
    domain: { kind: "number", low: 0, high: 1000 },
  },
];

/** The published setting, or a part of it. */
export function defaults(scale: Scale): MultimodalGapConfig {
  const full = scale === "full";
  return {
    seeds: full ? 20 : 6,
    misalignments: full ? [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7] : [0, 0.3, 0.6],
    denominators: full ? ["cross", "own", "pooled", "mixed"] : ["cross"],
    ownWeight: 0.5,
    temperature: 0.07,
    batch: full ? 256 : 128,
    steps: full ? 2000 : 1000,
    learningRate: 5e-3,
    featureNoise: 0.02,
    evaluation: 8000,
    bins: 60,
    epsilon: 1e-8,
    threshold: 1,
  };
}
