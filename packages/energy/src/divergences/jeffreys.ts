import type { Estimate } from "../estimate.ts";

/**
 * The Jeffreys divergence D_KL(p‖q) + D_KL(q‖p) from an estimate of D_S, its half; the paper's figures plot this.
 *
 * Math:   J = 2·D_S; standard error and interval double with the value.
 * Limits: an estimate without error stays without.
 * Source: arXiv:2601.19597, numerical code.
 */
export function jeffreysOf(symmetricKL: Estimate): Estimate {
  const { value, standardError, interval, method } = symmetricKL;
  return {
    ...symmetricKL,
    value: 2 * value,
    ...(standardError !== undefined && { standardError: 2 * standardError }),
    ...(interval && { interval: { ...interval, low: 2 * interval.low, high: 2 * interval.high } }),
    ...(method && { method: `2 · (${method})` }),
  };
}
