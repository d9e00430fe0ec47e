// Weights of candidates as one more coordinate: the score of the rows so extended, over τ, is s/τ + log w up to a constant.

import { type Critic, isRowMatrix, type RowBlock, type Rows } from "@nce-geometry/tensor";

export interface WeightedRows {
  readonly x: Rows;
  readonly y: Rows;
  /** s(x, y)/τ + log w_j is this plus the score of the extended rows over τ. */
  readonly offset: number;
}

/**
 * With `cosine` the coordinates are 1 and τ·log w_j. With `rbf` they are 0 and h_j, scale·h_j²/τ = max log w − log w_j.
 */
export function weightedRows(
  x: Rows,
  y: Rows,
  logWeights: Float64Array,
  { critic, temperature }: { readonly critic: Critic; readonly temperature: number },
): WeightedRows {
  if (critic.kind === "cosine") {
    return { x: extended(x, () => 1), y: extended(y, (j) => temperature * logWeights[j]!), offset: 0 };
  }
  const largest = logWeights.reduce((a, b) => Math.max(a, b));
  const height = (j: number) => Math.sqrt(((largest - logWeights[j]!) * temperature) / critic.scale);
  return { x: extended(x, () => 0), y: extended(y, height), offset: largest };
}

function extended(rows: Rows, coordinate: (row: number) => number): Rows {
  const { rows: count, dim } = rows;
  const extend = (block: RowBlock, start: number, length: number, out: RowBlock) => {
    for (let i = 0; i < length; i++) {
      out.set(block.subarray(i * dim, (i + 1) * dim), i * (dim + 1));
      out[i * (dim + 1) + dim] = coordinate(start + i);
    }
    return out.subarray(0, length * (dim + 1));
  };
  const allocate = (length: number) => new Float64Array(length * (dim + 1));
  if (isRowMatrix(rows)) return { rows: count, dim: dim + 1, data: extend(rows.data, 0, count, allocate(count)) };
  return {
    rows: count,
    dim: dim + 1,
    dtype: "float64",
    read: async (start, length, out = allocate(length)) => extend(await rows.read(start, length), start, length, out),
  };
}
