// What makes an object a pairwise engine, as cases that any test runner can run.

import type { PairwiseEngine } from "../engine.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { contractCases } from "./contract-cases.ts";
import { discreteCases } from "./discrete-cases.ts";
import { smoothCases } from "./smooth-cases.ts";

export type { ConformanceCase } from "./conformance-case.ts";

/**
 * Every promise of {@link PairwiseEngine} as a case for a test runner.
 *
 * ```ts
 * for (const { name, run } of engineConformance(() => myEngine())) test(name, run);
 * ```
 *
 * Math:     sums, log-sum-exps and gradients against their definitions; ranks, neighbours and counts exactly, on rows of
 *           small whole numbers.
 * Numerics: tolerances follow from `engine.precision` by forward error bounds; all inputs are exactly float32.
 *
 * @param makeEngine Called once per case.
 */
export function engineConformance(
  makeEngine: () => PairwiseEngine | Promise<PairwiseEngine>,
): readonly ConformanceCase[] {
  return [...smoothCases(), ...discreteCases(), ...contractCases()].map(({ name, run }) => ({
    name,
    run: async () => run(await makeEngine()),
  }));
}
