// What every comparison of two samples may be told, and how a statistic of all pairs is measured on them.

import { type PairwiseEngine, referenceEngine } from "@nce-geometry/pairwise";
import type { Rows, RunControl } from "@nce-geometry/tensor";
import { requireOneOf } from "../checks.ts";
import { assertPairedUnitRows, assertTwoUnitSamples } from "../rows/unit-rows.ts";
import { createTwoSampleUncertainty } from "../uncertainty/two-sample-uncertainty.ts";
import { createUncertainty, type UncertaintyOptions } from "../uncertainty/uncertainty.ts";
import { createSweeps } from "./sweeps.ts";
import {
  planIndependentTwoSample,
  planTwoSample,
  type TwoSampleForms,
  type TwoSampleStatistic,
} from "./two-sample-forms.ts";

/** What sweeps over the pairs. */
export interface EngineOptions {
  /** @defaultValue `referenceEngine()` */
  readonly engine?: PairwiseEngine;
}

/** How two samples were drawn. `independent`: each on its own, n ≠ m allowed. `paired`: row i of one together with row i of the other. */
export type Sampling = "independent" | "paired";

export interface SamplingOptions {
  /** Decides the standard error, which is smaller or larger where pairs are alike. @defaultValue "independent" */
  readonly sampling?: Sampling;
}

export interface SpaceOptions {
  /** `sphere`: rows must be of unit length; `euclidean`: any finite rows. @defaultValue "sphere" */
  readonly space?: "sphere" | "euclidean";
}

/** Options of the two-sample statistics of all pairs. */
export interface TwoSampleOptions extends EngineOptions, SamplingOptions, UncertaintyOptions, RunControl {}

/** Refuses what are not two samples of unit rows, or not pairs of them where pairs are promised. */
export async function assertSamples(
  where: string,
  x: Rows,
  y: Rows,
  { sampling = "independent", ...control }: SamplingOptions & RunControl,
): Promise<void> {
  requireOneOf(where, "sampling", sampling, ["independent", "paired"]);
  if (sampling === "paired") await assertPairedUnitRows(where, x, y, control);
  else await assertTwoUnitSamples(where, x, y, control);
}

/** Checks the rows and measures the statistics, all in one set of sweeps. */
export async function measureTwoSamples(
  where: string,
  x: Rows,
  y: Rows,
  options: TwoSampleOptions,
  statistics: readonly TwoSampleStatistic[],
): Promise<TwoSampleForms[]> {
  await assertSamples(where, x, y, options);
  const sweeps = createSweeps(x, y, options.engine ?? referenceEngine());
  const paired = options.sampling === "paired";
  const planned = paired
    ? pairedPlans(createUncertainty(where, x.rows, options))
    : independentPlans(createTwoSampleUncertainty(where, x.rows, y.rows, options));
  const finish = statistics.map(planned);
  await sweeps.run(options);
  return finish.map((finishOne) => finishOne());

  function pairedPlans(uncertainty: ReturnType<typeof createUncertainty>) {
    return (statistic: TwoSampleStatistic): (() => TwoSampleForms) => planTwoSample({ sweeps, uncertainty }, statistic);
  }
  function independentPlans(estimate: ReturnType<typeof createTwoSampleUncertainty>) {
    return (statistic: TwoSampleStatistic): (() => TwoSampleForms) =>
      planIndependentTwoSample(sweeps, estimate, statistic);
  }
}
