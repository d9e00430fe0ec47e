// What a backend is: a set of kernels over dense row-major arrays, and the memory they live in. It is not an autodiff
// engine, not a random number generator and not a home of mathematics: differentiation, derived operations and random
// streams are written once, above this contract, and therefore agree everywhere. Arguments reach a backend already
// checked (shapes, dtypes, axes, ranges) by the operations in `ops/`; a backend only computes.

import type { DType, FloatDType, TensorData } from "./dtype.ts";
import type { Shape, Tensor } from "./tensor.ts";

/** float → float. `log` of a negative and `sqrt` of a negative are NaN; `log(0)` is −∞; `sign(0)` is 0. */
export type UnaryOp =
  | "neg"
  | "abs"
  | "sign"
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "sqrt"
  | "sin"
  | "cos"
  | "tanh"
  | "sigmoid"
  | "softplus";

/** (float, float) → float, or (int32, int32) → int32 for add, sub, mul, maximum, minimum. Shapes are broadcast. */
export type BinaryOp = "add" | "sub" | "mul" | "div" | "pow" | "atan2" | "maximum" | "minimum";

/** (T, T) → bool with IEEE semantics: every comparison with NaN is false, `notEqual` is true. Shapes are broadcast. */
export type CompareOp = "equal" | "notEqual" | "less" | "lessEqual" | "greater" | "greaterEqual";

/** Over the given axes. Empty axes: sum 0, max −∞, min +∞. NaN propagates. */
export type ReduceOp = "sum" | "max" | "min";

/** Operations beyond the element-wise ones, by the name under which a backend may declare them missing. */
export type StructuralOp =
  | "matMul"
  | "where"
  | "cast"
  | "reshape"
  | "transpose"
  | "broadcastTo"
  | "slice"
  | "pad"
  | "concat"
  | "gather"
  | "scatterAdd"
  | "topK";

export type OpName = UnaryOp | BinaryOp | CompareOp | ReduceOp | StructuralOp;

/** Things that can be asked of a backend beforehand instead of discovered at run time. */
export type Feature = "float64" | "syncRead" | "simd" | "threads" | `op:${OpName}`;

export interface MatMulOptions {
  /** Use Aᵀ. @defaultValue false */
  readonly transposeA?: boolean;
  /** Use Bᵀ. @defaultValue false */
  readonly transposeB?: boolean;
}

export interface TopKResult {
  /** The k largest along the last axis, descending. */
  readonly values: Tensor;
  /** Their positions (int32); among equal values the lower index comes first. */
  readonly indices: Tensor;
}

/** The contract. About twenty kernels; everything else is derived from them. */
export interface Backend {
  /** Short and unique within a process, e.g. `reference`, `tfjs-wasm`. */
  readonly name: string;
  /** The type of every floating-point tensor of this backend. */
  readonly floatType: FloatDType;
  /** Machine epsilon of the arithmetic actually done: 2⁻⁵² or 2⁻²³. Test tolerances derive from it. */
  readonly epsilon: number;
  /** For a backend that records operations on behalf of another one: that other one, whose tensors it takes as constants. */
  readonly inner?: Backend;

  supports(feature: Feature): boolean;

  /** Copies host data. `data.length` equals the product of `shape`. */
  fromData(data: TensorData, shape: Shape, dtype: DType): Tensor;
  fill(shape: Shape, value: number, dtype: DType): Tensor;

  unary(op: UnaryOp, x: Tensor): Tensor;
  binary(op: BinaryOp, a: Tensor, b: Tensor): Tensor;
  compare(op: CompareOp, a: Tensor, b: Tensor): Tensor;
  /** Element-wise choice; the three shapes are broadcast; `a` and `b` share a dtype. */
  where(condition: Tensor, a: Tensor, b: Tensor): Tensor;
  /** float ↔ int32 (towards zero) ↔ bool (≠ 0). */
  cast(x: Tensor, dtype: DType): Tensor;
  /** The reduced axes are dropped. `axes` are distinct, sorted, non-negative. float or int32. */
  reduce(op: ReduceOp, x: Tensor, axes: readonly number[]): Tensor;

  /** [n, k] × [k, m] → [n, m] after the requested transpositions. */
  matMul(a: Tensor, b: Tensor, options: MatMulOptions): Tensor;

  reshape(x: Tensor, shape: Shape): Tensor;
  transpose(x: Tensor, permutation: readonly number[]): Tensor;
  broadcastTo(x: Tensor, shape: Shape): Tensor;
  slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor;
  /** Zero padding; `before` and `after` have one entry per axis. */
  pad(x: Tensor, before: readonly number[], after: readonly number[]): Tensor;
  /** At least one tensor, equal dtypes, equal shapes save along `axis`. */
  concat(xs: readonly Tensor[], axis: number): Tensor;

  /** Rows of `x` (axis 0) at `indices` (int32, rank 1, in range). */
  gather(x: Tensor, indices: Tensor): Tensor;
  /** The adjoint of gather: zeros [rows, …] to which `updates[i]` is added at row `indices[i]`; repeats accumulate. */
  scatterAdd(indices: Tensor, updates: Tensor, rows: number): Tensor;
  /** 1 ≤ k ≤ last dimension. The order of entries that are NaN is unspecified. */
  topK(x: Tensor, k: number): TopKResult;

  /**
   * Runs `fn` and frees every tensor created on this backend meanwhile, save those found in its result (a tensor, or
   * arrays and plain records of tensors). Nests. `fn` must be synchronous.
   */
  scope<T>(fn: () => T): T;
  /** Tensors not yet freed; the difference over a piece of code is its leak. */
  liveTensors(): number;
}
