// What every statistic of all pairs has in common: check, sweep, finish.

import {
  assertPairedUnitRows,
  createSweeps,
  createUncertainty,
  type EngineOptions,
  type PairPlan,
  type UncertaintyOptions,
} from "@nce-geometry/energy";
import { referenceEngine } from "@nce-geometry/pairwise";
import type { Rows, RunControl } from "@nce-geometry/tensor";

/** Options of the statistics of all pairs. */
export interface PairStatisticOptions extends EngineOptions, UncertaintyOptions, RunControl {}

/** What a statistic needs to know: where to ask for reductions, and how to make estimates. */
export type Plan = PairPlan;

/** Checks the rows, lets `plan` request its reductions, sweeps, and returns what `plan` makes of them. */
export async function measurePairs<T>(
  where: string,
  x: Rows,
  y: Rows,
  options: PairStatisticOptions,
  plan: (plan: Plan) => () => T,
): Promise<T> {
  const uncertainty = createUncertainty(where, x.rows, options);
  await assertPairedUnitRows(where, x, y, options);
  const sweeps = createSweeps(x, y, options.engine ?? referenceEngine());
  const finish = plan({ sweeps, uncertainty });
  await sweeps.run(options);
  return finish();
}
