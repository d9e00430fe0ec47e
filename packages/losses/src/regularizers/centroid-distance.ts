// The squared distance of the means of two clouds as a differentiable penalty on their gap.

import { add, div, mean, square, sub, sum, type Tensor } from "@nce-geometry/tensor";
import { inScope } from "../in-scope.ts";
import { checkCloudsFor, type GapStatisticOptions, resolveStatistic } from "./clouds.ts";

/**
 * Squared distance of the centroids of two clouds: the cheapest penalty, blind to every difference but that of the means.
 *
 * Math:     V = ‖x̄ − ȳ‖²;  U = V − tr S_x/n − tr S_y/m, S the sample covariance: V with ⟨x_i, x_j⟩ averaged over i ≠ j alone.
 * Shapes:   x [n, d], y [m, d] → []. Unit: that of the rows, squared. Gradients flow to both.
 * Domain:   n, m ≥ 2 for `U`, ≥ 1 for `V`; any rows. NaN gives NaN.
 * Limits:   all x_i = a, all y_j = b → ‖a − b‖²;  y = x + c → V = ‖c‖²;  x = y → V = 0, U = −2 tr S/n;  equal laws → E U = 0,
 *           E V = (1/n + 1/m)·tr Cov.
 * Numerics: the variances come from deviations, so that U cancels no more than its value says. Cost: O((n + m)d).
 * Throws:   InputError E_SHAPE, E_OPTION.
 * Source:   classical.
 */
export function squaredCentroidDistance(x: Tensor, y: Tensor, options: GapStatisticOptions = {}): Tensor {
  const where = "squaredCentroidDistance";
  const statistic = resolveStatistic(where, options);
  checkCloudsFor(statistic, where, { name: "x", shape: x.shape }, { name: "y", shape: y.shape });
  return inScope([x, y], () => {
    const [centreX, centreY] = [centre(x), centre(y)];
    const distance = sum(square(sub(centreX, centreY)));
    if (statistic === "V") return distance;
    return sub(distance, add(varianceOfMean(x, centreX), varianceOfMean(y, centreY)));
  });
}

function centre(x: Tensor): Tensor {
  return mean(x, { axis: 0, keepDims: true });
}

/** tr S/n, the expected squared error of the mean. */
function varianceOfMean(x: Tensor, centreX: Tensor): Tensor {
  const n = x.shape[0]!;
  return div(sum(square(sub(x, centreX))), n * (n - 1));
}
