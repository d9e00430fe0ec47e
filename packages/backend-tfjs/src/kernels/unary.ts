// Functions of one operand. Where tf's kernel is inaccurate the function is computed in another way: by a loop where the
// elements lie in host memory, by several kernels on a GPU; and tf's tape is told its derivative. For tfjs 4.22:
// - wasm: log1p is log(1 + x), without one right digit at 1e-7; sin and cos err by 2e-7 in absolute terms, so that small
//   values are lost; sign of 1e-10 is 0;
// - cpu and wasm: softplus errs by up to 4 ulps at its thresholds, and sign turns NaN into 0;
// - GPU: see gpu-unary.ts.

import { softplusOf, type UnaryOp } from "@nce-geometry/tensor";
import { recorded } from "../recorded.ts";
import type { TfRuntime } from "../tf-runtime.ts";
import type { TfTensor } from "../tfjs-core.ts";
import { gpuKernel } from "./gpu-unary.ts";
import { dtypeOf, empty } from "./layout.ts";

export const unaryKernels: Readonly<Record<UnaryOp, string>> = {
  neg: "Neg",
  abs: "Abs",
  sign: "Sign",
  exp: "Exp",
  expm1: "Expm1",
  log: "Log",
  log1p: "Log1p",
  sqrt: "Sqrt",
  sin: "Sin",
  cos: "Cos",
  tanh: "Tanh",
  sigmoid: "Sigmoid",
  softplus: "Softplus",
};

type Kernel = (runtime: TfRuntime, x: TfTensor) => TfTensor;

export function unary(runtime: TfRuntime, op: UnaryOp, x: TfTensor): TfTensor {
  if (x.size === 0) return empty(runtime, x.shape, dtypeOf(x));
  const corrected = correctedKernel(runtime, op);
  const derivative = derivatives[op];
  if (corrected === undefined || derivative === undefined) return runtime.run(unaryKernels[op], { x });
  return recorded(runtime, {
    inputs: [x],
    save: [x],
    forward: () => corrected(runtime, x),
    pullback: (cotangent, [saved]) => [
      runtime.tidy(() => runtime.run("Multiply", { a: cotangent, b: derivative(runtime, saved!) })),
    ],
  });
}

function correctedKernel(runtime: TfRuntime, op: UnaryOp): Kernel | undefined {
  if (runtime.tfName === "tensorflow") return undefined;
  if (!runtime.hostMemory) return gpuKernel(op);
  const fn = hostFunctions[op];
  return fn && ((_, x) => mapOnHost(runtime, x, fn));
}

function mapOnHost(runtime: TfRuntime, x: TfTensor, fn: (value: number) => number): TfTensor {
  const values = x.dataSync();
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = fn(values[i]!);
  return runtime.make(out, x.shape, "float32");
}

const hostFunctions: Readonly<Partial<Record<UnaryOp, (value: number) => number>>> = {
  sign: (value) => (value === 0 ? 0 : Math.sign(value)),
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  softplus: softplusOf,
};

const derivatives: Readonly<Partial<Record<UnaryOp, Kernel>>> = {
  sign: (runtime, x) => runtime.fill(x.shape, 0, "float32"),
  exp: (runtime, x) => unary(runtime, "exp", x),
  expm1: (runtime, x) => unary(runtime, "exp", x),
  log: (runtime, x) => runtime.run("Reciprocal", { x }),
  log1p: (runtime, x) => runtime.run("Reciprocal", { x: runtime.run("Add", { a: x, b: runtime.scalar(1) }) }),
  sqrt: (runtime, x) => {
    const twice = runtime.run("Multiply", { a: runtime.run("Sqrt", { x }), b: runtime.scalar(2) });
    return runtime.run("Reciprocal", { x: twice });
  },
  sin: (runtime, x) => unary(runtime, "cos", x),
  cos: (runtime, x) => runtime.run("Neg", { x: unary(runtime, "sin", x) }),
  tanh: (runtime, x) => {
    const y = unary(runtime, "tanh", x);
    return runtime.run("Sub", { a: runtime.scalar(1), b: runtime.run("Multiply", { a: y, b: y }) });
  },
  sigmoid: (runtime, x) => {
    const y = runtime.run("Sigmoid", { x });
    return runtime.run("Multiply", { a: y, b: runtime.run("Sub", { a: runtime.scalar(1), b: y }) });
  },
  softplus: (runtime, x) => runtime.run("Sigmoid", { x }),
};
