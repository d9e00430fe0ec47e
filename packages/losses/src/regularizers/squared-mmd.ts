// The squared maximum mean discrepancy of two clouds as a differentiable penalty on their gap.

import {
  add,
  concat,
  div,
  expm1,
  mul,
  neg,
  reshape,
  slice,
  sort,
  sqrt,
  stopGradient,
  sum,
  type Tensor,
  type TensorLike,
} from "@nce-geometry/tensor";
import { inScope } from "../in-scope.ts";
import { type BandwidthOptions, type ResolvedBandwidth, resolveBandwidth, zeroMedian } from "./bandwidth.ts";
import { checkCloudsFor, type GapStatisticOptions, resolveStatistic } from "./clouds.ts";
import { type PairMatrices, pairDiscrepancy, squaredDistancesOf } from "./pair-discrepancy.ts";

export interface SquaredMMDOptions extends GapStatisticOptions, BandwidthOptions {}

/**
 * Squared maximum mean discrepancy of two clouds with a Gaussian kernel, or the mean over several bandwidths.
 *
 * Math:     mean k(x_i, x_j) + mean k(y_i, y_j) − 2 mean_ij k(x_i, y_j), k(x, y) = e^{−‖x−y‖²/(2σ²)}, means within over i ≠ j
 *           (`U`) or over all i, j (`V`).
 * Shapes:   x [n, d], y [m, d] → []. Unit: that of the kernel, none. Gradients flow to both, a median bandwidth held fixed.
 * Domain:   n, m ≥ 2 for `U`, ≥ 1 for `V`; σ > 0; any rows. NaN gives NaN.
 * Limits:   all x_i = a, all y_j = b → 2 − 2e^{−‖a−b‖²/(2σ²)};  x = y → V = 0, U = −(2/n)(1 − K), K the mean of k over i ≠ j;
 *           equal laws → E U = 0, E V = (1/n + 1/m)(1 − E k(X, X'));  σ → ∞ → σ²·V → ‖mean x − mean y‖²;  σ → 0 → U = 0 for
 *           distinct rows, with gradient 0: clouds a few bandwidths apart no longer attract each other.
 * Numerics: made of 1 − k = −expm1(−‖x−y‖²/(2σ²)), so that digits remain for large σ; distances as in `squaredDistanceMatrix`.
 *           The median needs a sort of (n + m)² numbers. A median of 0 throws where the backend can be read at once and gives
 *           NaN elsewhere. Memory: O((n + m)²).
 * Throws:   InputError E_SHAPE, E_OPTION, E_DOMAIN.
 * Source:   A. Gretton et al., A kernel two-sample test, JMLR 13 (2012).
 */
export function squaredMMD(x: Tensor, y: Tensor, options: SquaredMMDOptions = {}): Tensor {
  const statistic = resolveStatistic("squaredMMD", options);
  checkCloudsFor(statistic, "squaredMMD", { name: "x", shape: x.shape }, { name: "y", shape: y.shape });
  const bandwidth = resolveBandwidth("squaredMMD", options);
  return inScope([x, y], () => {
    const squares = squaredDistancesOf(x, y);
    const unit = bandwidth.isRelative ? medianDistance("squaredMMD", squares) : 1;
    return pairDiscrepancy(squares, (matrix) => kernelComplement(matrix, unit, bandwidth), statistic);
  });
}

/** 1 − k, averaged over bandwidths. */
function kernelComplement(squares: Tensor, unit: TensorLike, { factors }: ResolvedBandwidth): Tensor {
  const complements = factors.map((factor) => {
    const sigma = typeof unit === "number" ? unit * factor : mul(unit, factor);
    // Divided twice, so that a bandwidth whose square underflows still gives a kernel.
    return expm1(div(div(div(squares, sigma), sigma), -2));
  });
  return neg(
    div(
      complements.reduce((total, complement) => add(total, complement)),
      factors.length,
    ),
  );
}

/**
 * Median of ‖z_i − z_j‖, i < j, over both clouds, as a constant. The sorted (n + m)² distances begin with the n + m of every row
 * to itself, after which every pair stands twice.
 */
function medianDistance(where: string, { xx, yy, xy }: PairMatrices): Tensor {
  const flat = [xx, yy, xy, xy].map((matrix) => reshape(stopGradient(matrix), [matrix.shape[0]! * matrix.shape[1]!]));
  const sorted = sort(concat(flat));
  const rows = xx.shape[0]! + yy.shape[0]!;
  const middle = (rows * (rows - 1)) / 4 - 0.5;
  const at = [Math.floor(middle), Math.ceil(middle)].map((pair) => sqrt(slice(sorted, [rows + 2 * pair], [1])));
  const median = div(sum(concat(at)), 2);
  if (median.backend.supports("syncRead") && median.dataSync()[0] === 0) throw zeroMedian(where);
  return median;
}
