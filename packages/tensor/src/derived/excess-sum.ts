import { cast, equal, where } from "../ops/compare.ts";
import { add, exp, sub } from "../ops/elementwise.ts";
import { sum } from "../ops/reduce.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Σ e^{z} − 1 over axes for z = x − m ≤ 0, to full relative accuracy although the largest term is 1: entries that equal
 * m are counted, the others summed. For use inside a custom gradient only, as counting has no derivative.
 */
export function excessSum(shifted: Tensor, axes: readonly number[]): Tensor {
  const over = { axis: axes, keepDims: true };
  const largest = equal(shifted, 0);
  const others = sum(where(largest, 0, exp(shifted)), over);
  return add(others, sub(sum(cast(largest, shifted.dtype), over), 1));
}
