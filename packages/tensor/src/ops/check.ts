// Argument checks shared by the operations: which backend runs them, and the element types and ranks they accept.

import type { Backend } from "../backend.ts";
import { type DType, isFloat } from "../dtype.ts";
import { InputError } from "../input-error.ts";
import { formatShape, shapesEqual } from "../shape.ts";
import type { Shape, Tensor } from "../tensor.ts";

/** A tensor, or a number that takes the element type of the tensor it meets. */
export type TensorLike = Tensor | number;

/** Whether `outer` is `backend` or records, directly or through others, on its behalf. */
export function encloses(outer: Backend, backend: Backend): boolean {
  for (let layer: Backend | undefined = outer; layer !== undefined; layer = layer.inner) {
    if (layer === backend) return true;
  }
  return false;
}

/** The backend that runs an operation: the outermost recording one among related backends; E_BACKEND otherwise. */
export function commonBackend(where: string, names: readonly string[], tensors: readonly Tensor[]): Backend {
  let common = tensors[0]!.backend;
  for (let index = 1; index < tensors.length; index++) {
    const { backend } = tensors[index]!;
    if (backend === common || encloses(common, backend)) continue;
    if (!encloses(backend, common)) throw unrelated(where, names[index] ?? `xs[${index}]`, common, backend);
    common = backend;
  }
  return common;
}

/** Throws E_DTYPE unless `x` is a floating-point tensor. */
export function requireFloat(where: string, argument: string, x: Tensor): void {
  if (!isFloat(x.dtype)) throw wrongDType(where, argument, "a float tensor", x.dtype);
}

/** Throws E_DTYPE unless `x` is a floating-point or an int32 tensor. */
export function requireNumeric(where: string, argument: string, x: Tensor): void {
  if (x.dtype === "bool") throw wrongDType(where, argument, "a float or int32 tensor", x.dtype);
}

/** Throws E_DTYPE unless `x` has exactly the given element type. */
export function requireDType(where: string, argument: string, x: Tensor, dtype: DType): void {
  if (x.dtype !== dtype) throw wrongDType(where, argument, `${article(dtype)} ${dtype} tensor`, x.dtype);
}

/** Throws E_DTYPE unless `b` has the element type of `a`. */
export function requireSameDType(where: string, argument: string, a: Tensor, b: Tensor): void {
  if (a.dtype !== b.dtype)
    throw wrongDType(where, argument, `${article(a.dtype)} ${a.dtype} tensor like the others`, b.dtype);
}

/** Throws E_SHAPE unless `x` has the given rank; `pattern` shows it, e.g. `[n, d]`. */
export function requireRank(where: string, argument: string, x: Tensor, rank: number, pattern: string): void {
  if (x.shape.length !== rank) throw wrongShape(where, argument, `of shape ${pattern}`, x.shape);
}

/** Throws E_SHAPE unless `x` has the given shape. */
export function requireShape(where: string, argument: string, x: Tensor, shape: Shape): void {
  if (!shapesEqual(x.shape, shape)) throw wrongShape(where, argument, `of shape ${formatShape(shape)}`, x.shape);
}

/** The error for a tensor of a wrong shape. */
export function wrongShape(where: string, argument: string, expected: string, shape: Shape, hint?: string): InputError {
  return new InputError({ code: "E_SHAPE", where, argument, expected, received: formatShape(shape), hint });
}

/** The error for an option outside its domain. */
export function wrongOption(
  where: string,
  argument: string,
  expected: string,
  received: string,
  hint?: string,
): InputError {
  return new InputError({ code: "E_OPTION", where, argument, expected, received, hint });
}

/** The error for the use of a tensor whose memory is gone. */
export function disposedError(where: string, shape: Shape): InputError {
  return new InputError({
    code: "E_DISPOSED",
    where,
    argument: "tensor",
    expected: "alive",
    received: `a disposed one of shape ${formatShape(shape)}`,
    hint: "Dispose of it later, or return it from the scope that made it.",
  });
}

function wrongDType(where: string, argument: string, expected: string, received: DType): InputError {
  const hint = "Element types are never mixed silently: use cast.";
  return new InputError({ code: "E_DTYPE", where, argument, expected, received, hint });
}

function article(dtype: DType): string {
  return dtype === "int32" ? "an" : "a";
}

function unrelated(where: string, argument: string, expected: Backend, received: Backend): InputError {
  const recording = expected.inner !== undefined && received.inner !== undefined;
  const same = expected.name === received.name ? "another backend also named " : "";
  return new InputError({
    code: "E_BACKEND",
    where,
    argument,
    expected: `a tensor of backend ${expected.name}`,
    received: `one of ${same}${received.name}`,
    hint: recording
      ? "Inside a nested valueAndGrad, pass outer variables among its inputs."
      : "Move it with fromData(backend, x.dataSync(), x.shape).",
  });
}
