// Shapes, strides and axes: the arithmetic that every operation needs before it touches a number.

import { InputError } from "./input-error.ts";
import type { Shape } from "./tensor.ts";

/**
 * Number of elements of a tensor of the given shape.
 *
 * Math:   Π_k shape[k]
 * Limits: [] → 1;  any axis of size 0 → 0.
 */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

/** Whether two shapes have the same rank and the same size along every axis. */
export function shapesEqual(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/** The shape as it appears in messages, e.g. `[64, 512]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/**
 * Distance in elements between neighbours along each axis of a dense row-major array.
 *
 * Limits: [n, d] → [d, 1].
 */
export function rowMajorStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/**
 * The shape that element-wise operands share: axes of size 1 stretch, and a scalar fits everything. Ranks are never
 * promoted: [3] does not meet [2, 3].
 *
 * Limits: [n, 1] and [1, m] → [n, m];  [] and s → s.
 * Throws: InputError E_SHAPE, which names the first argument that does not fit those before it.
 */
export function broadcastShapes(where: string, names: readonly string[], shapes: readonly Shape[]): Shape {
  let result: Shape = [];
  shapes.forEach((shape, index) => {
    if (shape === result || shape.length === 0) return;
    if (result.length === 0) result = shape;
    else result = meet(where, names[index]!, result, shape);
  });
  return result;
}

/**
 * Axes as distinct non-negative numbers in ascending order; negative ones count from the end, none at all means every
 * axis.
 *
 * Throws: InputError E_OPTION for an axis out of range or named twice.
 */
export function normalizeAxes(where: string, axis: number | readonly number[] | undefined, rank: number): number[] {
  if (axis === undefined) return Array.from({ length: rank }, (_, index) => index);
  const axes = typeof axis === "number" ? [axis] : axis;
  const normalized = axes.map((entry) => normalizeAxis(where, entry, rank)).sort((a, b) => a - b);
  normalized.forEach((entry, index) => {
    if (index > 0 && normalized[index - 1] === entry) {
      throw new InputError({
        code: "E_OPTION",
        where,
        argument: "axis",
        expected: "distinct axes",
        received: formatShape(axes),
      });
    }
  });
  return normalized;
}

/** One axis as a number from 0 to rank − 1. Throws E_OPTION when it is out of range. */
export function normalizeAxis(where: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    const expected = rank === 0 ? "absent for a scalar" : `an integer from ${-rank} to ${rank - 1}`;
    throw new InputError({ code: "E_OPTION", where, argument: "axis", expected, received: String(axis) });
  }
  return axis < 0 ? axis + rank : axis;
}

/** The shape after reducing the given axes, which either vanish or stay with size 1. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): number[] {
  if (keepDims) return shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** Throws E_SHAPE unless every size is a non-negative integer. */
export function assertShape(where: string, shape: Shape): void {
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    const expected = "a list of non-negative integers";
    throw new InputError({ code: "E_SHAPE", where, argument: "shape", expected, received: formatShape(shape) });
  }
}

function meet(where: string, argument: string, a: Shape, b: Shape): Shape {
  if (shapesEqual(a, b)) return a;
  const fits = a.length === b.length && a.every((extent, axis) => extent === b[axis] || extent === 1 || b[axis] === 1);
  if (fits) return a.map((extent, axis) => (extent === 1 ? b[axis]! : extent));
  const hint =
    a.length === b.length
      ? "Only axes of size 1 stretch."
      : "Ranks are never promoted: reshape it, with size 1 along the axes that should stretch.";
  const expected = `a scalar or of a shape that broadcasts with ${formatShape(a)}`;
  throw new InputError({ code: "E_SHAPE", where, argument, expected, received: formatShape(b), hint });
}
