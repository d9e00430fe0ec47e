// Log-sum-exps of a matrix along its rows and along its columns, which share their exponentials: the two directions of a
// symmetric loss are one pass over the pairs.

import { customGrad, fromData, logSumExp, slice, type Tensor, where } from "@nce-geometry/tensor";
import { diagonalMask } from "./diagonal-mask.ts";
import { readsAtOnce } from "./reads-at-once.ts";
import { sharedExponentials, widestRange } from "./shared-exponentials.ts";

export interface LogSumsOptions {
  /** Leaves out the entries (i, i). */
  readonly skipDiagonal: boolean;
  /** Whether the columns are wanted as well. */
  readonly columns: boolean;
}

/** [n] and [m]; `columns` are absent unless asked for. */
export interface LogSums {
  readonly rows: Tensor;
  readonly columns: Tensor | undefined;
}

/**
 * Where the matrix lies in memory, in float64, a loop computes both with one exponential per entry; elsewhere, and where its
 * range is too wide for that, tensor operations do.
 */
export function logSums(logits: Tensor, options: LogSumsOptions): LogSums {
  return sharedLogSums(logits, options) ?? separateLogSums(logits, options);
}

function separateLogSums(logits: Tensor, { skipDiagonal, columns }: LogSumsOptions): LogSums {
  const kept = skipDiagonal ? where(diagonalMask(logits), Number.NEGATIVE_INFINITY, logits) : logits;
  return { rows: logSumExp(kept, { axis: 1 }), columns: columns ? logSumExp(kept, { axis: 0 }) : undefined };
}

function sharedLogSums(logits: Tensor, { skipDiagonal, columns }: LogSumsOptions): LogSums | undefined {
  if (!readsAtOnce(logits)) return undefined;
  const [n, m] = logits.shape as readonly [number, number];
  const data = logits.dataSync() as Float64Array;
  const shift = largestWithin(data);
  if (shift === undefined) return undefined;
  const fill = (i: number, row: Float64Array) => row.set(data.subarray(i * m, (i + 1) * m));
  const shared = sharedExponentials({ n, m, skipDiagonal, shift, fill });
  const both = customGrad(
    (t) => ({
      value: fromData(t.backend, shared.logSums, [n + m]),
      pullback: (g) => {
        const out = new Float64Array(n * m);
        shared.forEachWeights(g.dataSync() as Float64Array, (i, weights) => out.set(weights, i * m));
        return [fromData(g.backend, out, [n, m])];
      },
    }),
    [logits],
  );
  return { rows: slice(both, [0], [n]), columns: columns ? slice(both, [n], [m]) : undefined };
}

/** The largest entry, 0 where all are −∞, unless an entry is NaN or +∞ or the finite ones spread too far. */
function largestWithin(logits: Float64Array): number | undefined {
  let [largest, smallest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let at = 0; at < logits.length; at++) {
    const value = logits[at]!;
    if (value > largest) largest = value;
    if (value < smallest && value !== Number.NEGATIVE_INFINITY) smallest = value;
    if (Number.isNaN(value)) return undefined;
  }
  if (largest === Number.NEGATIVE_INFINITY) return 0;
  return largest - smallest <= widestRange ? largest : undefined;
}
