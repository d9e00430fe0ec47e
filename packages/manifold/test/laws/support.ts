import { type Backend, fromData, type RowMatrix, referenceBackend, type Tensor } from "@nce-geometry/tensor";
import type { Float64Rows } from "../../src/index.ts";

/** The backend of tensors for which no other is named. */
export const reference: Backend = referenceBackend();

/** Rows from nested numbers. */
export function rowsOf(values: readonly (readonly number[])[], dim: number = values[0]!.length): Float64Rows {
  return { rows: values.length, dim, data: Float64Array.from(values.flat()) };
}

/** A matrix from rows or nested numbers. */
export function tensorOf(values: RowMatrix | readonly (readonly number[])[], backend: Backend = reference): Tensor {
  const { rows, dim, data } = "data" in values ? values : rowsOf(values);
  const numbers = backend.floatType === "float64" ? Float64Array.from(data) : Float32Array.from(data);
  return fromData(backend, numbers, [rows, dim]);
}

/** A reference backend that declares itself unable to be read at once. */
export function withoutSyncRead(): Backend {
  const backend = referenceBackend();
  const supports = backend.supports.bind(backend);
  return Object.assign(backend, {
    supports: (feature: Parameters<Backend["supports"]>[0]) => feature !== "syncRead" && supports(feature),
  });
}

/** Code and message of what a call throws. */
export function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return error instanceof Error ? `${"code" in error ? error.code : error.name} ${error.message}` : String(error);
  }
  return "nothing thrown";
}
