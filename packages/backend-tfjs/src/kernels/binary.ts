// Functions of two operands. Corrections of tfjs 4.22: maximum and minimum of wasm return the left operand when the right
// one is NaN; 1 to the power of NaN or ∞ is NaN on cpu; products of int32 above 2⁵³ lose their low bits on cpu.

import type { BinaryOp } from "@nce-geometry/tensor";
import type { TfRuntime } from "../tf-runtime.ts";
import type { TfTensor } from "../tfjs-core.ts";
import { choose, compare } from "./choice.ts";
import { broadcastShape, broadcastTo, dtypeOf, empty, sizeOf } from "./layout.ts";

export const binaryKernels: Readonly<Record<BinaryOp, string>> = {
  add: "Add",
  sub: "Sub",
  mul: "Multiply",
  div: "RealDiv",
  pow: "Pow",
  atan2: "Atan2",
  maximum: "Maximum",
  minimum: "Minimum",
};

export function binary(runtime: TfRuntime, op: BinaryOp, a: TfTensor, b: TfTensor): TfTensor {
  const shape = broadcastShape(a.shape, b.shape);
  if (sizeOf(shape) === 0) return empty(runtime, shape, dtypeOf(a));
  if (a.dtype === "int32") {
    return op === "mul" && runtime.tfName === "cpu"
      ? multiplyIntegers(runtime, broadcastTo(runtime, a, shape), broadcastTo(runtime, b, shape))
      : runtime.run(binaryKernels[op], { a, b });
  }
  if (op === "pow" && runtime.tfName !== "wasm") return power(runtime, a, b);
  if ((op === "maximum" || op === "minimum") && runtime.tfName !== "cpu") return extremum(runtime, op, a, b);
  return runtime.run(binaryKernels[op], { a, b });
}

function multiplyIntegers(runtime: TfRuntime, a: TfTensor, b: TfTensor): TfTensor {
  const left = a.dataSync();
  const right = b.dataSync();
  const product = runtime.make(
    Int32Array.from(left, (value, index) => Math.imul(value, right[index]!)),
    a.shape,
    "int32",
  );
  a.dispose();
  b.dispose();
  return product;
}

function power(runtime: TfRuntime, a: TfTensor, b: TfTensor): TfTensor {
  if (runtime.hostMemory && b.size === 1 && Number.isFinite(b.dataSync()[0])) return runtime.run("Pow", { a, b });
  return runtime.tidy(() => {
    const one = runtime.scalar(1);
    return choose(runtime, compare(runtime, "equal", a, one), one, runtime.run("Pow", { a, b }));
  });
}

function extremum(runtime: TfRuntime, op: "maximum" | "minimum", a: TfTensor, b: TfTensor): TfTensor {
  // A single element is checked at no cost, so that it is the one to stand on the right.
  const [left, right] = a.size === 1 ? [b, a] : [a, b];
  return runtime.tidy(() => {
    const result = runtime.run(binaryKernels[op], { a: left, b: right });
    const propagated = propagateNaN(runtime, right, result);
    return runtime.tfName === "wasm" ? propagated : propagateNaN(runtime, left, propagated);
  });
}

function propagateNaN(runtime: TfRuntime, x: TfTensor, result: TfTensor): TfTensor {
  if (runtime.hostMemory && x.size === 1 && !Number.isNaN(x.dataSync()[0])) return result;
  const undefinedThere = runtime.untaped(() => runtime.run("IsNan", { x }));
  return choose(runtime, undefinedThere, x, result);
}
