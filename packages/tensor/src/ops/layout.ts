// Operations that move elements without computing with them.

import { assertShape, formatShape, normalizeAxis, shapesEqual, sizeOf } from "../shape.ts";
import type { Shape, Tensor } from "../tensor.ts";
import { commonBackend, requireSameDType, wrongOption, wrongShape } from "./check.ts";

/** The axis along which tensors are joined. */
export interface ConcatOptions {
  /** Negative ones count from the end. @defaultValue 0 */
  readonly axis?: number | undefined;
}

/** The same elements, row-major, in another shape. Throws E_SHAPE unless the number of elements stays. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  assertShape("reshape", shape);
  if (sizeOf(shape) !== sizeOf(x.shape)) {
    const expected = `a shape of ${sizeOf(x.shape)} elements like ${formatShape(x.shape)}`;
    throw wrongShape("reshape", "shape", expected, shape);
  }
  return x.backend.reshape(x, shape);
}

/**
 * Axes in another order: axis k of the result is axis permutation[k] of x.
 *
 * Limits: without a permutation the order is reversed, so a matrix becomes xᵀ.
 * Throws: InputError E_OPTION unless the permutation names every axis once.
 */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  const order = permutation ?? axes.toReversed();
  if (
    !shapesEqual(
      [...order].sort((a, b) => a - b),
      axes,
    )
  ) {
    throw wrongOption("transpose", "permutation", `an ordering of ${formatShape(axes)}`, formatShape(order));
  }
  return x.backend.transpose(x, order);
}

/** Repeats a scalar everywhere, or axes of size 1 along the axis; ranks are never promoted. Throws E_SHAPE. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  assertShape("broadcastTo", shape);
  const rank = x.shape.length;
  const fits = rank === shape.length && x.shape.every((extent, axis) => extent === 1 || extent === shape[axis]);
  if (!fits && rank !== 0) {
    throw wrongShape("broadcastTo", "x", `a scalar or stretch along axes of size 1 to ${formatShape(shape)}`, x.shape);
  }
  return x.backend.broadcastTo(x, shape);
}

/** The box that begins at `begin` with `size` elements along each axis. Throws E_SHAPE where it is not inside x. */
export function slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
  requirePerAxis("slice", "begin", begin, x);
  requirePerAxis("slice", "size", size, x);
  if (begin.some((start, axis) => start + size[axis]! > x.shape[axis]!)) {
    const expected = `at most ${formatShape(x.shape.map((extent, axis) => extent - begin[axis]!))} from ${formatShape(begin)} on`;
    throw wrongShape("slice", "size", expected, size, `The tensor has shape ${formatShape(x.shape)}.`);
  }
  return x.backend.slice(x, begin, size);
}

/** Zeros (false) added in front and behind along each axis. Throws E_SHAPE unless each list has one count per axis. */
export function pad(x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
  requirePerAxis("pad", "before", before, x);
  requirePerAxis("pad", "after", after, x);
  return x.backend.pad(x, before, after);
}

/** Tensors joined along one axis; they agree in type and along all other axes. Throws E_SHAPE, E_DTYPE, E_BACKEND. */
export function concat(xs: readonly Tensor[], options: ConcatOptions = {}): Tensor {
  const first = xs[0];
  if (first === undefined) throw wrongShape("concat", "xs", "a list of at least one tensor", []);
  const axis = normalizeAxis("concat", options.axis ?? 0, first.shape.length);
  const backend = commonBackend("concat", [], xs);
  xs.forEach((x, index) => {
    requireSameDType("concat", `xs[${index}]`, first, x);
    const fits = x.shape.length === first.shape.length && x.shape.every((n, k) => k === axis || n === first.shape[k]);
    if (!fits)
      throw wrongShape("concat", `xs[${index}]`, `like ${formatShape(first.shape)} save along axis ${axis}`, x.shape);
  });
  return backend.concat(xs, axis);
}

function requirePerAxis(where: string, argument: string, counts: readonly number[], x: Tensor): void {
  if (counts.length === x.shape.length && counts.every((count) => Number.isSafeInteger(count) && count >= 0)) return;
  const expected = `${x.shape.length} non-negative integers, one per axis of ${formatShape(x.shape)}`;
  throw wrongShape(where, argument, expected, counts);
}
