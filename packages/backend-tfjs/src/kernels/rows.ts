// Rows by number, and order along the last axis. tf's gradient of gather needs UnsortedSegmentSum, which wasm lacks and
// which is slow on cpu; ScatterNd, which accumulates repeats, takes its place.

import { recorded } from "../recorded.ts";
import type { TfRuntime } from "../tf-runtime.ts";
import type { TfTensor } from "../tfjs-core.ts";
import { dtypeOf, empty, identity, reshape, sizeOf } from "./layout.ts";

export function gather(runtime: TfRuntime, x: TfTensor, indices: TfTensor): TfTensor {
  const shape = [indices.size, ...x.shape.slice(1)];
  if (sizeOf(shape) === 0) return empty(runtime, shape, dtypeOf(x));
  const rows = x.shape[0]!;
  return recorded(runtime, {
    inputs: [x],
    save: [indices],
    forward: () => runtime.run("GatherV2", { x, indices }, { axis: 0, batchDims: 0 }),
    pullback: (cotangent, [saved]) => [scatterAdd(runtime, saved!, cotangent, rows)],
  });
}

export function scatterAdd(runtime: TfRuntime, indices: TfTensor, updates: TfTensor, rows: number): TfTensor {
  const shape = [rows, ...updates.shape.slice(1)];
  if (sizeOf(shape) === 0) return empty(runtime, shape, dtypeOf(updates));
  if (updates.size === 0) return runtime.fill(shape, 0, dtypeOf(updates));
  return recorded(runtime, {
    inputs: [updates],
    save: [indices],
    forward: () =>
      runtime.run("ScatterNd", { indices: reshape(runtime, indices, [indices.size, 1]), updates }, { shape }),
    pullback: (cotangent, [saved]) => [gather(runtime, cotangent, saved!)],
  });
}

/** Values and positions of the k largest along the last axis. tf has no gradient for it. */
export function topK(runtime: TfRuntime, x: TfTensor, k: number): readonly [TfTensor, TfTensor] {
  const shape = x.shape.with(-1, k);
  if (sizeOf(shape) === 0) return [empty(runtime, shape, dtypeOf(x)), empty(runtime, shape, "int32")];
  // The kernel of webgpu hands back its very argument here, which would then have two owners.
  if (x.shape.at(-1) === 1) return [identity(runtime, x), runtime.fill(shape, 0, "int32")];
  return runtime.runPair("TopK", { x }, { k, sorted: true });
}
