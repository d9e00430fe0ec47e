// One sweep over all pairs serves every statistic that needs it: each statistic first requests its reductions, then all
// sweeps run, then each reads its results.

import type { PairwiseEngine, Reduction, ReductionResult } from "@nce-geometry/pairwise";
import type { Rows, RunControl } from "@nce-geometry/tensor";
import { createPhases } from "../rows/phases.ts";

/** Which rows are compared with which: `xy` has the rows of x as rows and those of y as columns. */
export type Side = "xy" | "yx" | "xx" | "yy";

export interface Sweeps {
  /** Rows of x. */
  readonly n: number;
  /** Rows of y. */
  readonly m: number;
  /** Asks for a reduction; equal requests are computed once. The function returned gives the result once {@link run} is done. */
  request<const R extends Reduction>(side: Side, reduction: R): () => ReductionResult<R>;
  /** At most one sweep per side. */
  run(control: RunControl): Promise<void>;
}

interface Request {
  readonly reduction: Reduction;
  result?: ReductionResult<Reduction>;
}

const sides: readonly Side[] = ["xy", "yx", "xx", "yy"];
const labels = { xy: "X against Y", yx: "Y against X", xx: "X against X", yy: "Y against Y" };

/** Sweeps over the rows of x and y, nothing requested yet. */
export function createSweeps(x: Rows, y: Rows, engine: PairwiseEngine): Sweeps {
  const requests: Record<Side, Map<string, Request>> = { xy: new Map(), yx: new Map(), xx: new Map(), yy: new Map() };
  return {
    n: x.rows,
    m: y.rows,
    request<const R extends Reduction>(side: Side, reduction: R): () => ReductionResult<R> {
      const key = JSON.stringify(reduction, (_, value) => (value instanceof Int32Array ? value.join() : value));
      const request = requests[side].get(key) ?? { reduction };
      requests[side].set(key, request);
      // The result is that of the reduction under the same key.
      return () => request.result as ReductionResult<R>;
    },
    async run(control) {
      const used = sides.filter((side) => requests[side].size > 0);
      const phase = createPhases(control, used.length);
      for (const side of used) {
        const pending = [...requests[side].values()];
        const [a, b] = [side[0] === "x" ? x : y, side[1] === "x" ? x : y];
        const results = await engine.reduce(
          a,
          b,
          pending.map((request) => request.reduction),
          phase(labels[side]),
        );
        pending.forEach((request, k) => {
          request.result = results[k]!;
        });
      }
    },
  };
}
