import { arange, equal, reshape, type Tensor } from "@nce-geometry/tensor";

/** True at (i, i); of the shape of the matrix `like`. */
export function diagonalMask(like: Tensor): Tensor {
  const [n, m] = like.shape as readonly [number, number];
  return equal(reshape(arange(like.backend, n), [n, 1]), reshape(arange(like.backend, m), [1, m]));
}
