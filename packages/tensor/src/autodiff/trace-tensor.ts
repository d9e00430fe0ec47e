// A tensor of a recording backend: a tensor of the backend below, and how it came about.

import type { Backend } from "../backend.ts";
import type { DType, TensorData } from "../dtype.ts";
import { disposedError } from "../ops/check.ts";
import type { Shape, Tensor } from "../tensor.ts";

/** The derivative of one result with respect to one parent, applied to a cotangent; runs only where it is needed. */
export type Contribution = () => Tensor;

/**
 * From the cotangent of a result to those of its parents; undefined where no gradient flows. `selected` tells that some
 * zeros of the cotangent mean "not chosen", so that 0·∞ must come out as 0.
 */
export type Pullback = (cotangent: Tensor, selected: boolean) => readonly (Contribution | undefined)[];

/** One recorded operation. */
export interface TraceNode {
  readonly index: number;
  readonly parents: readonly (TraceNode | undefined)[];
  readonly pullback: Pullback;
  /** Whether the operation chooses among its inputs, as `where`, `max` and `gather` do. */
  readonly selects: boolean;
}

export class TraceTensor implements Tensor {
  readonly backend: Backend;
  /** The tensor below, of which this one keeps hold until the trace ends. */
  readonly primal: Tensor;
  /** Absent for what depends on no variable. */
  readonly node: TraceNode | undefined;
  #disposed = false;

  constructor(backend: Backend, primal: Tensor, node?: TraceNode) {
    this.backend = backend;
    this.primal = primal;
    this.node = node;
  }

  get shape(): Shape {
    return this.primal.shape;
  }

  get dtype(): DType {
    return this.primal.dtype;
  }

  assertAlive(where: string): void {
    if (this.#disposed) throw disposedError(where, this.shape);
  }

  async data(): Promise<TensorData> {
    this.assertAlive("data");
    return this.primal.data();
  }

  dataSync(): TensorData {
    this.assertAlive("dataSync");
    return this.primal.dataSync();
  }

  /** Ends the use of this handle; the numbers stay, because the backward pass still needs them. */
  dispose(): void {
    this.#disposed = true;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
