import {
  atan2,
  concat,
  cos,
  formatShape,
  InputError,
  type RowMatrix,
  sin,
  slice,
  type Tensor,
} from "@nce-geometry/tensor";
import type { Float64Rows, Manifold, ManifoldRows } from "../manifold.ts";
import { mapValues, zeroRows } from "../rows/float64-rows.ts";
import { inScope, onRows } from "./arguments.ts";
import { column, flat } from "./columns.ts";
import { sphereNamed } from "./sphere.ts";

/** The maps of the circle on rows, with angles. */
export interface CircleRows extends ManifoldRows {
  /** Angles in (−π, π], in radians: [n, 2] → [n]. */
  angleOf(x: RowMatrix): Float64Array;
  /** (cos φ, sin φ): [n] → [n, 2]. */
  pointAt(angles: Float64Array): Float64Rows;
}

/** The unit circle in the plane, whose points also have angles. */
export interface Circle extends Manifold {
  readonly rows: CircleRows;
  /** Angles in (−π, π], in radians: [n, 2] → [n]. */
  angleOf(x: Tensor): Tensor;
  /** (cos φ, sin φ): [n] → [n, 2]. */
  pointAt(angles: Tensor): Tensor;
}

/**
 * The unit circle: `sphere(2)` with its points as angles as well. For angles as coordinates, see `torus`.
 *
 * Math:   φ = atan2(x₁, x₀);  x = (cos φ, sin φ).
 * Limits: volume 2π;  logMap is the difference of angles, wrapped to (−π, π), along (−sin φ, cos φ).
 */
export function circle(): Circle {
  const manifold = sphereNamed(2, { name: "circle()", kind: "circle" });
  return {
    ...manifold,
    rows: {
      ...manifold.rows,
      angleOf: (x) => mapValues("circle().angleOf", 2, { x }, ([at]) => Math.atan2(x.data[at! + 1]!, x.data[at!]!)),
      pointAt: (angles) => {
        const points = zeroRows(angles.length, 2);
        angles.forEach((angle, i) => {
          points.data[2 * i] = Math.cos(angle);
          points.data[2 * i + 1] = Math.sin(angle);
        });
        return points;
      },
    },
    angleOf: (x) => {
      return onRows("circle().angleOf", 2, { x }, (a) => {
        const coordinate = (k: number): Tensor => slice(a!, [0, k], [a!.shape[0]!, 1]);
        return flat(atan2(coordinate(1), coordinate(0)));
      });
    },
    pointAt: (angles) => {
      if (angles.shape.length !== 1) throw notVector(angles);
      return inScope([angles], () => {
        const phi = column(angles);
        return concat([cos(phi), sin(phi)], { axis: 1 });
      });
    },
  };
}

function notVector(angles: Tensor): InputError {
  return new InputError({
    code: "E_SHAPE",
    where: "circle().pointAt",
    argument: "angles",
    expected: "of shape [n]",
    received: formatShape(angles.shape),
  });
}
