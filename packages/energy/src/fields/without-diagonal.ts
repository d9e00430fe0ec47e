import { arange, equal, reshape, type Tensor, where } from "@nce-geometry/tensor";

/** A square matrix of exponents in which no row sees itself: −∞ at (i, i). */
export function withoutDiagonal(exponents: Tensor): Tensor {
  const [n] = exponents.shape as readonly [number, number];
  const rows = arange(exponents.backend, n);
  return where(equal(reshape(rows, [n, 1]), reshape(rows, [1, n])), Number.NEGATIVE_INFINITY, exponents);
}
