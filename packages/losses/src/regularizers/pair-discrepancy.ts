// 2 mean c(x, y) − mean c(x, x') − mean c(y, y') for a dissimilarity c with c(z, z) = 0: the form of the energy distance
// (c the distance) and of the squared MMD (c = 1 − k).

import { add, div, mean, mul, squaredDistanceMatrix, sub, sum, type Tensor, where } from "@nce-geometry/tensor";
import { diagonalMask } from "../tensors/diagonal-mask.ts";

/** A quantity of all pairs within x [n, n], within y [m, m] and across [n, m]. */
export interface PairMatrices {
  readonly xx: Tensor;
  readonly yy: Tensor;
  readonly xy: Tensor;
}

/** Squared distances of all pairs. */
export function squaredDistancesOf(x: Tensor, y: Tensor): PairMatrices {
  return { xx: squaredDistanceMatrix(x, x), yy: squaredDistanceMatrix(y, y), xy: squaredDistanceMatrix(x, y) };
}

/** The discrepancy of a dissimilarity given as a function of squared distances. */
export function pairDiscrepancy(
  squares: PairMatrices,
  dissimilarity: (squares: Tensor) => Tensor,
  statistic: "U" | "V",
): Tensor {
  const within = (matrix: Tensor) => meanWithin(dissimilarity(matrix), statistic);
  return sub(mul(mean(dissimilarity(squares.xy)), 2), add(within(squares.xx), within(squares.yy)));
}

/** The diagonal is 0 by definition, but its computed entries need not be: they are left out, with their derivatives. */
function meanWithin(matrix: Tensor, statistic: "U" | "V"): Tensor {
  const n = matrix.shape[0]!;
  return div(sum(where(diagonalMask(matrix), 0, matrix)), statistic === "U" ? n * (n - 1) : n * n);
}
