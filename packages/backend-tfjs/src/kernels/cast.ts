import type { DType } from "@nce-geometry/tensor";
import type { TfRuntime } from "../tf-runtime.ts";
import type { TfTensor } from "../tfjs-core.ts";
import { truthOf } from "./choice.ts";
import { empty, identity } from "./layout.ts";

export function cast(runtime: TfRuntime, x: TfTensor, dtype: DType): TfTensor {
  if (x.size === 0) return empty(runtime, x.shape, dtype);
  if (x.dtype === dtype) return identity(runtime, x);
  if (dtype === "bool") return truthOf(runtime, x);
  if (dtype === "int32") return runtime.untaped(() => runtime.run("Cast", { x }, { dtype }));
  if (runtime.tfName !== "webgpu") return runtime.run("Cast", { x }, { dtype });
  // tf's kernel only renames the type of the integers, which its transposition then fails to compile for.
  return runtime.tidy(() => {
    const renamed = runtime.run("Cast", { x }, { dtype });
    return runtime.run("Add", { a: renamed, b: runtime.scalar(0) });
  });
}
