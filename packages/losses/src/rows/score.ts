// A critic's score as an engine's pair value, and sums of scores.

import type { MappedPairValue } from "@nce-geometry/pairwise";
import { type Critic, type RowBlock, type Rows, type RunControl, sumOfArray } from "@nce-geometry/tensor";
import { blocksOf } from "./row-blocks.ts";

/** s = factor · base. */
export function scoreBase(critic: Critic): { readonly of: MappedPairValue["of"]; readonly factor: number } {
  if (critic.kind === "rbf") return { of: "squaredDistance", factor: -critic.scale };
  return { of: "inner", factor: 1 };
}

/** Rows, and the gradient of a loss to them, [rows, d]. */
export interface RowsWithGradient {
  readonly rows: Rows;
  readonly gradient: Float64Array;
}

/**
 * Σ s ∂L/∂s over all pairs, from the gradients to all the rows: both critics are homogeneous of degree 2 in the rows, so it is
 * ½ Σ ⟨row, gradient⟩. Where L depends on s/τ alone, ∂L/∂τ = −moment/τ; on t·s, ∂L/∂t = moment/t.
 */
export async function scoreMoment(sides: Iterable<RowsWithGradient>, { signal }: RunControl): Promise<number> {
  let total = 0;
  for (const { rows, gradient } of sides) {
    const products = new Float64Array(rows.rows);
    for await (const { block, start, count } of blocksOf(rows, signal)) {
      for (let i = 0; i < count; i++) products[start + i] = innerProduct(block, i, gradient, start + i, rows.dim);
    }
    total += sumOfArray(products);
  }
  return total / 2;
}

/** Of row i of `a` and row j of `b`. */
function innerProduct(a: RowBlock, i: number, b: Float64Array, j: number, dim: number): number {
  let sum = 0;
  for (let k = 0, p = i * dim, q = j * dim; k < dim; k++, p++, q++) sum += a[p]! * b[q]!;
  return sum;
}
