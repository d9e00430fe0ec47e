// Runs kernels on one tf backend, whichever one the user has chosen for themselves. tf's current backend is global to the
// process: it is put in place for the duration of one kernel and put back. Assigning the engine's three fields takes
// some nanoseconds; `setBackend` does the same and also prepares all kernels anew, which took 0.4 ms per call on wasm.

import { type DType, InputError, type Shape } from "@nce-geometry/tensor";
import type { TfBackendInstance, TfjsCore, TfTensor } from "./tfjs-core.ts";

/** The inputs of a kernel by name; concat alone takes a list. */
export type KernelInputs = Readonly<Record<string, TfTensor>> | readonly TfTensor[];

type Engine = ReturnType<TfjsCore["engine"]>;
type HostArray = Float32Array | Int32Array | Uint8Array;

/** The fields in which the engine keeps its current backend. */
interface CurrentBackend {
  backendName: string;
  backendInstance: TfBackendInstance;
  pendingBackendInit: unknown;
}

/** One tf backend, and how to compute on it. */
export class TfRuntime {
  readonly core: TfjsCore;
  readonly tfName: string;
  /** Whether the elements lie in memory that JavaScript reads at once, so that a loop costs no transfer. */
  readonly hostMemory: boolean;

  constructor(core: TfjsCore, tfName: string) {
    this.core = core;
    this.tfName = tfName;
    this.hostMemory = tfName === "cpu" || tfName === "wasm";
  }

  has(kernel: string): boolean {
    return this.core.getKernel(kernel, this.tfName) !== undefined;
  }

  run(kernel: string, inputs: KernelInputs, attributes: object = {}): TfTensor {
    return this.#onThisBackend((engine) => engine.runKernel(kernel, inputs as never, attributes as never));
  }

  runPair(kernel: string, inputs: KernelInputs, attributes: object): readonly [TfTensor, TfTensor] {
    return this.run(kernel, inputs, attributes) as unknown as readonly [TfTensor, TfTensor];
  }

  /** A tensor that takes over `values`. */
  make(values: HostArray, shape: Shape, dtype: DType): TfTensor {
    const engine = this.core.engine();
    return engine.makeTensor(values, [...shape], dtype as "float32", instanceOf(engine, this.tfName));
  }

  scalar(value: number, dtype: DType = "float32"): TfTensor {
    return this.make(hostArray(dtype, 1).fill(value), [], dtype);
  }

  fill(shape: Shape, value: number, dtype: DType): TfTensor {
    const size = shape.reduce((product, extent) => product * extent, 1);
    if (this.hostMemory || size <= 1) return this.make(hostArray(dtype, size).fill(value), shape, dtype);
    return this.run("Fill", {}, { shape: [...shape], value, dtype });
  }

  /** Runs `fn` and frees what it made save its result. */
  tidy(fn: () => TfTensor): TfTensor {
    return this.core.engine().tidy(fn) as TfTensor;
  }

  /** Whether tf records at this moment, on behalf of `tf.grads` and its like. */
  tapeIsOn(): boolean {
    const { gradientDepth, kernelDepth } = this.core.engine().state;
    return gradientDepth > 0 && kernelDepth === 0;
  }

  /** Runs `fn` unseen by tf's tape, for what is piecewise constant: tf has no gradient for comparisons and would refuse. */
  untaped<T>(fn: () => T): T {
    const { state } = this.core.engine();
    state.kernelDepth++;
    try {
      return fn();
    } finally {
      state.kernelDepth--;
    }
  }

  /** Whether the elements of a tf tensor lie on this backend. */
  holds(tensor: TfTensor): boolean {
    const engine = this.core.engine();
    return engine.state.tensorInfo.get(tensor.dataId)?.backend === engine.findBackend(this.tfName);
  }

  #onThisBackend<T>(fn: (engine: Engine) => T): T {
    const engine = this.core.engine();
    const instance = instanceOf(engine, this.tfName);
    const current = engine as unknown as CurrentBackend;
    const { backendName, backendInstance, pendingBackendInit } = current;
    if (backendInstance === instance && pendingBackendInit == null) return fn(engine);
    current.backendName = this.tfName;
    current.backendInstance = instance;
    current.pendingBackendInit = null;
    try {
      return fn(engine);
    } finally {
      current.backendName = backendName;
      current.backendInstance = backendInstance;
      current.pendingBackendInit = pendingBackendInit;
    }
  }
}

/** Storage as tf lays it out: float32, int32, or one byte per truth value. */
export function hostArray(dtype: DType, length: number): HostArray {
  if (dtype === "int32") return new Int32Array(length);
  return dtype === "bool" ? new Uint8Array(length) : new Float32Array(length);
}

function instanceOf(engine: Engine, tfName: string): TfBackendInstance {
  const instance = engine.registry[tfName];
  if (instance !== undefined) return instance;
  throw new InputError({
    code: "E_BACKEND",
    where: "tfjs",
    argument: "backend",
    expected: "alive",
    received: `${tfName}, which tf.removeBackend has removed`,
    hint: "Make it anew with its factory.",
  });
}
