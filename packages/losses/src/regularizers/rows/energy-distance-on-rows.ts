// The energy distance of two clouds of rows of any number, and its gradients. Formula as in ../energy-distance.ts.

import type { Rows } from "@nce-geometry/tensor";
import { shapeOfRows } from "../../shape-checks.ts";
import { checkCloudsFor, type GapStatisticOptions, resolveStatistic } from "../clouds.ts";
import type { GapEstimate, GapGradient, GapOnRowsOptions } from "./gap-results.ts";
import {
  type PairDiscrepancy,
  pairDiscrepancyGradientOnRows,
  pairDiscrepancyOnRows,
} from "./pair-discrepancy-on-rows.ts";

export interface EnergyDistanceOnRowsOptions extends GapOnRowsOptions, GapStatisticOptions {}

/**
 * Energy distance of two clouds of rows, with a standard error.
 *
 * Math:     as `energyDistance` on tensors;  SE² = Var_i ψ_i/n + Var_j ψ_j/m, ψ_i = 2(mean_j ‖x_i − y_j‖ − mean_j ‖x_i − x_j‖).
 * Shapes:   x n × d, y m × d → numbers. Unit: that of the rows.
 * Domain:   n, m ≥ 2 for `U`, ≥ 1 for `V`. NaN gives NaN.
 * Limits:   those of `energyDistance` on tensors;  equal laws → ψ constant, where the standard error is too small.
 * Numerics: distances from differences where rows are close. Cost: three sweeps, O((n + m)²d); memory O(n + m).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   G. J. Székely, M. L. Rizzo, Energy statistics, J. Stat. Plan. Inference 143 (2013).
 */
export async function energyDistanceOnRows(
  x: Rows,
  y: Rows,
  options: EnergyDistanceOnRowsOptions = {},
): Promise<GapEstimate> {
  return pairDiscrepancyOnRows(x, y, discrepancyOf("energyDistanceOnRows", x, y, options), options);
}

/**
 * Energy distance of two clouds of rows with its gradients.
 *
 * Math:     ∂/∂x_i = (2/(nm)) Σ_j e(x_i, y_j) − (2/P) Σ_{j≠i} e(x_i, x_j), e(a, b) = (a − b)/‖a − b‖, P = n(n−1) for `U`, n² for
 *           `V`.
 * Shapes:   x n × d, y m × d → value, gradients [n, d] and [m, d].
 * Domain:   n, m ≥ 2 for `U`, ≥ 1 for `V`. Gradients are those of the ambient space. NaN gives NaN.
 * Limits:   e(a, a) = 0;  all x_i = a, all y_j = b → ∂/∂x_i = 2e(a, b)/n.
 * Numerics: as {@link energyDistanceOnRows}. Cost: three sweeps and three gradients; memory O((n + m)d).
 * Throws:   InputError E_SHAPE, E_OPTION; `signal.reason` when aborted.
 * Source:   classical.
 */
export async function energyDistanceGradientOnRows(
  x: Rows,
  y: Rows,
  options: EnergyDistanceOnRowsOptions = {},
): Promise<GapGradient> {
  return pairDiscrepancyGradientOnRows(x, y, discrepancyOf("energyDistanceGradientOnRows", x, y, options), options);
}

function discrepancyOf(where: string, x: Rows, y: Rows, options: EnergyDistanceOnRowsOptions): PairDiscrepancy {
  const statistic = resolveStatistic(where, options);
  checkCloudsFor(statistic, where, shapeOfRows(where, "x", x), shapeOfRows(where, "y", y));
  return { values: [{ kind: "distance" }], self: 0, sign: 1, statistic, engine: options.engine };
}
