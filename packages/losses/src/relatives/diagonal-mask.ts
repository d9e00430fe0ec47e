import { arange, type Backend, equal, reshape, type Tensor } from "@nce-geometry/tensor";

/** The n × n mask of the pairs (i, i). */
export function diagonalMask(backend: Backend, n: number): Tensor {
  const index = arange(backend, n);
  return equal(reshape(index, [n, 1]), reshape(index, [1, n]));
}
