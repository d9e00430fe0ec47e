// From an engine's log-sum-exps to the measures of each anchor: the relative logits of ../relative-logits.ts, summed.
//
// Notation: u_i = log Σ_j e^{(s_ij − s_i⁺)/τ} over the negatives, c_i the same of twice the exponents, ℓ_i = softplus(u_i).

import type { PairwiseEngine } from "@nce-geometry/pairwise";
import { type Critic, type Rows, type RunControl, softplusOf } from "@nce-geometry/tensor";
import type { InfoNCEMeasures } from "../info-nce-measures.ts";

export interface Sweep {
  readonly engine: PairwiseEngine;
  readonly critic: Critic;
  readonly temperature: number;
  /** Whether the pairs (i, i) are the positives themselves, to be left out. */
  readonly inBatch: boolean;
}

/** Log-sum-exps over the negatives of either side, at τ and, for Σ p², at τ/2. */
export interface NegativeSums {
  readonly rows: { readonly single: Float64Array; readonly double: Float64Array };
  readonly columns: { readonly single: Float64Array; readonly double: Float64Array };
}

export async function sumOverNegatives(x: Rows, y: Rows, sweep: Sweep, control: RunControl): Promise<NegativeSums> {
  const { engine, critic, temperature } = sweep;
  const diagonal = sweep.inBatch ? "exclude" : "include";
  const [single, double] = await engine.reduce(
    x,
    y,
    [
      { kind: "logSumExp", critic, temperature, diagonal },
      { kind: "logSumExp", critic, temperature: temperature / 2, diagonal },
    ],
    control,
  );
  return {
    rows: { single: single.rows, double: double.rows },
    columns: { single: single.columns, double: double.columns },
  };
}

/** Log-odds u_i against the positives. */
export function logOddsOf(negatives: Float64Array, positives: Float64Array, temperature: number): Float64Array {
  return negatives.map((sum, i) => sum - positives[i]! / temperature);
}

/** The measures of every anchor. Without negatives (all sums −∞) their effective numbers are 0. */
export function measuresOf(
  sums: { readonly single: Float64Array; readonly double: Float64Array },
  positives: Float64Array,
  temperature: number,
): InfoNCEMeasures<Float64Array> {
  const logOdds = logOddsOf(sums.single, positives, temperature);
  const collision = logOddsOf(sums.double, positives, temperature / 2);
  const loss = logOdds.map(softplusOf);
  const count = (numerator: Float64Array) =>
    numerator.map((value, i) => (collision[i] === Number.NEGATIVE_INFINITY ? 0 : Math.exp(2 * value - collision[i]!)));
  return {
    loss,
    decoupledLoss: logOdds,
    positiveMass: loss.map((value) => Math.exp(-value)),
    effectiveNegatives: count(loss),
    conditionalEffectiveNegatives: count(logOdds),
  };
}
