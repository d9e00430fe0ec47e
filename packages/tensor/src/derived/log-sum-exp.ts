// Sums of exponentials in log space. m is the largest entry over the axes, taken out of the exponentials.

import { type CustomGrad, customGrad } from "../autodiff/custom-grad.ts";
import { requireFloat } from "../ops/check.ts";
import { equal, greater, less, logicalAnd, where } from "../ops/compare.ts";
import { add, log1p, mul, sub } from "../ops/elementwise.ts";
import { reshape } from "../ops/layout.ts";
import { max, type ReduceOptions } from "../ops/reduce.ts";
import { normalizeAxes, reducedShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { excessSum } from "./excess-sum.ts";
import { softmax } from "./softmax.ts";

/**
 * Logarithm of a sum of exponentials over axes.
 *
 * Math:     log Σ_k e^{x_k};  gradient softmax(x)
 * Limits:   n equal entries x → x + log n;  all −∞, or an empty axis → −∞, with gradient 0;  any +∞ → +∞, with
 *           gradient NaN;  any NaN → NaN.
 * Numerics: m + log1p(Σ' e^{x_k − m}), the sum without one largest entry: error of a few ε·max(|m|, |result|), and of a
 *           few ε·|result| when m = 0.
 * Throws:   InputError E_OPTION for a wrong axis, E_DTYPE unless x is float.
 */
export function logSumExp(x: Tensor, options: ReduceOptions = {}): Tensor {
  return logSumExpPlus("logSumExp", x, options, () => 0);
}

/**
 * Logarithm of a mean of exponentials over axes.
 *
 * Math:   log( (1/n) Σ_k e^{x_k} )
 * Limits: n equal entries x → x;  an empty axis → NaN;  otherwise as {@link logSumExp}.
 * Throws: InputError E_OPTION for a wrong axis, E_DTYPE unless x is float.
 */
export function logMeanExp(x: Tensor, options: ReduceOptions = {}): Tensor {
  return logSumExpPlus("logMeanExp", x, options, (count) => -Math.log(count));
}

function logSumExpPlus(name: string, x: Tensor, options: ReduceOptions, shift: (count: number) => number): Tensor {
  requireFloat(name, "x", x);
  const axes = normalizeAxes(name, options.axis, x.shape.length);
  const offset = shift(sizeOf(axes.map((axis) => x.shape[axis]!)));
  const shape = reducedShape(x.shape, axes, options.keepDims ?? false);
  return x.backend.scope(() => {
    const total = customGrad((t) => logSumExpRule(t, axes), [x]);
    return reshape(offset === 0 ? total : add(total, offset), shape);
  });
}

function logSumExpRule(x: Tensor, axes: readonly number[]): CustomGrad {
  const m = finiteMax(x, axes);
  return {
    value: add(m, log1p(excessSum(sub(x, m), axes))),
    // Where nothing has weight, the softmax is NaN.
    pullback: (g, value) => [mul(g, where(equal(value, Number.NEGATIVE_INFINITY), 0, softmax(x, { axis: axes })))],
  };
}

/** The largest entry where it is finite, else 0, kept as axes of size 1. */
function finiteMax(x: Tensor, axes: readonly number[]): Tensor {
  const largest = max(x, { axis: axes, keepDims: true });
  const finite = logicalAnd(greater(largest, Number.NEGATIVE_INFINITY), less(largest, Number.POSITIVE_INFINITY));
  return where(finite, largest, 0);
}
