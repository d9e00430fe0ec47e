import type { Manifold } from "@nce-geometry/manifold";
import type { RowMatrix } from "@nce-geometry/tensor";

/**
 * Squares of the geodesic distances between all points of a grid: the cost of transport.
 *
 * Math:     c_ij = dist(z_i, z_j)²
 * Shapes:   points [n, d] → [n·n], row-major. Unit: rad² on the sphere.
 * Limits:   c_ii = 0;  antipodes on the unit sphere → π².
 * Numerics: memory 8n² bytes.
 * Throws:   InputError E_SHAPE.
 */
export function squaredGeodesicCost(manifold: Manifold, points: RowMatrix): Float64Array {
  return manifold.rows.geodesicDistanceMatrix(points, points).data.map((distance) => distance * distance);
}
