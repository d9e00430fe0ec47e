// Comparison and choice.

import type { CompareOp } from "@nce-geometry/tensor";
import type { TfRuntime } from "../tf-runtime.ts";
import type { TfTensor } from "../tfjs-core.ts";
import { broadcastShape, broadcastTo, dtypeOf, empty, sizeOf } from "./layout.ts";

export const compareKernels: Readonly<Record<CompareOp, string>> = {
  equal: "Equal",
  notEqual: "NotEqual",
  less: "Less",
  lessEqual: "LessEqual",
  greater: "Greater",
  greaterEqual: "GreaterEqual",
};

export function compare(runtime: TfRuntime, op: CompareOp, a: TfTensor, b: TfTensor): TfTensor {
  const shape = broadcastShape(a.shape, b.shape);
  if (sizeOf(shape) === 0) return empty(runtime, shape, "bool");
  return runtime.untaped(() => runtime.run(compareKernels[op], { a, b }));
}

/** Element-wise choice with broadcasting, which tf's kernel lacks. */
export function choose(runtime: TfRuntime, condition: TfTensor, a: TfTensor, b: TfTensor): TfTensor {
  const shape = broadcastShape(condition.shape, a.shape, b.shape);
  if (sizeOf(shape) === 0) return empty(runtime, shape, dtypeOf(a));
  return runtime.tidy(() => {
    const stretch = (x: TfTensor): TfTensor => broadcastTo(runtime, x, shape);
    const select = (t: TfTensor, e: TfTensor): TfTensor =>
      runtime.run("Select", { condition: stretch(condition), t: stretch(t), e: stretch(e) });
    if (a.dtype !== "bool") return select(a, b);
    // The wasm kernel returns the wrong element for truth values.
    const chosen = select(
      runtime.run("Cast", { x: a }, { dtype: "int32" }),
      runtime.run("Cast", { x: b }, { dtype: "int32" }),
    );
    return truthOf(runtime, chosen);
  });
}

/** Whether each element differs from 0; tf's own cast to bool truncates on wasm. */
export function truthOf(runtime: TfRuntime, x: TfTensor): TfTensor {
  return runtime.tidy(() => compare(runtime, "notEqual", x, runtime.scalar(0, dtypeOf(x))));
}
