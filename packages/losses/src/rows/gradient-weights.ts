// The weights ∂L/∂s_ij of a mean InfoNCE loss, as an engine takes them, and what they say about the temperature.
//
// Notation: u_i log-odds against the positive, ℓ_i = softplus(u_i), p_ij = e^{s_ij/τ − s_i⁺/τ − ℓ_i} weights of the negatives.
// ∂L/∂s_ij = share·p_ij/τ, and ∂L/∂s_i⁺ = −share·(1 − p_i)/τ with 1 − p_i = σ(u_i), accurate also near zero loss.

import { type CancelSignal, meanOfArray, type Rows, softplusOf } from "@nce-geometry/tensor";
import { logOddsOf } from "./log-odds.ts";
import { blocksOf } from "./row-blocks.ts";

export interface GradientWeights {
  /** Mean of ℓ_i. */
  readonly loss: number;
  /** ∂L/∂s_ij = coefficient_i e^{s_ij/τ − logNormalizer_i}. */
  readonly negatives: { readonly coefficient: Float64Array; readonly logNormalizer: Float64Array };
  /** ∂L/∂s_i⁺. */
  readonly positives: Float64Array;
}

/** Weights of Σ_i share·ℓ_i, from log-sum-exps over the negatives and scores of the positives. */
export function gradientWeights(
  negatives: Float64Array,
  positives: Float64Array,
  options: { readonly temperature: number; readonly share: number },
): GradientWeights {
  const { temperature, share } = options;
  const logOdds = logOddsOf(negatives, positives, temperature);
  const loss = logOdds.map(softplusOf);
  return {
    loss: meanOfArray(loss),
    negatives: {
      coefficient: new Float64Array(positives.length).fill(share / temperature),
      logNormalizer: loss.map((value, i) => positives[i]! / temperature + value),
    },
    positives: logOdds.map((value) => -share / (temperature * (1 + Math.exp(-value)))),
  };
}

/**
 * ∂L/∂τ from the gradients to all the rows. L depends on s/τ alone and every critic is homogeneous of degree 2 in the rows, so
 * −τ ∂L/∂τ = Σ_ij s_ij ∂L/∂s_ij = ½ Σ ⟨row, gradient⟩.
 */
export async function temperatureGradient(
  sides: readonly { readonly rows: Rows; readonly gradient: Float64Array }[],
  temperature: number,
  signal?: CancelSignal,
): Promise<number> {
  let total = 0;
  for (const { rows, gradient } of sides) {
    for await (const { block, start } of blocksOf(rows, signal)) {
      for (let k = 0; k < block.length; k++) total += block[k]! * gradient[start * rows.dim + k]!;
    }
  }
  return -total / (2 * temperature);
}
