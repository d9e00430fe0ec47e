// Reductions over some or all axes.

import type { ReduceOp } from "../backend.ts";
import { normalizeAxes, reducedShape, sizeOf } from "../shape.ts";
import type { Shape, Tensor } from "../tensor.ts";
import { requireFloat, requireNumeric, wrongShape } from "./check.ts";
import { div } from "./elementwise.ts";

/** Which axes a reduction runs over. */
export interface ReduceOptions {
  /** One axis or several; negative ones count from the end. @defaultValue all axes, which gives a scalar */
  readonly axis?: number | readonly number[] | undefined;
  /** Keep the reduced axes with size 1, so that the result broadcasts against x. @defaultValue false */
  readonly keepDims?: boolean | undefined;
}

/**
 * Sum over axes.
 *
 * Limits:   an empty axis → 0.
 * Numerics: compensated on the reference backend: the error is about one ulp of the result, plus ε² times the sum of
 *           magnitudes. int32 wraps.
 * Throws:   InputError E_OPTION for a wrong axis, E_DTYPE for bool.
 */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduce("sum", x, options);
}

/**
 * Arithmetic mean over axes.
 *
 * Limits: an empty axis → NaN.
 * Throws: InputError E_OPTION for a wrong axis, E_DTYPE unless x is float.
 */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  requireFloat("mean", "x", x);
  const axes = normalizeAxes("mean", options.axis, x.shape.length);
  const count = sizeOf(axes.map((axis) => x.shape[axis]!));
  return x.backend.scope(() => div(reduceAxes("sum", x, axes, options.keepDims), count));
}

/**
 * Largest element over axes; equal largest ones share the gradient equally.
 *
 * Limits: an empty axis → −∞;  any NaN → NaN.
 * Throws: InputError E_OPTION for a wrong axis, E_DTYPE for bool, E_SHAPE for an empty axis of an int32 tensor.
 */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduce("max", x, options);
}

/**
 * Smallest element over axes; equal smallest ones share the gradient equally.
 *
 * Limits: an empty axis → +∞;  any NaN → NaN.
 * Throws: InputError E_OPTION for a wrong axis, E_DTYPE for bool, E_SHAPE for an empty axis of an int32 tensor.
 */
export function min(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduce("min", x, options);
}

function reduce(op: ReduceOp, x: Tensor, options: ReduceOptions): Tensor {
  requireNumeric(op, "x", x);
  const axes = normalizeAxes(op, options.axis, x.shape.length);
  if (op !== "sum" && x.dtype === "int32" && axes.some((axis) => x.shape[axis] === 0)) {
    throw wrongShape(op, "x", "without empty axes when it is int32", x.shape, "Integers have no infinity to return.");
  }
  return reduceAxes(op, x, axes, options.keepDims);
}

function reduceAxes(op: ReduceOp, x: Tensor, axes: readonly number[], keepDims = false): Tensor {
  const { backend } = x;
  if (!keepDims) return backend.reduce(op, x, axes);
  const kept: Shape = reducedShape(x.shape, axes, true);
  return backend.scope(() => backend.reshape(backend.reduce(op, x, axes), kept));
}
