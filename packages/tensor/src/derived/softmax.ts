// Softmax and its logarithm. m is the largest entry over the axes, taken out of the exponentials.

import { type CustomGrad, customGrad } from "../autodiff/custom-grad.ts";
import { requireFloat } from "../ops/check.ts";
import { div, exp, log1p, mul, sub } from "../ops/elementwise.ts";
import { max, sum } from "../ops/reduce.ts";
import { normalizeAxes } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { excessSum } from "./log-sum-exp.ts";

/** Over which axes the weights add up to one. */
export interface SoftmaxOptions {
  /** One axis or several; negative ones count from the end. @defaultValue the last axis */
  readonly axis?: number | readonly number[] | undefined;
}

/**
 * Exponentials normalised to sum 1 over axes.
 *
 * Math:     y_k = e^{x_k} / Σ_l e^{x_l};  pullback g → y·(g − Σ_l g_l y_l)
 * Limits:   n equal entries → 1/n;  −∞ among finite entries → 0;  all −∞, any +∞ or any NaN → NaN along the axes, for
 *           there is no distribution to return;  an empty axis stays empty.
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
 * Limits:   n equal entries → −log n;  −∞ among finite entries → −∞;  all −∞, any +∞ or any NaN → NaN along the axes.
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
  const weights = exp(sub(x, max(x, { axis, keepDims: true })));
  return {
    value: div(weights, sum(weights, { axis, keepDims: true })),
    pullback: (g, y) => [mul(y, sub(g, sum(mul(g, y), { axis, keepDims: true })))],
  };
}

function logSoftmaxRule(x: Tensor, axis: readonly number[]): CustomGrad {
  const shifted = sub(x, max(x, { axis, keepDims: true }));
  return {
    value: sub(shifted, log1p(excessSum(shifted, axis))),
    pullback: (g, y) => [sub(g, mul(exp(y), sum(g, { axis, keepDims: true })))],
  };
}
