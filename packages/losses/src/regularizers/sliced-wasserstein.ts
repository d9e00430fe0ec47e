// The squared sliced Wasserstein-2 distance of two clouds as a differentiable penalty on their gap.

import {
  fromData,
  gather,
  matMul,
  mean,
  mul,
  type RowMatrix,
  sort,
  square,
  sub,
  sum,
  type Tensor,
  transpose,
} from "@nce-geometry/tensor";
import { inScope } from "../in-scope.ts";
import { checkClouds } from "./clouds.ts";
import { quantileCoupling } from "./quantile-coupling.ts";
import { checkDirections } from "./random-directions.ts";

export interface SlicedWassersteinOptions {
  /**
   * Unit rows θ_l [L, d] along which the clouds are projected: `randomDirections` makes them. New ones at every step of a training
   * make the penalty unbiased for the mean over all directions; the same ones make it a fixed function.
   */
  readonly directions: RowMatrix;
}

/**
 * Squared sliced Wasserstein-2 distance of two clouds: the mean over directions of the squared transport cost on the line.
 *
 * Math:     (1/L) Σ_l ∫₀¹ (F_l⁻¹(u) − G_l⁻¹(u))² du, F_l⁻¹ and G_l⁻¹ the quantile functions of ⟨x, θ_l⟩ and ⟨y, θ_l⟩; for n = m the
 *           mean squared difference of the sorted projections, and exact for n ≠ m as well.
 * Shapes:   x [n, d], y [m, d] → []. Unit: that of the rows, squared. Gradients flow to both.
 * Domain:   n, m ≥ 1; unit directions. NaN gives NaN.
 * Limits:   x = y in any order, or repeated → 0;  y = x + c → (1/L) Σ_l ⟨θ_l, c⟩², over all directions ‖c‖²/d;  all x_i = a, all
 *           y_j = b → the same with c = a − b;  equal laws → positive, of order 1/n + 1/m or more: it is a V-statistic.
 * Numerics: tied projections are coupled in the order of the rows: a subgradient there. Cost: O(L(n + m)(d + log(n + m))),
 *           memory O(L(n + m)).
 * Throws:   InputError E_SHAPE, E_DOMAIN for directions that are not of unit length, naming the first.
 * Source:   N. Bonneel et al., Sliced and Radon Wasserstein barycenters of measures, J. Math. Imaging Vis. 51 (2015).
 */
export function squaredSlicedWasserstein(x: Tensor, y: Tensor, options: SlicedWassersteinOptions): Tensor {
  const where = "squaredSlicedWasserstein";
  checkClouds(where, { name: "x", shape: x.shape }, { name: "y", shape: y.shape }, { least: 1 });
  checkDirections(where, options.directions, x.shape[1]!);
  return inScope([x, y], () => {
    const { rows, dim, data } = options.directions;
    const directions = fromData(x.backend, data, [rows, dim], { dtype: x.dtype });
    const [sortedX, sortedY] = [sortedProjections(x, directions), sortedProjections(y, directions)];
    if (x.shape[0] === y.shape[0]) return mean(square(sub(sortedX, sortedY)));
    return coupledCost(sortedX, sortedY);
  });
}

/** ⟨θ_l, x_i⟩, ascending along each direction: [L, n]. */
function sortedProjections(x: Tensor, directions: Tensor): Tensor {
  return sort(matMul(directions, x, { transposeB: true }));
}

/** (1/L) Σ_l Σ_k w_k (x_{l,i(k)} − y_{l,j(k)})² for the coupling of unequal numbers. */
function coupledCost(sortedX: Tensor, sortedY: Tensor): Tensor {
  const { backend, dtype } = sortedX;
  const coupling = quantileCoupling(sortedX.shape[1]!, sortedY.shape[1]!);
  const size = coupling.weights.length;
  const partners = (sorted: Tensor, indices: Int32Array) => {
    return gather(transpose(sorted), fromData(backend, indices, [size]));
  };
  const weights = fromData(backend, coupling.weights, [size, 1], { dtype });
  const costs = square(sub(partners(sortedX, coupling.x), partners(sortedY, coupling.y)));
  return mean(sum(mul(costs, weights), { axis: 0 }));
}
