// A critic's score as the engine's pair values: a factor times the inner product or the squared distance.

import type { MappedPairValue } from "@nce-geometry/pairwise";
import { matchedGradient, matchedValues } from "@nce-geometry/pairwise";
import type { Critic, Rows, RunControl } from "@nce-geometry/tensor";
import { blocksOf } from "../rows/row-blocks.ts";

/** s = factor · base. */
export function scoreBase(critic: Critic): { readonly of: MappedPairValue["of"]; readonly factor: number } {
  if (critic.kind === "rbf") return { of: "squaredDistance", factor: -critic.scale };
  return { of: "inner", factor: 1 };
}

/** s(x_i, y_i) of every i, in float64. */
export async function matchedScores(x: Rows, y: Rows, critic: Critic, control: RunControl): Promise<Float64Array> {
  const { of, factor } = scoreBase(critic);
  const values = await matchedValues(x, y, { kind: of }, { signal: control.signal });
  return values.map((value) => factor * value);
}

/** Adds the gradient of Σ_i w_i s(x_i, y_i). */
export async function addMatchedScores(
  gradient: { readonly x: Float64Array; readonly y: Float64Array },
  x: Rows,
  y: Rows,
  options: { readonly critic: Critic; readonly weights: Float64Array },
  control: RunControl,
): Promise<void> {
  const { of, factor } = scoreBase(options.critic);
  const weights = options.weights.map((weight) => factor * weight);
  const matched = await matchedGradient(x, y, { value: { kind: of }, weights }, { signal: control.signal });
  addInto(gradient.x, matched.x);
  addInto(gradient.y, matched.y);
}

/**
 * Σ s ∂L/∂s over all pairs, from the gradients to all the rows: both critics are homogeneous of degree 2 in the rows, so it is
 * ½ Σ ⟨row, gradient⟩. Where L depends on s/τ alone, ∂L/∂τ = −moment/τ; on t·s, ∂L/∂t = moment/t.
 */
export async function scoreMoment(
  sides: readonly { readonly rows: Rows; readonly gradient: Float64Array }[],
  control: RunControl,
): Promise<number> {
  let total = 0;
  for (const { rows, gradient } of sides) {
    for await (const { block, start } of blocksOf(rows, control.signal)) {
      for (let k = 0; k < block.length; k++) total += block[k]! * gradient[start * rows.dim + k]!;
    }
  }
  return total / 2;
}

/** target += source, entry by entry. */
export function addInto(target: Float64Array, source: Float64Array): void {
  for (let k = 0; k < target.length; k++) target[k]! += source[k]!;
}
