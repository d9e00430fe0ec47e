// Reductions. The reduced axes are first moved behind the kept ones, so that each result is reduced from one run.

import type { ReduceOp } from "../backend.ts";
import { rowMajorStrides, sizeOf } from "../shape.ts";
import type { Shape } from "../tensor.ts";
import type { ReferenceData } from "./reference-tensor.ts";
import { copyStrided } from "./strided.ts";

/** Reduces into `out`, one element per element of the kept axes. */
export function applyReduce(
  op: ReduceOp,
  data: ReferenceData,
  shape: Shape,
  axes: readonly number[],
  out: ReferenceData,
): ReferenceData {
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const length = sizeOf(axes.map((axis) => shape[axis]!));
  const rows = isTrailing(axes, shape) ? data : reorder(data, shape, [...kept, ...axes]);
  const reduceRun = runReducers[op];
  for (let row = 0; row < out.length; row++) out[row] = reduceRun(rows, row * length, length);
  return out;
}

function isTrailing(axes: readonly number[], shape: Shape): boolean {
  return axes.every((axis, index) => axis === shape.length - axes.length + index);
}

function reorder(data: ReferenceData, shape: Shape, order: readonly number[]): ReferenceData {
  const strides = rowMajorStrides(shape);
  return copyStrided(
    data,
    0,
    order.map((axis) => shape[axis]!),
    order.map((axis) => strides[axis]!),
    data.slice(),
  );
}

type RunReducer = (data: ReferenceData, start: number, length: number) => number;

const runReducers: Readonly<Record<ReduceOp, RunReducer>> = {
  sum: compensatedSum,
  max: (data, start, length) => {
    let best = Number.NEGATIVE_INFINITY;
    for (let i = start; i < start + length; i++) best = Math.max(best, data[i]!);
    return best;
  },
  min: (data, start, length) => {
    let best = Number.POSITIVE_INFINITY;
    for (let i = start; i < start + length; i++) best = Math.min(best, data[i]!);
    return best;
  },
};

/** Neumaier's sum: the rounding error of each addition is found exactly and added at the end. */
function compensatedSum(data: ReferenceData, start: number, length: number): number {
  let total = 0;
  let lost = 0;
  for (let i = start; i < start + length; i++) {
    const value = data[i]!;
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  // An infinite total makes the lost part NaN, although the sum itself is right.
  return Number.isFinite(total) ? total + lost : total;
}
