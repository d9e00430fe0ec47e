// The energy distance of two clouds as a differentiable penalty on their gap.

import { equal, sqrt, type Tensor, where } from "@nce-geometry/tensor";
import { inScope } from "../in-scope.ts";
import { checkCloudsFor, type GapStatisticOptions, resolveStatistic } from "./clouds.ts";
import { pairDiscrepancy, squaredDistancesOf } from "./pair-discrepancy.ts";

/**
 * Energy distance of two clouds: 0 in expectation, as U-statistic, exactly when their laws are equal, and without a bandwidth
 * to choose.
 *
 * Math:     2 mean_ij ‖x_i − y_j‖ − mean ‖x_i − x_j‖ − mean ‖y_i − y_j‖, means within over i ≠ j (`U`) or over all i, j (`V`).
 * Shapes:   x [n, d], y [m, d] → []. Unit: that of the rows (the chord, on the unit sphere). Gradients flow to both.
 * Domain:   n, m ≥ 2 for `U`, ≥ 1 for `V`; any rows. NaN gives NaN.
 * Limits:   all x_i = a, all y_j = b → 2‖a − b‖;  x = y → V = 0, U = −2M/n, M the mean of ‖x_i − x_j‖ over i ≠ j;  equal laws →
 *           E U = 0, E V = (1/n + 1/m)·E‖X − X'‖.
 * Numerics: coincident rows, between which there is no direction, contribute gradient 0, the middle of all directions; a row
 *           with itself contributes nothing at all. Distances as in `squaredDistanceMatrix`: beyond 2²² products n·m·d those
 *           below about √(dε)·‖x‖ are noise. Memory: O((n + m)²).
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   G. J. Székely, M. L. Rizzo, Energy statistics, J. Stat. Plan. Inference 143 (2013).
 */
export function energyDistance(x: Tensor, y: Tensor, options: GapStatisticOptions = {}): Tensor {
  const statistic = resolveStatistic("energyDistance", options);
  checkCloudsFor(statistic, "energyDistance", { name: "x", shape: x.shape }, { name: "y", shape: y.shape });
  return inScope([x, y], () => pairDiscrepancy(squaredDistancesOf(x, y), distance, statistic));
}

/** The square root, whose infinite slope at 0 meets differences that are 0: there the derivative is 0. */
function distance(squares: Tensor): Tensor {
  return where(equal(squares, 0), 0, sqrt(squares));
}
