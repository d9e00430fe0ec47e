import type { Rows } from "@nce-geometry/tensor";
import { type KernelPass, kernelLogSum } from "../fields/kernel-log-sums.ts";

/**
 * What the rows of a population contribute to Σ_i log Σ_j e^{s_ij/τ} through the inner sums: Σ_i e^{s_ik/τ − R_i} for row k, with R the
 * log-sum-exps over the population. It is how often row k is picked from, and adds up to the number of anchors.
 */
export async function poolInfluence(
  anchors: Rows,
  population: Rows,
  logNormalizer: Float64Array,
  pass: Omit<KernelPass, "logWeights">,
): Promise<Float64Array> {
  const logWeights = logNormalizer.map((r) => -r);
  return (await kernelLogSum(population, anchors, { ...pass, logWeights })).map(Math.exp);
}
