// Tensors from host numbers.

import type { Backend } from "../backend.ts";
import { type DType, isFloat, type TensorData } from "../dtype.ts";
import { InputError } from "../input-error.ts";
import { assertShape, formatShape, sizeOf } from "../shape.ts";
import type { Shape, Tensor } from "../tensor.ts";
import { wrongOption } from "./check.ts";

/** Numbers in nested arrays, as deep as the tensor's rank; a bare number is a scalar. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** How host numbers become a tensor. */
export interface CreateOptions {
  /**
   * Element type; int32 takes integers of 32 bits, bool takes 0 and 1.
   * @defaultValue the backend's float type; for fromData the type of the array: Int32Array is int32, Uint8Array is bool
   */
  readonly dtype?: DType;
}

/**
 * A tensor with the numbers and the shape of nested arrays.
 *
 * Limits: 3 → [];  [[1, 2], [3, 4]] → [2, 2];  [] → [0].
 * Throws: InputError E_SHAPE where the arrays are ragged, E_DTYPE where a number does not fit the type.
 */
export function fromArray(backend: Backend, values: NestedNumbers, options: CreateOptions = {}): Tensor {
  const shape = shapeOfNested(values);
  const flat: number[] = [];
  flatten(values, shape, 0, flat);
  return create("fromArray", "values", backend, Float64Array.from(flat), shape, options.dtype ?? backend.floatType);
}

/**
 * A tensor of the given shape from a typed array, row-major; the numbers are copied.
 *
 * Throws: InputError E_SHAPE where the length is not the product of the shape, E_DTYPE where a number does not fit the
 *         type or the backend lacks it.
 */
export function fromData(backend: Backend, data: TensorData, shape: Shape, options: CreateOptions = {}): Tensor {
  assertShape("fromData", shape);
  if (data.length !== sizeOf(shape)) {
    const expected = `of length ${sizeOf(shape)}, the product of ${formatShape(shape)}`;
    throw new InputError({
      code: "E_SHAPE",
      where: "fromData",
      argument: "data",
      expected,
      received: `length ${data.length}`,
    });
  }
  return create("fromData", "data", backend, data, shape, options.dtype ?? naturalDType(backend, data));
}

/** A rank-0 tensor. Throws E_DTYPE where the number does not fit the type. */
export function scalar(backend: Backend, value: number, options: CreateOptions = {}): Tensor {
  return filled("scalar", backend, [], value, options);
}

/** A tensor with the same number everywhere. Throws E_SHAPE for a wrong shape, E_DTYPE where the number does not fit. */
export function full(backend: Backend, shape: Shape, value: number, options: CreateOptions = {}): Tensor {
  return filled("full", backend, shape, value, options);
}

/** A tensor of zeros. Throws E_SHAPE for a wrong shape. */
export function zeros(backend: Backend, shape: Shape, options: CreateOptions = {}): Tensor {
  return filled("zeros", backend, shape, 0, options);
}

/** A tensor of ones. Throws E_SHAPE for a wrong shape. */
export function ones(backend: Backend, shape: Shape, options: CreateOptions = {}): Tensor {
  return filled("ones", backend, shape, 1, options);
}

/** The identity matrix [n, n]. Throws E_OPTION unless n is a non-negative integer. */
export function eye(backend: Backend, n: number): Tensor {
  requireCount("eye", n);
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) data[i * (n + 1)] = 1;
  return backend.fromData(data, [n, n], backend.floatType);
}

/** The int32 vector 0, 1, …, n − 1. Throws E_OPTION unless n is a non-negative integer. */
export function arange(backend: Backend, n: number): Tensor {
  requireCount("arange", n);
  return backend.fromData(
    Int32Array.from({ length: n }, (_, i) => i),
    [n],
    "int32",
  );
}

/** Throws E_DTYPE unless the backend has the type and the number is one of its values. */
export function requireValue(where: string, argument: string, value: number, dtype: DType): void {
  if (!fits(value, dtype)) throw misfit(where, argument, dtype, String(value));
}

/** Throws E_DTYPE where the float type is not the backend's own. */
export function requireBackendDType(where: string, backend: Backend, dtype: DType): void {
  if (!isFloat(dtype) || dtype === backend.floatType) return;
  const expected = `${backend.floatType}, int32 or bool on backend ${backend.name}`;
  throw new InputError({ code: "E_DTYPE", where, argument: "dtype", expected, received: dtype });
}

function filled(where: string, backend: Backend, shape: Shape, value: number, options: CreateOptions): Tensor {
  const dtype = options.dtype ?? backend.floatType;
  assertShape(where, shape);
  requireBackendDType(where, backend, dtype);
  requireValue(where, "value", value, dtype);
  return backend.fill(shape, value, dtype);
}

function create(
  where: string,
  argument: string,
  backend: Backend,
  data: TensorData,
  shape: Shape,
  dtype: DType,
): Tensor {
  requireBackendDType(where, backend, dtype);
  if (!isFloat(dtype) && naturalDType(backend, data) !== dtype) {
    const bad = data.findIndex((value) => !fits(value, dtype));
    if (bad !== -1) throw misfit(where, argument, dtype, `${data[bad]} at position ${bad}`);
  }
  return backend.fromData(data, shape, dtype);
}

function misfit(where: string, argument: string, dtype: DType, received: string): InputError {
  const expected = dtype === "bool" ? "0 or 1 for bool" : "an integer of 32 bits for int32";
  return new InputError({ code: "E_DTYPE", where, argument, expected, received });
}

function fits(value: number, dtype: DType): boolean {
  if (isFloat(dtype)) return true;
  return dtype === "bool" ? value === 0 || value === 1 : value === (value | 0);
}

function naturalDType(backend: Backend, data: TensorData): DType {
  if (data instanceof Int32Array) return "int32";
  return data instanceof Uint8Array ? "bool" : backend.floatType;
}

function requireCount(where: string, n: number): void {
  if (!Number.isSafeInteger(n) || n < 0) throw wrongOption(where, "n", "a non-negative integer", String(n));
}

function shapeOfNested(values: NestedNumbers): number[] {
  const shape: number[] = [];
  for (let level: NestedNumbers = values; typeof level !== "number"; level = level[0]!) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  return shape;
}

function flatten(values: NestedNumbers, shape: Shape, depth: number, out: number[]): void {
  const extent = shape[depth];
  if (typeof values === "number" ? extent !== undefined : values.length !== extent) {
    const expected = extent === undefined ? "a number" : `an array of length ${extent}`;
    const received = typeof values === "number" ? "a number" : `an array of length ${values.length}`;
    const hint = "All arrays of one level have the same length.";
    throw new InputError({
      code: "E_SHAPE",
      where: "fromArray",
      argument: "values",
      expected: `${expected} at depth ${depth}`,
      received,
      hint,
    });
  }
  if (typeof values === "number") out.push(values);
  else for (const entry of values) flatten(entry, shape, depth + 1, out);
}
