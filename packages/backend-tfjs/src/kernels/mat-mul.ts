import type { MatMulOptions } from "@nce-geometry/tensor";
import type { TfRuntime } from "../tf-runtime.ts";
import type { TfTensor } from "../tfjs-core.ts";
import { empty, reshape, transpose } from "./layout.ts";

/** Product of two matrices, through tf's product of batches of matrices. */
export function matMul(runtime: TfRuntime, a: TfTensor, b: TfTensor, options: MatMulOptions): TfTensor {
  const transposeA = options.transposeA ?? false;
  const transposeB = options.transposeB ?? false;
  const rows = a.shape[transposeA ? 1 : 0]!;
  const columns = b.shape[transposeB ? 0 : 1]!;
  if (rows * columns === 0) return empty(runtime, [rows, columns], "float32");
  if (a.size === 0) return runtime.fill([rows, columns], 0, "float32");
  // The wasm kernel is ten times faster on transposed copies than at transposing while it multiplies.
  const copies = runtime.tfName === "wasm";
  return runtime.tidy(() => {
    const left = transposeA && copies ? transpose(runtime, a, [1, 0]) : a;
    const right = transposeB && copies ? transpose(runtime, b, [1, 0]) : b;
    const product = runtime.run(
      "BatchMatMul",
      { a: reshape(runtime, left, [1, ...left.shape]), b: reshape(runtime, right, [1, ...right.shape]) },
      { transposeA: transposeA && !copies, transposeB: transposeB && !copies },
    );
    return reshape(runtime, product, [rows, columns]);
  });
}
