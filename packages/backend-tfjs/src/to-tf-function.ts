import { type Backend, InputError, isFloat, type Tensor, valueAndGrad } from "@nce-geometry/tensor";
import type { TfjsBackendObject } from "./tfjs-backend-object.ts";
import type { TfScalar, TfTensor } from "./tfjs-core.ts";
import { requireTfjsBackend, unwrap, wrapAnywhere } from "./wrap.ts";

/**
 * A scalar function of the contract as a function of TensorFlow.js that `tf.grads` and `tf.variableGrads` differentiate
 * by our `valueAndGrad`. It needs no gradient registered with tf, and works on every backend.
 *
 * Math:     tf receives ∂f/∂xᵢ · cotangent for every float input; integer and bool inputs are constants.
 * Shapes:   f: tensors → scalar.
 * Limits:   value and gradients are computed together when tf records, the value alone otherwise.
 * Numerics: one forward and one backward pass; the gradients are kept until tf's own backward pass.
 * Throws:   InputError E_SHAPE unless the value is a scalar, E_BACKEND where `backend` is not one of this package, E_UNSUPPORTED for a derivative of the
 *           derivative through tf (nest `valueAndGrad` instead).
 */
export function toTfFunction(
  backend: Backend,
  f: (...inputs: Tensor[]) => Tensor,
): (...inputs: TfTensor[]) => TfScalar {
  const tfjs = requireTfjsBackend("toTfFunction", backend);
  return (...inputs) => {
    if (tfjs.runtime.tapeIsOn()) return differentiable(tfjs, f, inputs);
    const value = tfjs.scope(() => scalarValue(f(...inputs.map((input) => wrapAnywhere(tfjs, input)))));
    return unwrap(value) as TfScalar;
  };
}

function differentiable(tfjs: TfjsBackendObject, f: (...inputs: Tensor[]) => Tensor, inputs: TfTensor[]): TfScalar {
  const { runtime } = tfjs;
  const step = runtime.core.customGrad((...inputsAndSave) => {
    const save = inputsAndSave.at(-1) as unknown as (tensors: readonly TfTensor[]) => void;
    const wrapped = inputsAndSave.slice(0, -1).map((input) => wrapAnywhere(tfjs, input as TfTensor));
    const variables = wrapped.filter((input) => isFloat(input.dtype));
    const { value, gradients } = valueAndGrad(
      (...traced) => f(...wrapped.map((input) => (isFloat(input.dtype) ? traced[variables.indexOf(input)]! : input))),
      variables,
    );
    save(gradients.map(unwrap));
    const gradFunc = (cotangent: TfTensor, saved: TfTensor[]): TfTensor[] => {
      if (runtime.tapeIsOn()) throw secondDerivative();
      return wrapped.map((input) =>
        isFloat(input.dtype)
          ? runtime.run("Multiply", { a: cotangent, b: saved[variables.indexOf(input)]! })
          : runtime.fill(input.shape, 0, "float32"),
      );
    };
    return { value: unwrap(value), gradFunc };
  });
  return step(...inputs) as TfScalar;
}

/** valueAndGrad makes the same demand when tf records. */
function scalarValue(value: Tensor): Tensor {
  if (value.shape.length === 0) return value;
  throw new InputError({
    code: "E_SHAPE",
    where: "toTfFunction",
    argument: "f(…)",
    expected: "a scalar",
    received: `[${value.shape.join(", ")}]`,
    hint: "Reduce it with sum or mean.",
  });
}

function secondDerivative(): InputError {
  return new InputError({
    code: "E_UNSUPPORTED",
    where: "toTfFunction",
    argument: "f",
    expected: "differentiated once by TensorFlow.js",
    received: "a derivative of its derivative",
    hint: "Nest valueAndGrad inside f instead.",
  });
}
