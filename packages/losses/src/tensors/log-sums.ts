// Log-sum-exps of a matrix along its rows and along its columns, which share their exponentials: the two directions of a
// symmetric loss are one pass over the pairs.

import {
  arange,
  customGrad,
  equal,
  fromData,
  logSumExp,
  reshape,
  slice,
  type Tensor,
  where,
} from "@nce-geometry/tensor";
import { sharedExponentials } from "./shared-exponentials.ts";

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
 * Where the matrix lies in memory that is read at once, in float64, and no derivative of the derivative is under way, a loop
 * computes both with one exponential per entry; otherwise, and where its range is too wide for that, tensor operations do.
 */
export function logSums(logits: Tensor, options: LogSumsOptions): LogSums {
  return sharedLogSums(logits, options) ?? separateLogSums(logits, options);
}

function separateLogSums(logits: Tensor, { skipDiagonal, columns }: LogSumsOptions): LogSums {
  const kept = skipDiagonal ? where(diagonalMask(logits), Number.NEGATIVE_INFINITY, logits) : logits;
  return { rows: logSumExp(kept, { axis: 1 }), columns: columns ? logSumExp(kept, { axis: 0 }) : undefined };
}

function sharedLogSums(logits: Tensor, { skipDiagonal, columns }: LogSumsOptions): LogSums | undefined {
  const { backend } = logits;
  const nested = backend.inner?.inner !== undefined;
  if (nested || !backend.supports("float64") || !backend.supports("syncRead")) return undefined;
  const [n, m] = logits.shape as readonly [number, number];
  const shared = sharedExponentials(logits.dataSync() as Float64Array, { n, m, skipDiagonal });
  if (shared === undefined) return undefined;
  const both = customGrad(
    (t) => ({
      value: fromData(t.backend, shared.logSums, [n + m]),
      pullback: (g) => [fromData(g.backend, shared.weighted(g.dataSync() as Float64Array), [n, m])],
    }),
    [logits],
  );
  return { rows: slice(both, [0], [n]), columns: columns ? slice(both, [n], [m]) : undefined };
}

/** True at (i, i); of the shape of `like`. */
export function diagonalMask(like: Tensor): Tensor {
  const [n, m] = like.shape as readonly [number, number];
  return equal(reshape(arange(like.backend, n), [n, 1]), reshape(arange(like.backend, m), [1, m]));
}
