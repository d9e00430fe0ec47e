// What every statistic of all pairs has in common: check, sweep, finish.

import {
  createPairUncertainty,
  createSweeps,
  type EngineOptions,
  type PairUncertainty,
  type Sweeps,
  type UncertaintyOptions,
} from "@nce-geometry/energy";
import { referenceEngine } from "@nce-geometry/pairwise";
import type { Rows, RunControl } from "@nce-geometry/tensor";
import { assertPairs, type Pairing, type PairingOptions } from "./pairing.ts";
import { type Search, searchEverything } from "./search.ts";

/** Options of the statistics of all pairs. */
export interface PairStatisticOptions extends PairingOptions, EngineOptions, UncertaintyOptions, RunControl {}

/** What a statistic needs to know: what belongs together, where to ask for reductions, and how to make estimates. */
export interface Plan {
  readonly pairing: Pairing;
  readonly sweeps: Sweeps;
  readonly uncertainty: PairUncertainty;
}

/** Checks the rows, lets `plan` request its reductions, sweeps, and returns what `plan` makes of them. */
export async function measurePairs<T>(
  where: string,
  x: Rows,
  y: Rows,
  options: PairStatisticOptions,
  plan: (plan: Plan & { readonly search: Search }) => () => T,
): Promise<T> {
  const uncertainty = createPairUncertainty(where, x.rows, options.map, options);
  const pairing = await assertPairs(where, x, y, options);
  const sweeps = createSweeps(x, y, options.engine ?? referenceEngine());
  const finish = plan({ pairing, sweeps, uncertainty, search: searchEverything({ pairing, sweeps, uncertainty }) });
  await sweeps.run(options);
  return finish();
}
