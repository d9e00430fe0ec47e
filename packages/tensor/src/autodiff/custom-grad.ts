// Functions with a derivative of their own, and functions without one.

import { InputError } from "../input-error.ts";
import { commonBackend, wrongShape } from "../ops/check.ts";
import { reshape } from "../ops/layout.ts";
import { formatShape, shapesEqual } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { TraceBackend } from "./trace-backend.ts";
import { type Pullback, TraceTensor } from "./trace-tensor.ts";

/** A value together with the way back from its cotangent to those of the inputs. */
export interface CustomGrad {
  readonly value: Tensor;
  /**
   * One cotangent per input and of its shape; written in differentiable operations it can be differentiated again.
   * `value` is the value once more, as a function of the inputs with this very gradient: use it rather than what f has
   * computed, for f may have taken steps whose own derivatives are not meant.
   */
  readonly pullback: (cotangent: Tensor, value: Tensor) => readonly Tensor[];
}

/**
 * Evaluates a function whose gradient is given rather than derived, because a closed form is faster or stabler.
 *
 * Math:     ∂L/∂inputs = pullback(∂L/∂value)
 * Domain:   f computes from its arguments alone; a variable it closes over is refused.
 * Numerics: f runs once per level of differentiation. Derivatives of the gradient are those of the pullback.
 * Throws:   InputError E_BACKEND; in the backward pass E_SHAPE where the pullback returns wrong shapes.
 */
export function customGrad(f: (...xs: Tensor[]) => CustomGrad, inputs: readonly Tensor[]): Tensor {
  if (inputs.length === 0) throw wrongShape("customGrad", "inputs", "a list of at least one tensor", []);
  const names = inputs.map((_, index) => `inputs[${index}]`);
  const backend = commonBackend("customGrad", names, inputs);
  if (!(backend instanceof TraceBackend)) return backend.scope(() => f(...inputs).value);
  const parents = inputs.map((x) => backend.lift("customGrad", x));
  const primals = parents.map((parent) => parent.primal);
  const { value, pullback } = evaluate(f, primals);
  if (value.backend === backend) throw closesOver();
  return backend.record(parents, value, () => checkedPullback(primals, (g) => pullback(g, value)));
}

/**
 * The same numbers, regarded as constant by every differentiation under way.
 *
 * Math: ∂/∂x = 0
 */
export function stopGradient(x: Tensor): Tensor {
  const { backend } = x;
  if (!(backend instanceof TraceBackend)) return reshape(x, x.shape);
  return new TraceTensor(backend, stopGradient(backend.lift("stopGradient", x).primal));
}

/**
 * On a backend that records as well, the value must carry the custom derivative there too, whereas the pullback must be
 * a function of that backend's tensors; hence one evaluation for each.
 */
function evaluate(f: (...xs: Tensor[]) => CustomGrad, primals: readonly Tensor[]): CustomGrad {
  const result = f(...primals);
  if (!primals.some((primal) => primal.backend instanceof TraceBackend)) return result;
  return { value: customGrad(f, primals), pullback: result.pullback };
}

function checkedPullback(inputs: readonly Tensor[], pullback: (g: Tensor) => readonly Tensor[]): Pullback {
  return (g) => {
    const cotangents = pullback(g);
    return inputs.map((x, index) => () => {
      const cotangent = cotangents[index];
      if (cotangent !== undefined && shapesEqual(cotangent.shape, x.shape)) return cotangent;
      const expected = `of shape ${formatShape(x.shape)} like inputs[${index}]`;
      const received = cotangent === undefined ? "nothing" : formatShape(cotangent.shape);
      throw new InputError({
        code: "E_SHAPE",
        where: "customGrad",
        argument: `pullback(…)[${index}]`,
        expected,
        received,
      });
    });
  };
}

function closesOver(): InputError {
  return new InputError({
    code: "E_BACKEND",
    where: "customGrad",
    argument: "f",
    expected: "a function of its arguments alone",
    received: "a value that depends on a variable from outside",
    hint: "Pass that variable among the inputs.",
  });
}
