// Softmax and its logarithm. m is the largest entry over the axes, taken out of the exponentials.

import { type CustomGrad, customGrad } from "../autodiff/custom-grad.ts";
import { requireFloat } from "../ops/check.ts";
import { equal, where } from "../ops/compare.ts";
import { div, exp, log1p, mul, sub } from "../ops/elementwise.ts";
import { max, sum } from "../ops/reduce.ts";
import { normalizeAxes } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { excessSum } from "./excess-sum.ts";

/** Over which axes the weights add up to one. */
export interface SoftmaxOptions {
  /** One axis or several; negative ones count from the end. @defaultValue the last axis */
  readonly axis?: number | readonly number[] | undefined;
}

/**
 * Exponentials normalised to sum 1 over axes.
 *
 * Math:     y_k = e^{x_k} / Σ_l e^{x_l};  pullback g → y·(g − Σ_l g_l y_l)
 * Limits:   n equal entries → 1/n;  −∞ among finite entries → 0;  all −∞ → NaN, for there is no distribution to return,
 *           but with gradient 0;  any +∞ or NaN → NaN along the axes;  an empty axis stays empty.
 * Numerics: relative error of a few ε·(1 + m − x_k).
 * Throws:   InputError E_OPTION for a wrong axis or a scalar, E_DTYPE unless x is float.
 */
export function softmax(x: Tensor, options: SoftmaxOptions = {}): Tensor {
  return overAxes("softmax", x, options, softmaxRule);
}

/**
 * Logarithm of {@link softmax}.
 *
 * Math:     y_k = x_k − log Σ_l e^{x_l};  pullback g → g − e^y·Σ_l g_l
 * Limits:   n equal entries → −log n;  −∞ among finite entries → −∞;  all −∞ → NaN, with gradient 0;  any +∞ or NaN →
 *           NaN along the axes.
 * Numerics: (x − m) − log1p(Σ' e^{x − m}): small relative error also where y is nearly 0, as in a loss that is almost won.
 * Throws:   InputError E_OPTION for a wrong axis or a scalar, E_DTYPE unless x is float.
 */
export function logSoftmax(x: Tensor, options: SoftmaxOptions = {}): Tensor {
  return overAxes("logSoftmax", x, options, logSoftmaxRule);
}

type Rule = (x: Tensor, axes: readonly number[]) => CustomGrad;

function overAxes(name: string, x: Tensor, options: SoftmaxOptions, rule: Rule): Tensor {
  requireFloat(name, "x", x);
  const axes = normalizeAxes(name, options.axis ?? -1, x.shape.length);
  return customGrad((t) => rule(t, axes), [x]);
}

function softmaxRule(x: Tensor, axis: readonly number[]): CustomGrad {
  const over = { axis, keepDims: true };
  const largest = max(x, over);
  const weights = exp(sub(x, largest));
  return {
    value: div(weights, sum(weights, over)),
    pullback: (g, y) => [unlessMasked(largest, mul(y, sub(g, sum(mul(g, y), over))))],
  };
}

function logSoftmaxRule(x: Tensor, axis: readonly number[]): CustomGrad {
  const over = { axis, keepDims: true };
  const largest = max(x, over);
  const shifted = sub(x, largest);
  return {
    value: sub(shifted, log1p(excessSum(shifted, axis))),
    pullback: (g, y) => [unlessMasked(largest, sub(g, mul(exp(y), sum(g, over))))],
  };
}

/** Rows of −∞ alone are masked as a whole: whoever discards their NaN must not get it back as a gradient. */
function unlessMasked(largest: Tensor, gradient: Tensor): Tensor {
  return where(equal(largest, Number.NEGATIVE_INFINITY), 0, gradient);
}
