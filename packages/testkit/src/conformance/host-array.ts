// Inputs of the conformance cases, on the host. Every float is exactly a float32, so that all backends start from the
// same numbers and differ by their arithmetic alone.

import { type Backend, createRandom, fromData, type Shape, sizeOf, type Tensor } from "@nce-geometry/tensor";

export interface HostArray {
  readonly shape: Shape;
  readonly dtype: "float" | "int32" | "bool";
  /** Row-major. */
  readonly values: readonly number[];
}

const random = createRandom("conformance");

/** Reproducible numbers on [low, high); the label names the stream. */
export function uniformArray(label: string, shape: Shape, low = -2, high = 2): HostArray {
  return floatArray(shape, [...random.split(label).uniform(sizeOf(shape), { low, high })]);
}

/** Numbers no two of which are closer than 1/8, in random order, so that maxima and orders are smooth. */
export function distinctArray(label: string, shape: Shape): HostArray {
  const order = random.split(label).permutation(sizeOf(shape));
  return floatArray(
    shape,
    [...order].map((rank) => (rank - order.length / 2) / 8 + 1 / 16),
  );
}

export function floatArray(shape: Shape, values: readonly number[]): HostArray {
  return { shape, dtype: "float", values: values.map(Math.fround) };
}

export function integerArray(shape: Shape, values: readonly number[]): HostArray {
  return { shape, dtype: "int32", values };
}

export function boolArray(shape: Shape, values: readonly number[]): HostArray {
  return { shape, dtype: "bool", values };
}

export function upload(backend: Backend, { shape, dtype, values }: HostArray): Tensor {
  if (dtype === "int32") return fromData(backend, Int32Array.from(values), shape);
  if (dtype === "bool") return fromData(backend, Uint8Array.from(values), shape);
  const data = backend.floatType === "float64" ? Float64Array.from(values) : Float32Array.from(values);
  return fromData(backend, data, shape);
}
