// The backend contract over one backend of TensorFlow.js: checks what arrives, runs the kernels of `kernels/`, and keeps
// account of memory.

import {
  type BinaryOp,
  type CompareOp,
  type DType,
  type Feature,
  InputError,
  type MatMulOptions,
  type OpName,
  type ReduceOp,
  type Shape,
  type Tensor,
  type TensorData,
  type TopKResult,
  type UnaryOp,
} from "@nce-geometry/tensor";
import { binary } from "./kernels/binary.ts";
import { cast } from "./kernels/cast.ts";
import { choose, compare } from "./kernels/choice.ts";
import { broadcastTo, concat, pad, reshape, slice, transpose } from "./kernels/layout.ts";
import { matMul } from "./kernels/mat-mul.ts";
import { reduce } from "./kernels/reduce.ts";
import { gather, scatterAdd, topK } from "./kernels/rows.ts";
import { unary } from "./kernels/unary.ts";
import { requiredKernels } from "./required-kernels.ts";
import { Scopes } from "./scopes.ts";
import { hostArray, type TfRuntime } from "./tf-runtime.ts";
import type { TfjsBackend } from "./tfjs-backend.ts";
import type { TfTensor } from "./tfjs-core.ts";
import { TfjsTensor } from "./tfjs-tensor.ts";

export class TfjsBackendObject implements TfjsBackend {
  readonly name: string;
  readonly tfName: string;
  readonly floatType = "float32";
  readonly epsilon: number = 2 ** -23;
  readonly runtime: TfRuntime;
  readonly #features: ReadonlySet<Feature>;
  readonly #missing: ReadonlyMap<OpName, string>;
  readonly #scopes = new Scopes();

  constructor(runtime: TfRuntime, features: ReadonlySet<Feature>) {
    this.runtime = runtime;
    this.tfName = runtime.tfName;
    this.name = `tfjs-${runtime.tfName === "tensorflow" ? "node" : runtime.tfName}`;
    this.#features = features;
    this.#missing = missingOperations(runtime);
  }

  supports(feature: Feature): boolean {
    if (!feature.startsWith("op:")) return this.#features.has(feature);
    const op = feature.slice("op:".length) as OpName;
    return requiredKernels.has(op) && !this.#missing.has(op);
  }

  fromData(data: TensorData, shape: Shape, dtype: DType): Tensor {
    const values = hostArray(dtype, data.length);
    if (dtype === "bool") for (let i = 0; i < values.length; i++) values[i] = data[i] === 0 ? 0 : 1;
    else values.set(data);
    return this.own(this.runtime.make(values, shape, dtype));
  }

  fill(shape: Shape, value: number, dtype: DType): Tensor {
    return this.own(this.runtime.fill(shape, value, dtype));
  }

  unary(op: UnaryOp, x: Tensor): Tensor {
    return this.own(unary(this.runtime, op, this.#read(op, x)));
  }

  binary(op: BinaryOp, a: Tensor, b: Tensor): Tensor {
    return this.own(binary(this.runtime, op, this.#read(op, a), this.#read(op, b)));
  }

  compare(op: CompareOp, a: Tensor, b: Tensor): Tensor {
    return this.own(compare(this.runtime, op, this.#read(op, a), this.#read(op, b)));
  }

  where(condition: Tensor, a: Tensor, b: Tensor): Tensor {
    const test = this.#read("where", condition);
    return this.own(choose(this.runtime, test, this.#read("where", a), this.#read("where", b)));
  }

  cast(x: Tensor, dtype: DType): Tensor {
    return this.own(cast(this.runtime, this.#read("cast", x), dtype));
  }

  reduce(op: ReduceOp, x: Tensor, axes: readonly number[]): Tensor {
    return this.own(reduce(this.runtime, op, this.#read(op, x), axes));
  }

  matMul(a: Tensor, b: Tensor, options: MatMulOptions): Tensor {
    return this.own(matMul(this.runtime, this.#read("matMul", a), this.#read("matMul", b), options));
  }

  reshape(x: Tensor, shape: Shape): Tensor {
    return this.own(reshape(this.runtime, this.#read("reshape", x), shape));
  }

  transpose(x: Tensor, permutation: readonly number[]): Tensor {
    return this.own(transpose(this.runtime, this.#read("transpose", x), permutation));
  }

  broadcastTo(x: Tensor, shape: Shape): Tensor {
    return this.own(broadcastTo(this.runtime, this.#read("broadcastTo", x), shape));
  }

  slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
    return this.own(slice(this.runtime, this.#read("slice", x), begin, size));
  }

  pad(x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
    return this.own(pad(this.runtime, this.#read("pad", x), before, after));
  }

  concat(xs: readonly Tensor[], axis: number): Tensor {
    const natives = xs.map((x) => this.#read("concat", x));
    return this.own(concat(this.runtime, natives, axis));
  }

  gather(x: Tensor, indices: Tensor): Tensor {
    return this.own(gather(this.runtime, this.#read("gather", x), this.#read("gather", indices)));
  }

  scatterAdd(indices: Tensor, updates: Tensor, rows: number): Tensor {
    const at = this.#read("scatterAdd", indices);
    return this.own(scatterAdd(this.runtime, at, this.#read("scatterAdd", updates), rows));
  }

  topK(x: Tensor, k: number): TopKResult {
    const [values, indices] = topK(this.runtime, this.#read("topK", x), k);
    return { values: this.own(values), indices: this.own(indices) };
  }

  scope<T>(fn: () => T): T {
    return this.#scopes.run(fn);
  }

  liveTensors(): number {
    return this.runtime.core.engine().state.numTensors;
  }

  /** A tensor of the contract that frees the given one when it is disposed of. */
  own(native: TfTensor): TfjsTensor {
    return this.#scopes.add(new TfjsTensor(this, native, true));
  }

  /** The tensor of tf below `x`, which must be of this backend and alive, for an operation that this backend has. */
  #read(where: OpName, x: Tensor): TfTensor {
    const kernel = this.#missing.get(where);
    if (kernel !== undefined) throw unsupported(where, this.name, kernel);
    if (x instanceof TfjsTensor && x.backend === this) return x.read(where);
    const received = `one of ${x.backend === this ? "another copy of this package" : `backend ${x.backend.name}`}`;
    const expected = "a tensor of this backend";
    throw new InputError({ code: "E_BACKEND", where, argument: "tensor", expected, received });
  }
}

function missingOperations(runtime: TfRuntime): ReadonlyMap<OpName, string> {
  const missing = new Map<OpName, string>();
  for (const [op, kernels] of requiredKernels) {
    const kernel = kernels.find((name) => !runtime.has(name));
    if (kernel !== undefined) missing.set(op, kernel);
  }
  return missing;
}

function unsupported(where: OpName, name: string, kernel: string): InputError {
  return new InputError({
    code: "E_UNSUPPORTED",
    where,
    argument: "backend",
    expected: `one that supports op:${where}`,
    received: `${name}, which has no kernel ${kernel}`,
    hint: "Ask backend.supports beforehand, or compute this part on another backend.",
  });
}
