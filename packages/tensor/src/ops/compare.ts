// Comparisons, logic and choice. Truth values are tensors of type bool, which carry no gradient.

import type { CompareOp } from "../backend.ts";
import type { DType } from "../dtype.ts";
import { broadcastShapes } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { commonBackend, requireDType, requireSameDType, type TensorLike } from "./check.ts";
import { requireBackendDType } from "./create.ts";
import { withOperands, withScalars } from "./elementwise.ts";

/** a = b; false where either is NaN. Throws E_SHAPE, E_DTYPE, E_BACKEND. */
export function equal(a: TensorLike, b: TensorLike): Tensor {
  return compare("equal", a, b);
}

/** a ≠ b; true where either is NaN. Throws E_SHAPE, E_DTYPE, E_BACKEND. */
export function notEqual(a: TensorLike, b: TensorLike): Tensor {
  return compare("notEqual", a, b);
}

/** a < b; false where either is NaN. Throws E_SHAPE, E_DTYPE, E_BACKEND. */
export function less(a: TensorLike, b: TensorLike): Tensor {
  return compare("less", a, b);
}

/** a ≤ b; false where either is NaN. Throws E_SHAPE, E_DTYPE, E_BACKEND. */
export function lessEqual(a: TensorLike, b: TensorLike): Tensor {
  return compare("lessEqual", a, b);
}

/** a > b; false where either is NaN. Throws E_SHAPE, E_DTYPE, E_BACKEND. */
export function greater(a: TensorLike, b: TensorLike): Tensor {
  return compare("greater", a, b);
}

/** a ≥ b; false where either is NaN. Throws E_SHAPE, E_DTYPE, E_BACKEND. */
export function greaterEqual(a: TensorLike, b: TensorLike): Tensor {
  return compare("greaterEqual", a, b);
}

/** not x. Throws E_DTYPE unless x is bool. */
export function logicalNot(x: Tensor): Tensor {
  requireDType("logicalNot", "x", x, "bool");
  return equal(x, 0);
}

/** a and b. Throws E_SHAPE, E_DTYPE, E_BACKEND. */
export function logicalAnd(a: Tensor, b: Tensor): Tensor {
  requireTruth("logicalAnd", a, b);
  return where(a, b, 0);
}

/** a or b. Throws E_SHAPE, E_DTYPE, E_BACKEND. */
export function logicalOr(a: Tensor, b: Tensor): Tensor {
  requireTruth("logicalOr", a, b);
  return where(a, 1, b);
}

/**
 * `a` where the condition holds, `b` elsewhere. The branch not taken receives gradient 0, even where its own derivative
 * is infinite or NaN.
 *
 * Shapes: the three broadcast; two numbers become floats.
 * Throws: InputError E_SHAPE, E_DTYPE, E_BACKEND.
 */
export function where(condition: Tensor, a: TensorLike, b: TensorLike): Tensor {
  requireDType("where", "condition", condition, "bool");
  const given = [a, b].filter((branch) => typeof branch !== "number");
  const names = ["a", "b"].filter((_, index) => typeof [a, b][index] !== "number");
  const backend = commonBackend("where", ["condition", ...names], [condition, ...given]);
  if (given.length === 2) requireSameDType("where", "b", given[0]!, given[1]!);
  const dtype = given[0]?.dtype ?? backend.floatType;
  return withScalars("where", ["a", "b"], [a, b], backend, dtype, (_, tensors) => {
    const [x, y] = tensors as readonly [Tensor, Tensor];
    broadcastShapes("where", ["condition", "a", "b"], [condition.shape, x.shape, y.shape]);
    return backend.where(condition, x, y);
  });
}

/**
 * The same numbers in another element type: float to int32 rounds towards zero, anything to bool asks whether it is
 * non-zero. NaN and what exceeds 32 bits have no defined integer.
 *
 * Throws: InputError E_DTYPE where the backend lacks the type.
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  requireBackendDType("cast", x.backend, dtype);
  return x.backend.cast(x, dtype);
}

function compare(op: CompareOp, a: TensorLike, b: TensorLike): Tensor {
  return withOperands(op, ["a", "b"], [a, b], (backend, tensors) => {
    const [x, y] = tensors as readonly [Tensor, Tensor];
    broadcastShapes(op, ["a", "b"], [x.shape, y.shape]);
    return backend.compare(op, x, y);
  });
}

function requireTruth(name: string, a: Tensor, b: Tensor): void {
  requireDType(name, "a", a, "bool");
  requireDType(name, "b", b, "bool");
  commonBackend(name, ["a", "b"], [a, b]);
  broadcastShapes(name, ["a", "b"], [a.shape, b.shape]);
}
