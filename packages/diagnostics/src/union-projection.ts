// The principal plane of both modalities together: the picture in which a gap is first seen.

import { forEachBlock } from "@nce-geometry/energy";
import { InputError, type Rows, type RunControl, yieldToEventLoop } from "@nce-geometry/tensor";
import type { ProjectedPoints, UnionProjection } from "./pair-analysis.ts";
import { centroidOf, dot } from "./pair-products.ts";
import { assertPairs, ownerOf, type Pairing, type PairingOptions } from "./pairing.ts";
import {
  centredRows,
  type Eigen,
  eigenOf,
  type ScaledRows,
  type ScatterMatrix,
  scatterMatrix,
} from "./scatter-matrix.ts";

export interface UnionProjectionOptions extends PairingOptions, RunControl {
  /** Most points kept of each modality, an integer ≥ 0. @defaultValue 2000 */
  readonly projectionPoints?: number;
}

export const defaultProjectionPoints = 2000;

/**
 * Coordinates of both modalities along the two axes of largest variance of their union.
 *
 * Math:     ⟨r − m, v_k⟩, m the mean of the union, both modalities weighing the same, v_1, v_2 the leading eigenvectors of
 *           its covariance, each with its coordinate of largest size positive (the first of them where several tie).
 * Shapes:   x [n, d], y [m, d] of unit rows, n = m without `map` → coordinates of evenly spaced rows, shares of the variance.
 * Domain:   n ≥ 2.
 * Limits:   all x_i = a, all y_i = b → coordinates ±‖a − b‖/2, shares 1 and 0;  d = 1 or all rows equal → second axis 0.
 * Numerics: as `spectrum`; axes are arbitrary where two variances coincide. Cost: O(n·d·min(n, d) + min(2n, d)³).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   classical (principal components).
 */
export async function unionProjection(
  x: Rows,
  y: Rows,
  options: UnionProjectionOptions = {},
): Promise<UnionProjection> {
  const pairing = await assertPairs("unionProjection", x, y, options);
  return projectUnion(x, y, pairing, options);
}

/** The projection of rows that have been checked. */
export async function projectUnion(
  x: Rows,
  y: Rows,
  pairing: Pairing,
  options: Omit<UnionProjectionOptions, "map">,
): Promise<UnionProjection> {
  const points = options.projectionPoints ?? defaultProjectionPoints;
  assertProjectionPoints("unionProjection", points);
  const muY = await centroidOf(y, options);
  const mean = (await centroidOf(x, options)).map((value, k) => (value + muY[k]!) / 2);
  const sets = [
    { rows: x, scale: 1 },
    { rows: y, scale: Math.sqrt(x.rows / y.rows) },
  ];
  const scatter = await scatterMatrix(sets, mean, options);
  await yieldToEventLoop();
  const eigen = eigenOf(scatter);
  const total = eigen.values.reduce((sum, value) => sum + value, 0);
  const share = (k: number) => (total === 0 ? 0 : (eigen.values[k] ?? 0) / total);
  const axes = await principalAxes(scatter, eigen, { sets, mean, control: options });
  return {
    varianceShares: [share(0), share(1)],
    x: await projectRows(x, { axes, mean, points, itemOf: (row) => row, control: options }),
    y: await projectRows(y, { axes, mean, points, itemOf: (row) => ownerOf(pairing, row), control: options }),
  };
}

export function assertProjectionPoints(where: string, points: number): void {
  if (Number.isSafeInteger(points) && points >= 0) return;
  const expected = "an integer ≥ 0";
  throw new InputError({ code: "E_OPTION", where, argument: "projectionPoints", expected, received: String(points) });
}

/** Two axes [d]; zeros where there is no variance left. */
async function principalAxes(
  { side }: ScatterMatrix,
  eigen: Eigen,
  { sets, mean, control }: { sets: readonly ScaledRows[]; mean: Float64Array; control: RunControl },
): Promise<readonly Float64Array[]> {
  const rows = side === "rows" ? await centredRows(sets, mean, control) : undefined;
  return [0, 1].map((k) => {
    const value = eigen.values[k] ?? 0;
    if (value === 0) return new Float64Array(mean.length);
    const vector = eigen.vector(k);
    return withPositiveLargest(rows ? combination(rows, vector, mean.length).map((v) => v / Math.sqrt(value)) : vector);
  });
}

/** Σ_i weight_i r_i. */
function combination(rows: Float64Array, weights: Float64Array, dim: number): Float64Array {
  const sum = new Float64Array(dim);
  weights.forEach((weight, i) => {
    for (let k = 0; k < dim; k++) sum[k]! += weight * rows[i * dim + k]!;
  });
  return sum;
}

function withPositiveLargest(axis: Float64Array): Float64Array {
  const largest = axis.reduce((best, value) => Math.max(best, Math.abs(value)), 0);
  // Coordinates that differ by rounding alone count as tied, so that the sign does not hang on the last bit.
  const leading = axis.find((value) => Math.abs(value) >= largest * (1 - 1e-9))!;
  return leading < 0 ? axis.map((value) => -value) : axis;
}

async function projectRows(
  rows: Rows,
  {
    axes,
    mean,
    points,
    itemOf,
    control,
  }: {
    axes: readonly Float64Array[];
    mean: Float64Array;
    points: number;
    itemOf: (row: number) => number;
    control: RunControl;
  },
): Promise<ProjectedPoints> {
  const { rows: n, dim } = rows;
  const kept = Math.min(n, points);
  const row = Array.from({ length: kept }, (_, k) => Math.floor((k * n) / kept));
  const [first, second]: [number[], number[]] = [[], []];
  await forEachBlock(rows, control, (block, start, count) => {
    for (let k = first.length; k < kept && row[k]! < start + count; k++) {
      const at = (row[k]! - start) * dim;
      const offset = Float64Array.from(mean, (value, j) => block[at + j]! - value);
      first.push(dot(offset, axes[0]!));
      second.push(dot(offset, axes[1]!));
    }
  });
  return { row, item: row.map(itemOf), first, second };
}
