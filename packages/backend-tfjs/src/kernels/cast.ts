import type { DType } from "@nce-geometry/tensor";
import type { TfRuntime } from "../tf-runtime.ts";
import type { TfTensor } from "../tfjs-core.ts";
import { truthOf } from "./choice.ts";
import { empty, identity } from "./layout.ts";

export function cast(runtime: TfRuntime, x: TfTensor, dtype: DType): TfTensor {
  if (x.size === 0) return empty(runtime, x.shape, dtype);
  if (x.dtype === dtype) return identity(runtime, x);
  return dtype === "bool" ? truthOf(runtime, x) : runtime.run("Cast", { x }, { dtype });
}
