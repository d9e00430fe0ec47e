// Between tensors of TensorFlow.js and tensors of the contract, without copying an element.

import { type Backend, InputError, type Tensor } from "@nce-geometry/tensor";
import { TfjsBackendObject } from "./tfjs-backend-object.ts";
import type { TfTensor } from "./tfjs-core.ts";
import { TfjsTensor } from "./tfjs-tensor.ts";

/**
 * A tensor of TensorFlow.js, or a variable, as a tensor of the contract. The elements are shared; ownership stays with
 * the caller: neither `dispose` nor a scope frees the given tensor, and after its own `dispose` the wrapper is unusable.
 *
 * Domain: float32, int32 or bool, and on the tf backend that `backend` stands for.
 * Throws: InputError E_DTYPE for other types, E_DISPOSED for a freed tensor, E_BACKEND where it lives elsewhere or
 *         `backend` is not one of this package.
 */
export function wrap(backend: Backend, tensor: TfTensor): Tensor {
  const tfjs = requireTfjsBackend("wrap", backend);
  const wrapper = wrapAnywhere(tfjs, tensor);
  wrapper.read("wrap");
  if (!tfjs.runtime.holds(tensor)) {
    throw new InputError({
      code: "E_BACKEND",
      where: "wrap",
      argument: "tensor",
      expected: `on tf backend ${tfjs.tfName}`,
      received: "one that lives on another",
      hint: "Wrap it with the backend it lives on, or copy it: fromData(backend, tensor.dataSync(), tensor.shape).",
    });
  }
  return wrapper;
}

/**
 * The tensor of TensorFlow.js inside a tensor of the contract. Both are handles to one piece of memory: disposing of
 * either frees it, unless it came from {@link wrap}; a scope frees it too, unless its result holds one of the two.
 *
 * Throws: InputError E_BACKEND for a tensor of another backend, E_DISPOSED for a freed one.
 */
export function unwrap(tensor: Tensor): TfTensor {
  if (tensor instanceof TfjsTensor) return tensor.read("unwrap");
  throw new InputError({
    code: "E_BACKEND",
    where: "unwrap",
    argument: "tensor",
    expected: "a tensor of a TensorFlow.js backend",
    received: `one of backend ${tensor.backend.name}`,
    hint: tensor.backend.inner && "Inside valueAndGrad tensors only record; unwrap its results.",
  });
}

/** As {@link wrap}, for a tensor that tf will move to this backend when a kernel first reads it. */
export function wrapAnywhere(backend: TfjsBackendObject, tensor: TfTensor): TfjsTensor {
  if (tensor.dtype === "float32" || tensor.dtype === "int32" || tensor.dtype === "bool") {
    return new TfjsTensor(backend, tensor, false);
  }
  throw new InputError({
    code: "E_DTYPE",
    where: "wrap",
    argument: "tensor",
    expected: "float32, int32 or bool",
    received: tensor.dtype,
  });
}

/** Throws E_BACKEND unless the backend is one of this package. */
export function requireTfjsBackend(where: string, backend: Backend): TfjsBackendObject {
  if (backend instanceof TfjsBackendObject) return backend;
  throw new InputError({
    code: "E_BACKEND",
    where,
    argument: "backend",
    expected: "a TensorFlow.js backend",
    received: backend.name,
  });
}
