// What the positives, the pairs (x_i, y_i), contribute: n terms that need no engine.

import type { CancelSignal, Critic, RowBlock, Rows } from "@nce-geometry/tensor";
import { pairBlocksOf } from "./row-blocks.ts";

export interface PositivePairs {
  readonly x: Rows;
  readonly y: Rows;
  readonly critic: Critic;
}

/** s(x_i, y_i) for every i, in float64. */
export async function positiveScores(pairs: PositivePairs, signal?: CancelSignal): Promise<Float64Array> {
  const { x, y, critic } = pairs;
  const scores = new Float64Array(x.rows);
  for await (const { block, partner, start, count } of pairBlocksOf(x, y, signal)) {
    for (let i = 0; i < count; i++) scores[start + i] = scoreAt(block, partner, i * x.dim, x.dim, critic);
  }
  return scores;
}

/** Adds the gradient of Σ_i weight_i s(x_i, y_i) to both sides, [n, d] row-major. */
export async function addPositiveGradient(
  gradient: { readonly x: Float64Array; readonly y: Float64Array },
  pairs: PositivePairs & { readonly weights: Float64Array },
  signal?: CancelSignal,
): Promise<void> {
  const { x, y, critic, weights } = pairs;
  const dim = x.dim;
  for await (const { block, partner, start, count } of pairBlocksOf(x, y, signal)) {
    for (let k = 0; k < count * dim; k++) {
      const at = start * dim + k;
      const weight = weights[start + Math.floor(k / dim)]!;
      if (critic.kind === "rbf") {
        const slope = 2 * critic.scale * weight * (partner[k]! - block[k]!);
        gradient.x[at]! += slope;
        gradient.y[at]! -= slope;
      } else {
        gradient.x[at]! += weight * partner[k]!;
        gradient.y[at]! += weight * block[k]!;
      }
    }
  }
}

function scoreAt(a: RowBlock, b: RowBlock, offset: number, dim: number, critic: Critic): number {
  let sum = 0;
  if (critic.kind === "rbf") {
    for (let k = offset; k < offset + dim; k++) sum += (a[k]! - b[k]!) ** 2;
    return -critic.scale * sum;
  }
  for (let k = offset; k < offset + dim; k++) sum += a[k]! * b[k]!;
  return sum;
}
