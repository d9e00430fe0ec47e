// A tensor of the reference backend: a typed array and its shape, counted while it lives.

import type { Backend } from "../backend.ts";
import type { DType } from "../dtype.ts";
import { disposedError } from "../ops/check.ts";
import type { Shape, Tensor } from "../tensor.ts";

/** Storage by element type: float64 → Float64Array, int32 → Int32Array, bool → Uint8Array. */
export type ReferenceData = Float64Array | Int32Array | Uint8Array;

export class ReferenceTensor implements Tensor {
  readonly backend: Backend;
  readonly shape: Shape;
  readonly dtype: DType;
  #data: ReferenceData | undefined;
  readonly #onDispose: (tensor: ReferenceTensor) => void;

  constructor(
    backend: Backend,
    data: ReferenceData,
    shape: Shape,
    dtype: DType,
    onDispose: (tensor: ReferenceTensor) => void,
  ) {
    this.backend = backend;
    this.shape = shape;
    this.dtype = dtype;
    this.#data = data;
    this.#onDispose = onDispose;
  }

  /** The live storage, not to be written to; `where` names the operation that asks. */
  read(where: string): ReferenceData {
    if (this.#data !== undefined) return this.#data;
    throw disposedError(where, this.shape);
  }

  async data(): Promise<ReferenceData> {
    return this.read("data").slice();
  }

  dataSync(): ReferenceData {
    return this.read("dataSync").slice();
  }

  dispose(): void {
    if (this.#data === undefined) return;
    this.#data = undefined;
    this.#onDispose(this);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
