// Arguments of the tensor maps: shapes, the one row that stands for all, and the scope in which a map computes.

import { type Backend, broadcastTo, formatShape, InputError, type Tensor } from "@nce-geometry/tensor";

/**
 * Runs `fn` on matrices with d columns and a common number of rows, in a scope that frees what it leaves behind.
 *
 * Throws: InputError E_SHAPE.
 */
export function onRows(
  where: string,
  dimension: number,
  args: Readonly<Record<string, Tensor>>,
  fn: (...xs: Tensor[]) => Tensor,
): Tensor {
  const given = Object.entries(args);
  for (const [name, x] of given) requireColumns(where, name, x, dimension);
  const [first, ...others] = given.filter(([, x]) => x.shape[0] !== 1);
  const rows = first === undefined ? 1 : first[1].shape[0]!;
  for (const [name, x] of others) {
    if (x.shape[0] === rows) continue;
    const expected = `of shape [${rows}, ${dimension}], or [1, ${dimension}]`;
    throw shapeError(where, name, expected, x);
  }
  const tensors = given.map(([, x]) => x);
  return inScope(tensors, () => {
    return fn(...tensors.map((x) => (x.shape[0] === rows ? x : broadcastTo(x, [rows, dimension]))));
  });
}

/** Throws E_SHAPE unless x is of shape [n, dimension]. */
export function requireColumns(where: string, name: string, x: Tensor, dimension: number): void {
  if (x.shape.length === 2 && x.shape[1] === dimension) return;
  throw shapeError(where, name, `of shape [n, ${dimension}]`, x);
}

/** Runs `fn` in a scope of the backend on which the tensors meet: the one that records for the others, if any does. */
export function inScope<T>(tensors: readonly Tensor[], fn: () => T): T {
  const backends = tensors.map((x) => x.backend);
  return backends.reduce((outer, backend) => (depthOf(backend) > depthOf(outer) ? backend : outer)).scope(fn);
}

function depthOf(backend: Backend): number {
  return backend.inner === undefined ? 0 : 1 + depthOf(backend.inner);
}

function shapeError(where: string, argument: string, expected: string, x: Tensor): InputError {
  return new InputError({ code: "E_SHAPE", where, argument, expected, received: formatShape(x.shape) });
}
