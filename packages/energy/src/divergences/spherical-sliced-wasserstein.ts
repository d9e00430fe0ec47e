// Transport on great circles. A random plane of R^d meets the sphere in a great circle; each row goes to the point of it that is nearest.

import { InputError, type Random, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import type { Estimate } from "../estimate.ts";
import { copyRows, pooledRows } from "../rows/row-blocks.ts";
import { assertSphereDimension, assertUnitSample } from "../rows/unit-rows.ts";
import { standardErrorOfMean } from "../uncertainty/uncertainty.ts";
import { twoSampleEstimate } from "./influence.ts";
import { assertSlicing, averageOverSlices, type SlicingOptions } from "./sliced.ts";
import { projections, unitVector } from "./sliced-wasserstein.ts";
import { transportOnCircle, transportToUniform } from "./transport-on-circle.ts";
import { assertSamples, type SamplingOptions } from "./two-sample-options.ts";

export interface SphericalSlicedWassersteinOptions extends SlicingOptions, SamplingOptions, RunControl {}
export interface SphericalSlicedToUniformOptions extends SlicingOptions, RunControl {}

/**
 * Squared spherical sliced Wasserstein distance: the mean over random great circles of the squared transport distance along them.
 *
 * Math:     SSW₂² = E_P W₂²(angle of P X, angle of P Y), P the projection to a uniform random plane, arc length on its circle.
 * Shapes:   x [n, d], y [m, d] of unit rows → estimate. Unit: rad².
 * Domain:   n, m ≥ 2, d ≥ 2. A row orthogonal to a plane has no nearest point there: E_DOMAIN, which random planes do not meet.
 * Limits:   d = 2 → W₂² of the circle, for every plane;  x = y as sets → 0;  swapping or rotating both changes the expectation by nothing.
 * Numerics: as {@link slicedWasserstein}, bisection per circle. O(L(nd + n log n + 54(n + m))).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION, E_DOMAIN; rejects with `signal.reason`.
 * Source:   C. Bonet et al., Spherical sliced-Wasserstein, ICLR 2023.
 */
export async function sphericalSlicedWasserstein(
  x: Rows,
  y: Rows,
  options: SphericalSlicedWassersteinOptions = {},
): Promise<Estimate> {
  const where = "sphericalSlicedWasserstein";
  const { sampling = "independent", signal } = options;
  assertSlicing(where, options);
  await assertSamples(where, x, y, { sampling, signal });
  assertSphereDimension(where, x);
  const pool = await pooledRows(x, y, { signal });
  const slicing = { project: (random: Random) => anglesIn(where, pool, random), transport: transportOnCircle };
  const cost = await averageOverSlices(pool, x.rows, options, sampling, slicing, options);
  const method = `spherical sliced W₂², circles=${options.directions ?? 128}`;
  return twoSampleEstimate(cost, { x, y, sampling, method, unit: "rad²", extraVariance: cost.extraVariance });
}

/**
 * Squared spherical sliced Wasserstein distance of a law to the uniform law, in closed form on each great circle.
 *
 * Math:     E_P W₂²(angle of P X, uniform on the circle).
 * Shapes:   x [n, d] of unit rows → estimate. Unit: rad².
 * Domain:   n ≥ 2, d ≥ 2.
 * Limits:   uniform law → π²/(3n), the floor of n points;  all rows equal → π²/3.
 * Numerics: standard error of circles and sample together; a note says where the value is within twice the floor.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION, E_DOMAIN; rejects with `signal.reason`.
 * Source:   C. Bonet et al., Spherical sliced-Wasserstein, ICLR 2023.
 */
export async function sphericalSlicedWassersteinToUniform(
  x: Rows,
  options: SphericalSlicedToUniformOptions = {},
): Promise<Estimate> {
  const where = "sphericalSlicedWassersteinToUniform";
  const { signal } = options;
  assertSlicing(where, options);
  await assertUnitSample(where, "x", x, { signal });
  assertSphereDimension(where, x);
  const matrix = await copyRows(x, { signal });
  const transport = (a: Float64Array) => ({ ...transportToUniform(a), potentialY: new Float64Array(0) });
  const slicing = { project: (random: Random) => anglesIn(where, matrix, random), transport };
  const { value, ofX, extraVariance } = await averageOverSlices(matrix, x.rows, options, "alone", slicing, options);
  const floor = Math.PI ** 2 / (3 * x.rows);
  const note = `${x.rows} uniform rows give ${floor.toPrecision(2)} on average: no departure from the uniform law is seen.`;
  return {
    value,
    standardError: Math.sqrt(extraVariance + standardErrorOfMean(ofX!, 0) ** 2),
    samples: x.rows,
    unit: "rad²",
    method: `spherical sliced W₂² to uniform, circles=${options.directions ?? 128}`,
    ...(value <= 2 * floor && { notes: [note] }),
  };
}

/** Angles in [0, 2π) of the rows seen in a random plane. */
function anglesIn(where: string, rows: RowMatrix, random: Random): Float64Array {
  const [u, v] = randomPlane(random, rows.dim);
  const across = projections(rows, v);
  return projections(rows, u).map((along, i) => {
    if (along === 0 && across[i] === 0) {
      const received = `row ${i} of both samples together orthogonal to a random plane`;
      throw new InputError({ code: "E_DOMAIN", where, argument: "x", expected: "seen in every plane", received });
    }
    const angle = Math.atan2(across[i]!, along);
    return angle < 0 ? Math.max(0, angle + 2 * Math.PI) % (2 * Math.PI) : angle;
  });
}

function randomPlane(random: Random, dim: number): [Float64Array, Float64Array] {
  const u = unitVector(random, dim);
  const other = random.normal(dim);
  const along = other.reduce((sum, value, k) => sum + value * u[k]!, 0);
  const across = other.map((value, k) => value - along * u[k]!);
  const norm = Math.sqrt(across.reduce((sum, value) => sum + value * value, 0));
  return [u, across.map((value) => value / norm)];
}
