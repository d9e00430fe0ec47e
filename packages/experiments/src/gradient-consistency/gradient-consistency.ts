// E1: does the gradient of a batch become that of the population as the negatives grow in number?
//
// The paper's protocol takes prefixes of the reference pool for the smaller pools, lets the positive stand in the denominator, and
// draws anchors and negatives from mixtures whose means have nothing to do with one another. Ours beside it draws all from one mixture,
// takes references that share nothing with the pools, and leaves the positive out; two references make the error free of their own.

import { InputError } from "@nce-geometry/tensor";
import type { Experiment, Unit } from "../experiment.ts";
import { checkOptions } from "../runner/check-options.ts";
import { defaults, type GradientConsistencyConfig, options } from "./config.ts";
import { type ConsistencyResult, type ConsistencyUnit, runUnit } from "./run-unit.ts";
import { type ConsistencySummary, summarize } from "./summarize.ts";

/** E1: consistency of InfoNCE's gradient and value with their large-batch limits. Source: arXiv:2601.19597. */
export const gradientConsistency: Experiment<
  GradientConsistencyConfig,
  ConsistencyUnit,
  ConsistencyResult,
  ConsistencySummary
> = {
  id: "E1",
  title: "Gradient consistency: batches against the population",
  options,
  defaults,
  check,
  units({ seeds, critics }) {
    return critics.flatMap((critic) =>
      Array.from({ length: seeds }, (_, seed): Unit<ConsistencyUnit> => {
        return { key: `${critic}-seed-${seed}`, input: { seed, critic } };
      }),
    );
  },
  run: async (config, { input }, control) => withDirections(config, await runUnit(config, input, control)),
  summarize,
};

/** Refuses gradients of 0, which point nowhere. */
function withDirections(config: GradientConsistencyConfig, result: ConsistencyResult): ConsistencyResult {
  const { critic, nested, independent } = result;
  if (![...nested.cosine, ...independent.cosine].some(Number.isNaN)) return result;
  const argument = `${critic}Temperature` as const;
  const expected = "high enough for gradients that float64 tells from 0";
  const hint = "The positive takes all of the softmax there: raise the temperature, or the augmentation.";
  const received = String(config[argument]);
  throw new InputError({ code: "E_DOMAIN", where: "E1", argument, expected, received, hint });
}

function check(config: GradientConsistencyConfig): void {
  checkOptions("E1", options, config);
  const largest = Math.max(...config.sizes);
  if (largest <= config.reference) return;
  const details = { expected: `at most \`reference\` = ${config.reference}`, received: String(largest) };
  const hint = "Pools of the paper's protocol are parts of the reference.";
  throw new InputError({ code: "E_OPTION", where: "E1", argument: "sizes", ...details, hint });
}
