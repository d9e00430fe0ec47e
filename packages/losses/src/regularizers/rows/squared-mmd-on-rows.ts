// The squared maximum mean discrepancy of two clouds of rows of any number, and its gradients. Formula as in ../squared-mmd.ts.

import type { Rows } from "@nce-geometry/tensor";
import { shapeOfRows } from "../../shape-checks.ts";
import { type BandwidthOptions, resolveBandwidth, zeroMedian } from "../bandwidth.ts";
import { checkCloudsFor, type GapStatisticOptions, resolveStatistic } from "../clouds.ts";
import type { GapEstimate, GapGradient, GapOnRowsOptions } from "./gap-results.ts";
import {
  type PairDiscrepancy,
  pairDiscrepancyGradientOnRows,
  pairDiscrepancyOnRows,
} from "./pair-discrepancy-on-rows.ts";
import { pooledMedianDistance } from "./pooled-rows.ts";

export interface SquaredMMDOnRowsOptions extends GapOnRowsOptions, GapStatisticOptions, BandwidthOptions {}

/** A squared MMD and the bandwidths it was computed with. */
export interface SquaredMMDEstimate extends GapEstimate {
  readonly bandwidths: readonly number[];
}

/** A squared MMD with its gradients and the bandwidths, which were held fixed. */
export interface SquaredMMDGradient extends GapGradient {
  readonly bandwidths: readonly number[];
}

/**
 * Squared maximum mean discrepancy of two clouds of rows, with a standard error.
 *
 * Math:     as `squaredMMD` on tensors;  SE² = Var_i ψ_i/n + Var_j ψ_j/m, ψ_i = 2(mean_j k(x_i, x_j) − mean_j k(x_i, y_j)).
 * Shapes:   x n × d, y m × d → numbers. Unit: none.
 * Domain:   n, m ≥ 2 for `U`, ≥ 1 for `V`; σ > 0; finite rows for a median bandwidth, else NaN gives NaN.
 * Limits:   those of `squaredMMD` on tensors;  equal laws → ψ constant, where the standard error is too small. It leaves out
 *           the fluctuation of a median bandwidth.
 * Numerics: sums of k, error of a few 2⁻⁵³. The median is exact. Cost: three sweeps for all bandwidths together, some two or
 *           three over the pooled rows for the median; memory O(n + m).
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN where the median is 0; `signal.reason` when aborted.
 * Source:   A. Gretton et al., A kernel two-sample test, JMLR 13 (2012).
 */
export async function squaredMMDOnRows(
  x: Rows,
  y: Rows,
  options: SquaredMMDOnRowsOptions = {},
): Promise<SquaredMMDEstimate> {
  const { discrepancy, bandwidths } = await prepare("squaredMMDOnRows", x, y, options);
  return { ...(await pairDiscrepancyOnRows(x, y, discrepancy, options)), bandwidths };
}

/**
 * Squared maximum mean discrepancy of two clouds of rows with its gradients.
 *
 * Math:     ∂/∂x_i = (2/(nmσ²)) Σ_j k(x_i, y_j)(x_i − y_j) − (2/(Pσ²)) Σ_{j≠i} k(x_i, x_j)(x_i − x_j), P = n(n−1) for `U`, n² for
 *           `V`; the mean over bandwidths.
 * Shapes:   x n × d, y m × d → value, gradients [n, d] and [m, d].
 * Domain:   as {@link squaredMMDOnRows}. Gradients are those of the ambient space, at fixed bandwidth.
 * Limits:   all x_i = a, all y_j = b → ∂/∂x_i = (2/(nσ²)) e^{−‖a−b‖²/(2σ²)} (a − b).
 * Numerics: as {@link squaredMMDOnRows}. Cost: three gradients more for each bandwidth; memory O((n + m)d).
 * Throws:   as {@link squaredMMDOnRows}.
 * Source:   classical.
 */
export async function squaredMMDGradientOnRows(
  x: Rows,
  y: Rows,
  options: SquaredMMDOnRowsOptions = {},
): Promise<SquaredMMDGradient> {
  const { discrepancy, bandwidths } = await prepare("squaredMMDGradientOnRows", x, y, options);
  return { ...(await pairDiscrepancyGradientOnRows(x, y, discrepancy, options)), bandwidths };
}

async function prepare(
  where: string,
  x: Rows,
  y: Rows,
  options: SquaredMMDOnRowsOptions,
): Promise<{ readonly discrepancy: PairDiscrepancy; readonly bandwidths: readonly number[] }> {
  const statistic = resolveStatistic(where, options);
  checkCloudsFor(statistic, where, shapeOfRows(where, "x", x), shapeOfRows(where, "y", y));
  const { factors, isRelative } = resolveBandwidth(where, options);
  const unit = isRelative ? await pooledMedianDistance(where, x, y, options) : 1;
  if (unit === 0) throw zeroMedian(where);
  const bandwidths = factors.map((factor) => factor * unit);
  const values = bandwidths.map((bandwidth) => ({ kind: "gaussian", bandwidth }) as const);
  return { discrepancy: { values, self: 1, sign: -1, statistic, engine: options.engine }, bandwidths };
}
