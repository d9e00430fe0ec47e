// Reductions. Sums over host memory are accumulated in float64: the wasm kernel adds one float32 after another, which at
// 10⁶ elements was off by 1400 ulps. tf's kernels return what lay in memory before when there is nothing to reduce.

import type { ReduceOp } from "@nce-geometry/tensor";
import { recorded } from "../recorded.ts";
import { hostArray, type TfRuntime } from "../tf-runtime.ts";
import type { TfTensor } from "../tfjs-core.ts";
import { broadcastTo, dtypeOf, empty, identity, reshape, sizeOf, transpose } from "./layout.ts";

export const reduceKernels: Readonly<Record<ReduceOp, string>> = { sum: "Sum", max: "Max", min: "Min" };

const identities: Readonly<Record<ReduceOp, number>> = {
  sum: 0,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
};

export function reduce(runtime: TfRuntime, op: ReduceOp, x: TfTensor, axes: readonly number[]): TfTensor {
  const shape = x.shape.filter((_, axis) => !axes.includes(axis));
  if (sizeOf(shape) === 0) return empty(runtime, shape, dtypeOf(x));
  if (x.size === 0) return runtime.fill(shape, identities[op], dtypeOf(x));
  if (axes.length === 0) return identity(runtime, x);
  if (op === "sum" && runtime.hostMemory) return sumOnHost(runtime, x, axes);
  const axis = [...axes];
  return runtime.run(reduceKernels[op], { x }, { axis, reductionIndices: axis, keepDims: false });
}

function sumOnHost(runtime: TfRuntime, x: TfTensor, axes: readonly number[]): TfTensor {
  const { shape } = x;
  return recorded(runtime, {
    inputs: [x],
    save: [],
    forward: () => accumulate(runtime, x, axes),
    pullback: (cotangent) => {
      const kept = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
      return [runtime.tidy(() => broadcastTo(runtime, reshape(runtime, cotangent, kept), shape))];
    },
  });
}

function accumulate(runtime: TfRuntime, x: TfTensor, axes: readonly number[]): TfTensor {
  const first = axes[0]!;
  const last = axes.at(-1)!;
  if (last - first + 1 > axes.length) {
    const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const moved = transpose(runtime, x, [...kept, ...axes]);
    return accumulate(
      runtime,
      moved,
      axes.map((_, index) => kept.length + index),
    );
  }
  const outer = x.shape.slice(0, first);
  const inner = x.shape.slice(last + 1);
  const shape = [...outer, ...inner];
  const out = hostArray(dtypeOf(x), sizeOf(shape));
  const width = sizeOf(inner);
  const length = sizeOf(x.shape.slice(first, last + 1));
  if (width === 1) sumRows(x.dataSync(), length, out);
  else sumColumns(x.dataSync(), length, width, out);
  return runtime.make(out, shape, dtypeOf(x));
}

type HostNumbers = Float32Array | Int32Array | Uint8Array;

/** [rows, length] → [rows] */
function sumRows(values: HostNumbers, length: number, out: HostNumbers): void {
  for (let row = 0; row < out.length; row++) {
    let sum = 0;
    const end = (row + 1) * length;
    for (let i = row * length; i < end; i++) sum += values[i]!;
    out[row] = sum;
  }
}

/** [blocks, length, width] → [blocks, width] */
function sumColumns(values: HostNumbers, length: number, width: number, out: HostNumbers): void {
  const sums = new Float64Array(width);
  let position = 0;
  for (let block = 0; block < out.length; block += width) {
    sums.fill(0);
    for (let row = 0; row < length; row++) {
      for (let column = 0; column < width; column++) sums[column]! += values[position++]!;
    }
    out.set(sums, block);
  }
}
