// Small helpers on matrices of rows, as columns [n, 1] that broadcast against them.

import { customGrad, div, equal, mul, reshape, sqrt, square, sum, type Tensor, where } from "@nce-geometry/tensor";

/** Σ_k x_ik as a column. */
export function rowSum(x: Tensor): Tensor {
  return sum(x, { axis: 1, keepDims: true });
}

/** ‖x_i‖² as a column. */
export function squaredNorms(x: Tensor): Tensor {
  return rowSum(square(x));
}

/** A vector [n] as a column. */
export function column(x: Tensor): Tensor {
  return reshape(x, [x.shape[0]!, 1]);
}

/** A column as a vector [n]. */
export function flat(x: Tensor): Tensor {
  return reshape(x, [x.shape[0]!]);
}

/** a/b, and 0 where b is 0. */
export function divOrZero(a: Tensor, b: Tensor): Tensor {
  const zero = equal(b, 0);
  return where(zero, 0, div(a, where(zero, 1, b)));
}

/** √x, whose derivative at 0 is defined as 0. */
export function rootOrZero(x: Tensor): Tensor {
  const rule = (t: Tensor) => ({
    value: sqrt(t),
    pullback: (g: Tensor, root: Tensor) => [divOrZero(mul(g, 0.5), root)],
  });
  return customGrad(rule, [x]);
}

/** The same numbers under a handle of their own, so that disposing of a result never touches an argument. */
export function copy(x: Tensor): Tensor {
  return reshape(x, x.shape);
}
