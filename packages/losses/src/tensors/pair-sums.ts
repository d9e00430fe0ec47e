import { add, cast, fromData, mul, sub, sum, type Tensor, where } from "@nce-geometry/tensor";
import type { NegativeSums } from "../contrast/anchor-losses.ts";
import { diagonalMask } from "./diagonal-mask.ts";
import { type LogSums, logSums } from "./log-sums.ts";
import { rowLogSums } from "./row-log-sums.ts";

/** Pairs of anchors and candidates, not all of which count. */
export interface Pairs {
  /** s_ij/τ, [n, m]. */
  readonly logits: () => Tensor;
  /** Rows of which the logits are the inner products, if they are. */
  readonly factors?: readonly [Tensor, Tensor] | undefined;
  /** n and m. */
  readonly size: readonly [number, number];
  /** Pairs that do not count: none, those (i, i) of a square matrix, or those where a mask is true. */
  readonly excluded: "none" | "diagonal" | Tensor;
  /** log w_j of the columns. */
  readonly logWeights?: Float64Array | undefined;
}

/** What is wanted of them. */
export interface PairSumsOptions {
  /** Whether the columns are anchors as well as the rows. */
  readonly columns: boolean;
  readonly squares: boolean;
  readonly logits: boolean;
}

/** Sums along the rows of the matrix and, where wanted, along its columns. */
export function pairSums(pairs: Pairs, options: PairSumsOptions): readonly [NegativeSums, NegativeSums | undefined] {
  const { excluded } = pairs;
  const log = logSumsOf(pairs, 1, options);
  const logSquares = options.squares ? logSumsOf(pairs, 2, options) : undefined;
  const counted = options.logits ? withoutExcluded(pairs.logits(), excluded) : undefined;
  const rows: NegativeSums = {
    logSum: log.rows,
    logSquares: logSquares?.rows,
    logitSum: counted && sum(counted, { axis: 1 }),
    count: countAlong(pairs, 1),
  };
  if (log.columns === undefined) return [rows, undefined];
  const columns: NegativeSums = {
    logSum: log.columns,
    logSquares: logSquares?.columns,
    logitSum: counted && sum(counted, { axis: 0 }),
    count: countAlong(pairs, 0),
  };
  return [rows, columns];
}

/** log Σ_j w_j e^{power·l_ij}. */
function logSumsOf(pairs: Pairs, power: 1 | 2, { columns }: PairSumsOptions): LogSums {
  const { excluded, factors, logWeights } = pairs;
  const sweep = { skipDiagonal: excluded === "diagonal", columns };
  if (factors !== undefined && power === 1 && logWeights === undefined && typeof excluded === "string") {
    const fromRows = rowLogSums(...factors, sweep);
    if (fromRows !== undefined) return fromRows;
  }
  const logits = pairs.logits();
  const scaled = power === 1 ? logits : mul(logits, power);
  const weighted =
    logWeights === undefined ? scaled : add(scaled, fromData(logits.backend, logWeights, [1, logWeights.length]));
  return logSums(typeof excluded === "string" ? weighted : where(excluded, Number.NEGATIVE_INFINITY, weighted), sweep);
}

function withoutExcluded(logits: Tensor, excluded: Pairs["excluded"]): Tensor {
  if (excluded === "none") return logits;
  return where(excluded === "diagonal" ? diagonalMask(logits) : excluded, 0, logits);
}

function countAlong({ size, excluded }: Pairs, axis: 0 | 1): number | Tensor {
  const total = size[axis];
  if (typeof excluded === "string") return excluded === "none" ? total : total - 1;
  return sub(total, sum(cast(excluded, excluded.backend.floatType), { axis }));
}
