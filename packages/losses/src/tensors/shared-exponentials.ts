// One exponential per pair for the sums along the rows, those along the columns, and the gradient of both.

import { exponentiate } from "./exponentials.ts";

/** Logits may lie so far below the shift before their exponentials come near the end of float64. */
export const widestRange = 600;

export interface LogitRows {
  readonly n: number;
  readonly m: number;
  /** Leaves out the pairs (i, i). */
  readonly skipDiagonal: boolean;
  /** No less than any logit, and no more than {@link widestRange} above any finite one. */
  readonly shift: number;
  /** Writes the m logits of row i, none of them NaN or +∞. */
  fill(i: number, row: Float64Array): void;
}

export interface SharedExponentials {
  /** Log-sum-exps of the n rows, then of the m columns; −∞ where nothing is summed. */
  readonly logSums: Float64Array;
  /** Shows, row by row, the m derivatives of Σ_i g_i rows_i + Σ_j g_{n+j} columns_j by the logits. */
  forEachWeights(g: Float64Array, visit: (i: number, weights: Float64Array) => void): void;
}

/**
 * e_ij = e^{l_ij − shift} with sums R_i and C_j gives the log-sum-exps shift + log R_i and shift + log C_j, and the derivatives
 * e_ij (g_i/R_i + g_{n+j}/C_j).
 */
export function sharedExponentials({ n, m, skipDiagonal, shift, fill }: LogitRows): SharedExponentials {
  const e = new Float64Array(n * m);
  const sums = new Float64Array(n + m);
  const columns = sums.subarray(n);
  for (let i = 0; i < n; i++) {
    const row = e.subarray(i * m, (i + 1) * m);
    fill(i, row);
    if (skipDiagonal && i < m) row[i] = Number.NEGATIVE_INFINITY;
    sums[i] = exponentiate(row, shift, columns);
  }
  return {
    logSums: sums.map((value) => shift + Math.log(value)),
    forEachWeights: (g, visit) => forEachWeights(e, sums, g, n, visit),
  };
}

function forEachWeights(
  e: Float64Array,
  sums: Float64Array,
  g: Float64Array,
  n: number,
  visit: (i: number, weights: Float64Array) => void,
): void {
  // An empty sum has no gradient.
  const factors = g.map((value, k) => (sums[k] === 0 ? 0 : value / sums[k]!));
  const columns = factors.subarray(n);
  const weights = new Float64Array(columns.length);
  for (let i = 0, at = 0; i < n; i++) {
    const row = factors[i]!;
    for (let j = 0; j < weights.length; j++, at++) weights[j] = e[at]! * (row + columns[j]!);
    visit(i, weights);
  }
}
