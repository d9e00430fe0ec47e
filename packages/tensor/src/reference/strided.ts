// Walks over a broadcast or permuted array as few long runs with constant strides.

import { rowMajorStrides, sizeOf } from "../shape.ts";
import type { Shape } from "../tensor.ts";
import type { ReferenceData } from "./reference-tensor.ts";

/** Strides with which an operand of the given shape is read when it is broadcast to `target`: 0 along stretched axes. */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  if (shape.length === 0) return new Array<number>(target.length).fill(0);
  return rowMajorStrides(shape).map((stride, axis) => (shape[axis] === 1 ? 0 : stride));
}

/**
 * Calls `run(length, innerStrides, offsets)` for each run of the shape; `offsets[k]` is where the run begins in operand k.
 * Axes that are contiguous in every operand are merged first, so equal shapes give a single run. Runs go along the last axis,
 * unless it is so short that those along the longest one are worth their strides.
 */
export function forEachRun(
  shape: Shape,
  strides: readonly (readonly number[])[],
  run: (length: number, innerStrides: readonly number[], offsets: readonly number[]) => void,
): void {
  if (sizeOf(shape) === 0) return;
  const merged = longRunsLast(mergeAxes(shape, strides));
  const last = merged.shape.length - 1;
  const length = merged.shape[last]!;
  const inner = merged.strides.map((operand) => operand[last]!);
  const offsets = strides.map(() => 0);
  const counter = new Array<number>(last).fill(0);
  for (;;) {
    run(length, inner, offsets);
    let axis = last - 1;
    for (; axis >= 0; axis--) {
      const step = ++counter[axis]! < merged.shape[axis]! ? 1 : 1 - merged.shape[axis]!;
      for (let k = 0; k < offsets.length; k++) offsets[k]! += step * merged.strides[k]![axis]!;
      if (step === 1) break;
      counter[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** Reads an array in the order of `shape` with the given strides from `offset` on, into a dense array. */
export function copyStrided(
  source: ReferenceData,
  offset: number,
  shape: Shape,
  strides: readonly number[],
  out: ReferenceData,
): ReferenceData {
  forEachRun(shape, [strides, rowMajorStrides(shape)], (length, [step, stepTo], [from, to]) => {
    if (step === 1 && stepTo === 1) out.set(source.subarray(offset + from!, offset + from! + length), to);
    else for (let i = 0; i < length; i++) out[to! + i * stepTo!] = source[offset + from! + i * step!]!;
  });
  return out;
}

/** The converse: writes a dense array in the order of `shape` to the given strides from `offset` on. */
export function writeStrided(
  source: ReferenceData,
  shape: Shape,
  strides: readonly number[],
  offset: number,
  out: ReferenceData,
): void {
  forEachRun(shape, [rowMajorStrides(shape), strides], (length, [stepFrom, step], [from, to]) => {
    if (step === 1 && stepFrom === 1) out.set(source.subarray(from, from! + length), offset + to!);
    else for (let i = 0; i < length; i++) out[offset + to! + i * step!] = source[from! + i * stepFrom!]!;
  });
}

/**
 * The stride of an operand in the single run of `size` elements that it makes with others like it: 1 where it has an element for
 * each, 0 where it has one for all; undefined where neither is so.
 */
export function flatStride({ length }: ReferenceData, size: number): number | undefined {
  if (length === size) return 1;
  return length === 1 ? 0 : undefined;
}

interface Merged {
  readonly shape: readonly number[];
  readonly strides: readonly (readonly number[])[];
}

const SHORT_RUN = 8;

/** The order in which elements are visited does not matter. */
function longRunsLast({ shape, strides }: Merged): Merged {
  const last = shape.length - 1;
  const longest = shape.indexOf(Math.max(...shape));
  if (shape[last]! >= SHORT_RUN || longest === last) return { shape, strides };
  const swapped = (list: readonly number[]) => list.with(longest, list[last]!).with(last, list[longest]!);
  return { shape: swapped(shape), strides: strides.map(swapped) };
}

function mergeAxes(shape: Shape, strides: readonly (readonly number[])[]): Merged {
  const mergedShape: number[] = [];
  const mergedStrides: number[][] = strides.map(() => []);
  shape.forEach((extent, axis) => {
    if (extent === 1) return;
    const top = mergedShape.length - 1;
    const contiguous = top >= 0 && strides.every((operand, k) => mergedStrides[k]![top] === operand[axis]! * extent);
    if (contiguous) mergedShape[top]! *= extent;
    else mergedShape.push(extent);
    const at = mergedShape.length - 1;
    strides.forEach((operand, k) => {
      mergedStrides[k]![at] = operand[axis]!;
    });
  });
  if (mergedShape.length > 0) return { shape: mergedShape, strides: mergedStrides };
  return { shape: [1], strides: strides.map(() => [1]) };
}
