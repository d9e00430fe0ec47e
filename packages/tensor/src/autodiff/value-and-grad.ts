import { InputError } from "../input-error.ts";
import { commonBackend, encloses, requireFloat, wrongShape } from "../ops/check.ts";
import { reshape } from "../ops/layout.ts";
import type { Tensor } from "../tensor.ts";
import { backward } from "./backward.ts";
import { TraceBackend } from "./trace-backend.ts";

/** The value of a function and its gradients, one per input and of its shape. */
export interface ValueAndGrad {
  readonly value: Tensor;
  readonly gradients: readonly Tensor[];
}

/**
 * Value and gradients of a scalar function of tensors, by reverse-mode differentiation.
 *
 * Math:     gradients[k] = ∂f/∂inputs[k]
 * Shapes:   f: any → []; gradients[k] like inputs[k].
 * Domain:   f is synchronous and computes with the operations of this package. What it closes over is constant. To
 *           differentiate a gradient, call this function inside f with variables of f among its inputs.
 * Limits:   an input on which f does not depend → zeros;  ties of max and min, of either kind, share equally;  |x| at 0
 *           → 0;  a branch not taken → 0, also where its derivative is infinite;  int32 and bool carry no gradient.
 * Numerics: one evaluation of f and one backward pass. Everything made meanwhile is freed save value and gradients.
 * Throws:   InputError E_DTYPE unless the inputs and the value are float, E_SHAPE unless the value is a scalar, E_BACKEND.
 */
export function valueAndGrad(f: (...xs: Tensor[]) => Tensor, inputs: readonly Tensor[]): ValueAndGrad {
  const where = "valueAndGrad";
  if (inputs.length === 0) throw wrongShape(where, "inputs", "a list of at least one tensor", []);
  const names = inputs.map((_, index) => `inputs[${index}]`);
  const backend = commonBackend(where, names, inputs);
  for (const [index, x] of inputs.entries()) requireFloat(where, names[index]!, x);
  return backend.scope(() => {
    const trace = new TraceBackend(backend);
    const variables = inputs.map((x) => trace.variable(x));
    const result = f(...variables);
    requireScalar(result, trace);
    const output = trace.lift(where, result);
    // New handles, so that disposing of one result never touches an input or another result.
    const own = (x: Tensor): Tensor => reshape(x, x.shape);
    return { value: own(output.primal), gradients: backward(trace, output, variables).map(own) };
  });
}

function requireScalar(result: Tensor, trace: TraceBackend): void {
  const where = "valueAndGrad";
  if (result instanceof Promise) {
    const expected = "a synchronous function";
    throw new InputError({ code: "E_OPTION", where, argument: "f", expected, received: "one that returns a promise" });
  }
  requireFloat(where, "f(…)", result);
  if (result.shape.length > 0) throw wrongShape(where, "f(…)", "a scalar", result.shape, "Reduce it with sum or mean.");
  if (encloses(trace, result.backend)) return;
  const expected = "computed from the inputs";
  throw new InputError({
    code: "E_BACKEND",
    where,
    argument: "f(…)",
    expected,
    received: `a tensor of ${result.backend.name}`,
  });
}
