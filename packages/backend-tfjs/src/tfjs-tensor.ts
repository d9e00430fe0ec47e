// A tensor of TensorFlow.js as a tensor of the contract.

import { type Backend, type DType, InputError, type Shape, type Tensor, type TensorData } from "@nce-geometry/tensor";
import type { TfTensor } from "./tfjs-core.ts";

export class TfjsTensor implements Tensor {
  readonly backend: Backend;
  readonly shape: Shape;
  readonly dtype: DType;
  /** The tensor of tf, not checked for being alive. */
  readonly native: TfTensor;
  readonly #owned: boolean;
  #disposed = false;

  /** `owned`: disposing of this one frees the tensor of tf as well. */
  constructor(backend: Backend, native: TfTensor, owned: boolean) {
    this.backend = backend;
    this.native = native;
    this.shape = Object.freeze([...native.shape]);
    this.dtype = native.dtype as DType;
    this.#owned = owned;
  }

  /** The tensor of tf; `where` names the operation that asks. */
  read(where: string): TfTensor {
    if (!this.#disposed && !this.native.isDisposed) return this.native;
    throw new InputError({
      code: "E_DISPOSED",
      where,
      argument: "tensor",
      expected: "alive",
      received: `a disposed one of shape [${this.shape.join(", ")}]`,
      hint: "Dispose of it later, or return it from the scope that made it.",
    });
  }

  async data(): Promise<TensorData> {
    return (await this.read("data").data()).slice();
  }

  dataSync(): TensorData {
    if (!this.backend.supports("syncRead")) throw unreadable(this.backend);
    // A copy, because tf's cpu backend hands out its own storage.
    return this.read("dataSync").dataSync().slice();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#owned && !this.native.isDisposed) this.native.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

function unreadable(backend: Backend): InputError {
  return new InputError({
    code: "E_UNSUPPORTED",
    where: "dataSync",
    argument: "backend",
    expected: "one that supports syncRead",
    received: backend.name,
    hint: "Use await data() instead.",
  });
}
