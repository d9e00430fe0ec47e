// A backend that computes on another one and remembers what it did, so that derivatives can be walked backwards. It is
// a backend like any other; tracing a trace gives derivatives of derivatives.

import type {
  Backend,
  BinaryOp,
  CompareOp,
  Feature,
  MatMulOptions,
  ReduceOp,
  TopKResult,
  UnaryOp,
} from "../backend.ts";
import { type DType, type FloatDType, isFloat, type TensorData } from "../dtype.ts";
import type { Shape, Tensor } from "../tensor.ts";
import { binaryPullback, selectingOps, sumToShape, unaryPullback } from "./elementwise-rules.ts";
import {
  concatPullback,
  matMulPullback,
  reducePullback,
  slicePullback,
  topKPullback,
  transposePullback,
  wherePullback,
} from "./structural-rules.ts";
import { type Pullback, type TraceNode, TraceTensor } from "./trace-tensor.ts";

export class TraceBackend implements Backend {
  readonly name: string;
  readonly floatType: FloatDType;
  readonly epsilon: number;
  readonly inner: Backend;
  /** In order of computation, so every node comes after its parents. */
  readonly nodes: TraceNode[] = [];

  constructor(inner: Backend) {
    this.name = `trace of ${inner.name}`;
    this.floatType = inner.floatType;
    this.epsilon = inner.epsilon;
    this.inner = inner;
  }

  supports(feature: Feature): boolean {
    return this.inner.supports(feature);
  }

  /** A tensor with respect to which one can differentiate. */
  variable(x: Tensor): TraceTensor {
    const node: TraceNode = { index: this.nodes.length, parents: [], pullback: () => [], selects: false };
    this.nodes.push(node);
    return new TraceTensor(this, x, node);
  }

  /** The handle of this trace for any tensor that may take part; those of the backends below are constants. */
  lift(where: string, x: Tensor): TraceTensor {
    if (!(x instanceof TraceTensor) || x.backend !== this) return new TraceTensor(this, x);
    x.assertAlive(where);
    return x;
  }

  /** Wraps a result of the backend below; it is recorded when it is differentiable and depends on a variable. */
  record(parents: readonly TraceTensor[], result: Tensor, pullback: () => Pullback, selects = false): TraceTensor {
    const nodes = parents.map((parent) => parent.node);
    if (!isFloat(result.dtype) || nodes.every((node) => node === undefined)) return new TraceTensor(this, result);
    const node: TraceNode = { index: this.nodes.length, parents: nodes, pullback: pullback(), selects };
    this.nodes.push(node);
    return new TraceTensor(this, result, node);
  }

  fromData(data: TensorData, shape: Shape, dtype: DType): Tensor {
    return new TraceTensor(this, this.inner.fromData(data, shape, dtype));
  }

  fill(shape: Shape, value: number, dtype: DType): Tensor {
    return new TraceTensor(this, this.inner.fill(shape, value, dtype));
  }

  unary(op: UnaryOp, x: Tensor): Tensor {
    const a = this.lift(op, x);
    const y = this.inner.unary(op, a.primal);
    return this.record([a], y, () => unaryPullback(op, a.primal, y));
  }

  binary(op: BinaryOp, x: Tensor, y: Tensor): Tensor {
    const a = this.lift(op, x);
    const b = this.lift(op, y);
    const result = this.inner.binary(op, a.primal, b.primal);
    return this.record([a, b], result, () => binaryPullback(op, a.primal, b.primal, result), selectingOps.has(op));
  }

  compare(op: CompareOp, a: Tensor, b: Tensor): Tensor {
    return new TraceTensor(this, this.inner.compare(op, this.lift(op, a).primal, this.lift(op, b).primal));
  }

  where(condition: Tensor, x: Tensor, y: Tensor): Tensor {
    const test = this.lift("where", condition);
    const a = this.lift("where", x);
    const b = this.lift("where", y);
    const result = this.inner.where(test.primal, a.primal, b.primal);
    return this.record([test, a, b], result, () => wherePullback(test.primal, a.primal, b.primal), true);
  }

  cast(x: Tensor, dtype: DType): Tensor {
    const a = this.lift("cast", x);
    // Only float to float is recorded, which is the identity.
    const parents = isFloat(a.dtype) ? [a] : [];
    return this.record(parents, this.inner.cast(a.primal, dtype), () => (g) => [() => g]);
  }

  reduce(op: ReduceOp, x: Tensor, axes: readonly number[]): Tensor {
    const a = this.lift(op, x);
    const y = this.inner.reduce(op, a.primal, axes);
    return this.record([a], y, () => reducePullback(op, a.primal, y, axes), op !== "sum");
  }

  matMul(x: Tensor, y: Tensor, options: MatMulOptions): Tensor {
    const a = this.lift("matMul", x);
    const b = this.lift("matMul", y);
    const result = this.inner.matMul(a.primal, b.primal, options);
    return this.record([a, b], result, () => matMulPullback(a.primal, b.primal, options));
  }

  reshape(x: Tensor, shape: Shape): Tensor {
    const a = this.lift("reshape", x);
    return this.record([a], this.inner.reshape(a.primal, shape), () => (g) => [() => g.backend.reshape(g, a.shape)]);
  }

  transpose(x: Tensor, permutation: readonly number[]): Tensor {
    const a = this.lift("transpose", x);
    return this.record([a], this.inner.transpose(a.primal, permutation), () => transposePullback(permutation));
  }

  broadcastTo(x: Tensor, shape: Shape): Tensor {
    const a = this.lift("broadcastTo", x);
    return this.record([a], this.inner.broadcastTo(a.primal, shape), () => (g) => [() => sumToShape(g, a.shape)]);
  }

  slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
    const a = this.lift("slice", x);
    return this.record([a], this.inner.slice(a.primal, begin, size), () => slicePullback(a.primal, begin, size), true);
  }

  pad(x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
    const a = this.lift("pad", x);
    const result = this.inner.pad(a.primal, before, after);
    return this.record([a], result, () => (g) => [() => g.backend.slice(g, before, a.shape)]);
  }

  concat(xs: readonly Tensor[], axis: number): Tensor {
    const parts = xs.map((x) => this.lift("concat", x));
    const primals = parts.map((part) => part.primal);
    return this.record(parts, this.inner.concat(primals, axis), () => concatPullback(primals, axis));
  }

  gather(x: Tensor, indices: Tensor): Tensor {
    const a = this.lift("gather", x);
    const rows = this.lift("gather", indices).primal;
    const pullback: Pullback = (g) => [() => g.backend.scatterAdd(rows, g, a.shape[0]!)];
    return this.record([a], this.inner.gather(a.primal, rows), () => pullback, true);
  }

  scatterAdd(indices: Tensor, updates: Tensor, rows: number): Tensor {
    const a = this.lift("scatterAdd", updates);
    const at = this.lift("scatterAdd", indices).primal;
    const pullback: Pullback = (g) => [() => g.backend.gather(g, at)];
    return this.record([a], this.inner.scatterAdd(at, a.primal, rows), () => pullback);
  }

  topK(x: Tensor, k: number): TopKResult {
    const a = this.lift("topK", x);
    const { values, indices } = this.inner.topK(a.primal, k);
    return {
      values: this.record([a], values, () => topKPullback(a.primal, indices), true),
      indices: new TraceTensor(this, indices),
    };
  }

  /** Runs `fn` and frees nothing, because the backward pass needs what happened inside. */
  scope<T>(fn: () => T): T {
    return fn();
  }

  liveTensors(): number {
    return this.inner.liveTensors();
  }
}
