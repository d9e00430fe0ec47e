import { fromData, greater, mean, mul, sum, type Tensor, where } from "@nce-geometry/tensor";

/** Σ_i w_i v_i of weights that sum to 1, or the mean where there are none. Entries of weight 0 do not matter, whatever they are. */
export function weightedMean(values: Tensor, weights: Float64Array | undefined): Tensor {
  if (weights === undefined) return mean(values);
  const w = fromData(values.backend, weights, [weights.length]);
  return sum(mul(where(greater(w, 0), values, 0), w));
}
