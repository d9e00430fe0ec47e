// Element types. Floating-point tensors have exactly one type per backend, its `floatType`.

export type FloatDType = "float64" | "float32";
export type DType = FloatDType | "int32" | "bool";

/** Host-side storage of a tensor's elements; `bool` is stored as 0 or 1. */
export type TensorData = Float64Array | Float32Array | Int32Array | Uint8Array;

export function isFloat(dtype: DType): dtype is FloatDType {
  return dtype === "float64" || dtype === "float32";
}
