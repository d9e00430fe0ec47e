// Kernels that move elements without computing on them. tf's kernels are unreliable at rank 0 and for empty tensors
// (slicing a scalar on wasm returns what lay in memory before), so that those cases never reach them.

import type { DType, Shape } from "@nce-geometry/tensor";
import { hostArray, type TfRuntime } from "../tf-runtime.ts";
import type { TfTensor } from "../tfjs-core.ts";

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

export function empty(runtime: TfRuntime, shape: Shape, dtype: DType): TfTensor {
  return runtime.make(hostArray(dtype, 0), shape, dtype);
}

export function dtypeOf(x: TfTensor): DType {
  return x.dtype as DType;
}

/** A second handle to the same elements. */
export function identity(runtime: TfRuntime, x: TfTensor): TfTensor {
  return runtime.run("Identity", { x });
}

export function reshape(runtime: TfRuntime, x: TfTensor, shape: Shape): TfTensor {
  return runtime.run("Reshape", { x }, { shape: [...shape] });
}

export function transpose(runtime: TfRuntime, x: TfTensor, permutation: readonly number[]): TfTensor {
  const shape = permutation.map((axis) => x.shape[axis]!);
  if (sizeOf(shape) === 0) return empty(runtime, shape, dtypeOf(x));
  if (permutation.every((axis, index) => axis === index)) return identity(runtime, x);
  return runtime.run("Transpose", { x }, { perm: [...permutation] });
}

export function broadcastTo(runtime: TfRuntime, x: TfTensor, shape: Shape): TfTensor {
  if (sizeOf(shape) === 0) return empty(runtime, shape, dtypeOf(x));
  if (sameShape(x.shape, shape)) return identity(runtime, x);
  const aligned = x.shape.length === shape.length ? x.shape : shape.map(() => 1);
  const reps = shape.map((extent, axis) => (aligned[axis] === extent ? 1 : extent));
  return runtime.tidy(() => runtime.run("Tile", { x: reshape(runtime, x, aligned) }, { reps }));
}

export function slice(runtime: TfRuntime, x: TfTensor, begin: readonly number[], size: readonly number[]): TfTensor {
  if (sizeOf(size) === 0) return empty(runtime, size, dtypeOf(x));
  if (size.length === 0) return identity(runtime, x);
  return runtime.run("Slice", { x }, { begin: [...begin], size: [...size] });
}

export function pad(runtime: TfRuntime, x: TfTensor, before: readonly number[], after: readonly number[]): TfTensor {
  const shape = x.shape.map((extent, axis) => before[axis]! + extent + after[axis]!);
  if (x.size === 0) return runtime.fill(shape, 0, dtypeOf(x));
  if (shape.length === 0) return identity(runtime, x);
  const paddings = shape.map((_, axis) => [before[axis]!, after[axis]!]);
  return runtime.run("PadV2", { x }, { paddings, constantValue: 0 });
}

export function concat(runtime: TfRuntime, xs: readonly TfTensor[], axis: number): TfTensor {
  const filled = xs.filter((x) => x.size > 0);
  if (filled.length === 1) return identity(runtime, filled[0]!);
  if (filled.length > 1) return runtime.run("Concat", filled, { axis });
  const total = xs.reduce((extent, x) => extent + x.shape[axis]!, 0);
  return empty(runtime, xs[0]!.shape.with(axis, total), dtypeOf(xs[0]!));
}

/** The shape that operands share, which the operations above the contract have checked. */
export function broadcastShape(...shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const full = shapes.filter((shape) => shape.length === rank);
  return full[0]!.map((extent, axis) => full.reduce((met, shape) => (met === 1 ? shape[axis]! : met), extent));
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}
