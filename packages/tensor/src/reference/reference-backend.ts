// The float64 backend in plain TypeScript: the numbers every other backend is compared with. It favours accuracy and
// clarity; sums are compensated, products of matrices are blocked.

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
import { type DType, isFloat, type TensorData } from "../dtype.ts";
import { InputError } from "../input-error.ts";
import { broadcastShapes, reducedShape, rowMajorStrides, sizeOf } from "../shape.ts";
import type { Shape, Tensor } from "../tensor.ts";
import { applyBinary, applyCompare, applyUnary, applyWhere, type Operand } from "./elementwise.ts";
import { type MatrixView, multiply } from "./mat-mul.ts";
import { Memory } from "./memory.ts";
import { applyReduce } from "./reduce.ts";
import { type ReferenceData, ReferenceTensor } from "./reference-tensor.ts";
import { broadcastStrides, copyStrided, writeStrided } from "./strided.ts";
import { topPositions } from "./top-k.ts";

/**
 * A backend in plain TypeScript that computes in float64 and runs everywhere.
 *
 * Numerics: ε = 2⁻⁵². Sums are compensated (Neumaier); products of matrices are plain sums of k terms, so their error is
 *           at most k·ε·Σ|a||b|, in WebAssembly SIMD where that is to be had, with the same bits; each element-wise function
 *           is that of the JavaScript engine, within a few ulps.
 * Limits:   two calls give two backends, whose tensors do not mix.
 * Source:   A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54 (1974).
 */
export function referenceBackend(): Backend {
  return new ReferenceBackend();
}

class ReferenceBackend implements Backend {
  readonly name = "reference";
  readonly floatType = "float64";
  readonly epsilon: number = Number.EPSILON;
  readonly #memory = new Memory<ReferenceTensor>();
  readonly #removed = (tensor: ReferenceTensor): void => this.#memory.removed(tensor);

  supports(feature: Feature): boolean {
    return feature === "float64" || feature === "syncRead" || feature.startsWith("op:");
  }

  fromData(data: TensorData, shape: Shape, dtype: DType): Tensor {
    const out = allocate(dtype, data.length);
    out.set(dtype === "bool" ? Array.from(data, (value) => (value === 0 ? 0 : 1)) : data);
    return this.#make(out, shape, dtype);
  }

  fill(shape: Shape, value: number, dtype: DType): Tensor {
    return this.#make(allocate(dtype, sizeOf(shape)).fill(value), shape, dtype);
  }

  unary(op: UnaryOp, x: Tensor): Tensor {
    return this.#make(applyUnary(op, this.#read(op, x) as Float64Array), x.shape, x.dtype);
  }

  binary(op: BinaryOp, a: Tensor, b: Tensor): Tensor {
    const shape = broadcastShapes(op, ["a", "b"], [a.shape, b.shape]);
    const out = allocate(a.dtype, sizeOf(shape));
    return this.#make(applyBinary(op, this.#operand(op, a), this.#operand(op, b), shape, out), shape, a.dtype);
  }

  compare(op: CompareOp, a: Tensor, b: Tensor): Tensor {
    const shape = broadcastShapes(op, ["a", "b"], [a.shape, b.shape]);
    return this.#make(applyCompare(op, this.#operand(op, a), this.#operand(op, b), shape), shape, "bool");
  }

  where(condition: Tensor, a: Tensor, b: Tensor): Tensor {
    const shape = broadcastShapes("where", ["condition", "a", "b"], [condition.shape, a.shape, b.shape]);
    const [test, yes, no] = [condition, a, b].map((x) => this.#operand("where", x));
    return this.#make(applyWhere(test!, yes!, no!, shape, allocate(a.dtype, sizeOf(shape))), shape, a.dtype);
  }

  cast(x: Tensor, dtype: DType): Tensor {
    return this.fromData(this.#read("cast", x), x.shape, dtype);
  }

  reduce(op: ReduceOp, x: Tensor, axes: readonly number[]): Tensor {
    const shape = reducedShape(x.shape, axes, false);
    const out = allocate(x.dtype, sizeOf(shape));
    return this.#make(applyReduce(op, this.#read(op, x), x.shape, axes, out), shape, x.dtype);
  }

  matMul(a: Tensor, b: Tensor, options: MatMulOptions): Tensor {
    const left = this.#matrix(a, options.transposeA);
    const right = this.#matrix(b, options.transposeB);
    const shape = [left.rows, right.columns];
    return this.#make(multiply(left, right, new Float64Array(sizeOf(shape))), shape, a.dtype);
  }

  reshape(x: Tensor, shape: Shape): Tensor {
    // Storage is never written to after creation, so two tensors may share it.
    return this.#make(this.#read("reshape", x), shape, x.dtype);
  }

  transpose(x: Tensor, permutation: readonly number[]): Tensor {
    const strides = rowMajorStrides(x.shape);
    const shape = permutation.map((axis) => x.shape[axis]!);
    return this.#copy(
      "transpose",
      x,
      0,
      shape,
      permutation.map((axis) => strides[axis]!),
    );
  }

  broadcastTo(x: Tensor, shape: Shape): Tensor {
    return this.#copy("broadcastTo", x, 0, shape, broadcastStrides(x.shape, shape));
  }

  slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
    const strides = rowMajorStrides(x.shape);
    return this.#copy("slice", x, dot(begin, strides), size, strides);
  }

  pad(x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
    const shape = x.shape.map((extent, axis) => before[axis]! + extent + after[axis]!);
    const strides = rowMajorStrides(shape);
    const out = allocate(x.dtype, sizeOf(shape));
    writeStrided(this.#read("pad", x), x.shape, strides, dot(before, strides), out);
    return this.#make(out, shape, x.dtype);
  }

  concat(xs: readonly Tensor[], axis: number): Tensor {
    const { shape: first, dtype } = xs[0]!;
    const total = xs.reduce((extent, x) => extent + x.shape[axis]!, 0);
    const shape = first.with(axis, total);
    const strides = rowMajorStrides(shape);
    const out = allocate(dtype, sizeOf(shape));
    let start = 0;
    for (const x of xs) {
      writeStrided(this.#read("concat", x), x.shape, strides, start * strides[axis]!, out);
      start += x.shape[axis]!;
    }
    return this.#make(out, shape, dtype);
  }

  gather(x: Tensor, indices: Tensor): Tensor {
    const data = this.#read("gather", x);
    const rows = this.#read("gather", indices);
    const width = sizeOf(x.shape.slice(1));
    const out = allocate(x.dtype, rows.length * width);
    rows.forEach((row, i) => {
      out.set(data.subarray(row * width, (row + 1) * width), i * width);
    });
    return this.#make(out, [rows.length, ...x.shape.slice(1)], x.dtype);
  }

  scatterAdd(indices: Tensor, updates: Tensor, rows: number): Tensor {
    const data = this.#read("scatterAdd", updates);
    const shape = [rows, ...updates.shape.slice(1)];
    const width = sizeOf(updates.shape.slice(1));
    const out = allocate(updates.dtype, sizeOf(shape));
    this.#read("scatterAdd", indices).forEach((row, i) => {
      for (let k = 0; k < width; k++) out[row * width + k]! += data[i * width + k]!;
    });
    return this.#make(out, shape, updates.dtype);
  }

  topK(x: Tensor, k: number): TopKResult {
    const data = this.#read("topK", x);
    const length = x.shape.at(-1)!;
    const rows = data.length / length;
    const values = allocate(x.dtype, rows * k);
    const indices = new Int32Array(rows * k);
    for (let row = 0; row < rows; row++) {
      const positions = indices.subarray(row * k, (row + 1) * k);
      topPositions(data, row * length, length, k, positions);
      for (let i = 0; i < k; i++) values[row * k + i] = data[row * length + positions[i]!]!;
    }
    const shape = x.shape.with(-1, k);
    return { values: this.#make(values, shape, x.dtype), indices: this.#make(indices, shape, "int32") };
  }

  scope<T>(fn: () => T): T {
    return this.#memory.scope(fn);
  }

  liveTensors(): number {
    return this.#memory.live;
  }

  #make(data: ReferenceData, shape: Shape, dtype: DType): ReferenceTensor {
    return this.#memory.add(new ReferenceTensor(this, data, Object.freeze([...shape]), dtype, this.#removed));
  }

  #read(where: string, x: Tensor): ReferenceData {
    if (x instanceof ReferenceTensor && x.backend === this) return x.read(where);
    const received = `one of ${x.backend === this ? "another copy of this package" : `backend ${x.backend.name}`}`;
    const expected = "a tensor of this backend";
    throw new InputError({ code: "E_BACKEND", where, argument: "tensor", expected, received });
  }

  #operand(where: string, x: Tensor): Operand {
    return { data: this.#read(where, x), shape: x.shape };
  }

  #matrix(x: Tensor, transposed = false): MatrixView {
    const [rows, columns] = x.shape as readonly [number, number];
    const data = this.#read("matMul", x) as Float64Array;
    if (transposed) return { data, rows: columns, columns: rows, rowStride: 1, columnStride: columns };
    return { data, rows, columns, rowStride: columns, columnStride: 1 };
  }

  #copy(where: string, x: Tensor, offset: number, shape: Shape, strides: readonly number[]): Tensor {
    const out = allocate(x.dtype, sizeOf(shape));
    return this.#make(copyStrided(this.#read(where, x), offset, shape, strides, out), shape, x.dtype);
  }
}

function allocate(dtype: DType, length: number): ReferenceData {
  if (isFloat(dtype)) return new Float64Array(length);
  return dtype === "int32" ? new Int32Array(length) : new Uint8Array(length);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, index) => total + value * b[index]!, 0);
}
