import type { Backend } from "./backend.ts";
import type { DType, TensorData } from "./dtype.ts";

/** Sizes along each axis, row-major; `[]` is a scalar. */
export type Shape = readonly number[];

/**
 * A dense array that lives on one backend. It is immutable; operations are functions that return new tensors of the
 * same backend. Nothing about it is global: two backends can be used side by side.
 */
export interface Tensor extends Disposable {
  readonly backend: Backend;
  readonly shape: Shape;
  readonly dtype: DType;
  /** Copies the elements, row-major, to the host. */
  data(): Promise<TensorData>;
  /** As {@link data}, at once; stalls a GPU. Throws E_UNSUPPORTED where the backend lacks `syncRead`. */
  dataSync(): TensorData;
  /** Frees the memory; later use throws E_DISPOSED. Disposing twice is harmless. */
  dispose(): void;
}
