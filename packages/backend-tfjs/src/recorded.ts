import type { TfRuntime } from "./tf-runtime.ts";
import type { TfTensor } from "./tfjs-core.ts";

/** One operation with the derivative that tf's tape is to use for it. */
export interface RecordedOperation {
  /** What it is differentiated by. */
  readonly inputs: readonly TfTensor[];
  readonly forward: () => TfTensor;
  /** From the cotangent and the saved tensors to one cotangent per input. */
  readonly pullback: (cotangent: TfTensor, saved: readonly TfTensor[]) => TfTensor[];
  /** What the pullback needs. */
  readonly save: readonly TfTensor[];
}

/**
 * Runs an operation made of several kernels, or of a loop, as a single step of tf's tape, because the kernels inside
 * would have no gradient, or a wrong one where they select. Costs nothing when the tape is off.
 */
export function recorded(runtime: TfRuntime, operation: RecordedOperation): TfTensor {
  if (!runtime.tapeIsOn()) return runtime.tidy(operation.forward);
  const step = runtime.core.customGrad((...inputsAndSave) => {
    const save = inputsAndSave.at(-1) as unknown as (tensors: readonly TfTensor[]) => void;
    const value = operation.forward();
    save(operation.save);
    return { value, gradFunc: (dy, saved) => operation.pullback(dy, saved) };
  });
  return step(...operation.inputs);
}
