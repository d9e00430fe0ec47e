// A critic's score as an engine's pair value, and sums of scores.

import type { MappedPairValue } from "@nce-geometry/pairwise";
import { type Critic, type Rows, type RunControl, sumOfArray } from "@nce-geometry/tensor";
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
    for await (const { block, start } of blocksOf(rows, signal)) {
      for (let k = 0; k < block.length; k++) {
        products[start + Math.floor(k / rows.dim)]! += block[k]! * gradient[start * rows.dim + k]!;
      }
    }
    total += sumOfArray(products);
  }
  return total / 2;
}
