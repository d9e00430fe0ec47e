// Element-wise arithmetic. Operands broadcast as `broadcastShapes` says, and a number joins any tensor.

import type { Backend, BinaryOp, UnaryOp } from "../backend.ts";
import type { DType } from "../dtype.ts";
import { InputError } from "../input-error.ts";
import { broadcastShapes } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { commonBackend, requireFloat, requireNumeric, requireSameDType, type TensorLike } from "./check.ts";
import { requireValue } from "./create.ts";

/** −x. Throws E_DTYPE unless x is float. */
export function neg(x: Tensor): Tensor {
  return unary("neg", x);
}

/** |x|; its derivative at 0 is defined as 0. Throws E_DTYPE unless x is float. */
export function abs(x: Tensor): Tensor {
  return unary("abs", x);
}

/** −1, 0 or 1 with the sign of x; its derivative is 0 everywhere. Throws E_DTYPE unless x is float. */
export function sign(x: Tensor): Tensor {
  return unary("sign", x);
}

/** e^x. Throws E_DTYPE unless x is float. */
export function exp(x: Tensor): Tensor {
  return unary("exp", x);
}

/** e^x − 1 without cancellation near 0. Throws E_DTYPE unless x is float. */
export function expm1(x: Tensor): Tensor {
  return unary("expm1", x);
}

/** Natural logarithm: −∞ at 0, NaN below. Throws E_DTYPE unless x is float. */
export function log(x: Tensor): Tensor {
  return unary("log", x);
}

/** log(1 + x) without cancellation near 0. Throws E_DTYPE unless x is float. */
export function log1p(x: Tensor): Tensor {
  return unary("log1p", x);
}

/** √x, NaN below 0; its derivative at 0 is +∞. Throws E_DTYPE unless x is float. */
export function sqrt(x: Tensor): Tensor {
  return unary("sqrt", x);
}

/** sin x, x in radians. Throws E_DTYPE unless x is float. */
export function sin(x: Tensor): Tensor {
  return unary("sin", x);
}

/** cos x, x in radians. Throws E_DTYPE unless x is float. */
export function cos(x: Tensor): Tensor {
  return unary("cos", x);
}

/** Hyperbolic tangent. Throws E_DTYPE unless x is float. */
export function tanh(x: Tensor): Tensor {
  return unary("tanh", x);
}

/** 1/(1 + e^−x), to full relative accuracy in both tails. Throws E_DTYPE unless x is float. */
export function sigmoid(x: Tensor): Tensor {
  return unary("sigmoid", x);
}

/** log(1 + e^x), to full relative accuracy in both tails. Throws E_DTYPE unless x is float. */
export function softplus(x: Tensor): Tensor {
  return unary("softplus", x);
}

/** x². Throws E_DTYPE for bool. */
export function square(x: Tensor): Tensor {
  requireNumeric("square", "x", x);
  return x.backend.binary("mul", x, x);
}

/** a + b, float or int32 (which wraps). Throws E_SHAPE, E_DTYPE, E_BACKEND. */
export function add(a: TensorLike, b: TensorLike): Tensor {
  return binary("add", a, b);
}

/** a − b, float or int32 (which wraps). Throws E_SHAPE, E_DTYPE, E_BACKEND. */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  return binary("sub", a, b);
}

/** a·b element by element, float or int32 (which wraps). Throws E_SHAPE, E_DTYPE, E_BACKEND. */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  return binary("mul", a, b);
}

/** a/b, float only; IEEE at b = 0. Throws E_SHAPE, E_DTYPE, E_BACKEND. */
export function div(a: TensorLike, b: TensorLike): Tensor {
  return binary("div", a, b);
}

/** a^b, float only; NaN for a < 0 and fractional b. Throws E_SHAPE, E_DTYPE, E_BACKEND. */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  return binary("pow", a, b);
}

/** Angle of the point (b, a) in (−π, π], in radians; its gradient at the origin is NaN. Throws E_SHAPE, E_DTYPE, E_BACKEND. */
export function atan2(a: TensorLike, b: TensorLike): Tensor {
  return binary("atan2", a, b);
}

/** The larger of a and b, NaN if either is; equal ones share the gradient equally. Throws E_SHAPE, E_DTYPE, E_BACKEND. */
export function maximum(a: TensorLike, b: TensorLike): Tensor {
  return binary("maximum", a, b);
}

/** The smaller of a and b, NaN if either is; equal ones share the gradient equally. Throws E_SHAPE, E_DTYPE, E_BACKEND. */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return binary("minimum", a, b);
}

/** Turns operands that may be numbers into tensors of one type, runs `fn`, and frees what it made of the numbers. */
export function withOperands(
  where: string,
  names: readonly string[],
  operands: readonly TensorLike[],
  fn: (backend: Backend, tensors: readonly Tensor[]) => Tensor,
): Tensor {
  const given = operands.filter((operand) => typeof operand !== "number");
  const first = given[0];
  if (first === undefined) throw noTensor(where, names[0]!);
  const namesGiven = names.filter((_, index) => typeof operands[index] !== "number");
  const backend = commonBackend(where, namesGiven, given);
  for (const [index, operand] of given.entries()) requireSameDType(where, namesGiven[index]!, first, operand);
  return withScalars(where, names, operands, backend, first.dtype, fn);
}

/** As {@link withOperands}, with the backend and the type of the numbers already known. */
export function withScalars(
  where: string,
  names: readonly string[],
  operands: readonly TensorLike[],
  backend: Backend,
  dtype: DType,
  fn: (backend: Backend, tensors: readonly Tensor[]) => Tensor,
): Tensor {
  const made: Tensor[] = [];
  try {
    const tensors = operands.map((operand, index) => {
      if (typeof operand !== "number") return operand;
      requireValue(where, names[index]!, operand, dtype);
      const scalar = backend.fill([], operand, dtype);
      made.push(scalar);
      return scalar;
    });
    return fn(backend, tensors);
  } finally {
    for (const scalar of made) scalar.dispose();
  }
}

function unary(op: UnaryOp, x: Tensor): Tensor {
  requireFloat(op, "x", x);
  return x.backend.unary(op, x);
}

const integerOps: ReadonlySet<BinaryOp> = new Set<BinaryOp>(["add", "sub", "mul", "maximum", "minimum"]);
const operandNames: readonly string[] = ["a", "b"];

function binary(op: BinaryOp, a: TensorLike, b: TensorLike): Tensor {
  return withOperands(op, operandNames, [a, b], (backend, tensors) => {
    const [x, y] = tensors as readonly [Tensor, Tensor];
    if (integerOps.has(op)) requireNumeric(op, "a", x);
    else requireFloat(op, "a", x);
    broadcastShapes(op, operandNames, [x.shape, y.shape]);
    return backend.binary(op, x, y);
  });
}

function noTensor(where: string, argument: string): InputError {
  const expected = "a tensor, or paired with one";
  const hint = "A number takes its backend and type from a tensor: use scalar(backend, value).";
  return new InputError({ code: "E_BACKEND", where, argument, expected, received: "a number", hint });
}
