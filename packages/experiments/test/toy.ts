// An experiment that costs nothing: sums of powers of seeded draws.

import { createRandom, throwIfAborted } from "@nce-geometry/tensor";
import type { Experiment, OptionSpec } from "../src/experiment.ts";
import { checkOptions } from "../src/runner/check-options.ts";

export type ToyConfig = {
  readonly seeds: number;
  readonly powers: readonly number[];
  readonly scale: number;
  readonly shape: string;
  readonly parts: readonly string[];
  readonly negate: boolean;
};

type ToyUnit = { readonly seed: number; readonly power: number };

const options: readonly OptionSpec[] = [
  { name: "seeds", description: "Number of seeds.", domain: { kind: "number", low: 1, high: 100, whole: true } },
  { name: "powers", description: "Powers.", domain: { kind: "numbers", low: 0, high: 9, whole: true } },
  { name: "scale", description: "Factor.", domain: { kind: "number", low: 0, high: Number.POSITIVE_INFINITY } },
  { name: "shape", description: "Law.", domain: { kind: "choice", values: ["flat", "bell", "other"] } },
  { name: "parts", description: "What to tell.", domain: { kind: "choices", values: ["mean", "sum"] } },
  { name: "negate", description: "Sign.", domain: { kind: "boolean" } },
];

export const toy: Experiment<ToyConfig, ToyUnit, { readonly sum: number; readonly draws: readonly number[] }> = {
  id: "TOY",
  title: "Sums of powers",
  options,
  defaults: (scale) => ({
    seeds: scale === "quick" ? 2 : 4,
    powers: [1, 2],
    scale: 1,
    shape: "flat",
    parts: ["mean"],
    negate: false,
  }),
  check: (config) => checkOptions("TOY", options, config),
  units: ({ seeds, powers }) =>
    Array.from({ length: seeds }, (_, seed) =>
      powers.map((power) => ({ key: `seed-${seed}_power-${power}`, input: { seed, power } })),
    ).flat(),
  run: (config, { input: { seed, power } }, { signal }) => {
    throwIfAborted(signal);
    const draws = Array.from(createRandom(seed).normal(3), (value) => config.scale * value ** power);
    return Promise.resolve({ sum: draws.reduce((a, b) => a + b, 0) * (config.negate ? -1 : 1), draws });
  },
  summarize: (_, results) => ({ total: results.reduce((total, { sum }) => total + sum, 0) }),
};
