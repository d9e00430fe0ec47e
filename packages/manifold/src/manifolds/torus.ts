import { abs, atan2, cos, lessEqual, sin, type Tensor, where } from "@nce-geometry/tensor";
import type { Manifold } from "../manifold.ts";
import { requireInteger } from "../quadrature/option-checks.ts";
import { flatRows, mapCoordinates } from "../rows/flat-rows.ts";
import { requireCount } from "../rows/sampling.ts";
import { CUT_LOCUS_ULPS } from "./cut-locus.ts";
import { flatManifold } from "./flat.ts";

/**
 * The flat torus (S¹)^k. A point is a row of k angles in [−π, π], in radians, where −π and π are the same angle; tangent
 * vectors are rows of k angular velocities.
 *
 * Math:     dist = ‖wrap(x − y)‖;  exp_x v = wrap(x + v);  log_x y = wrap(y − x);  transport is the identity;
 *           wrap(t) = t where |t| ≤ π, else atan2(sin t, cos t).
 * Domain:   k ≥ 1; d = m = k. Cut locus: some angles differ by π, within 4ε; the distance has one of two gradients there.
 * Limits:   volume (2π)^k;  injectivity radius π. For points as unit vectors see `product` of circles.
 * Numerics: angles beyond [−π, π] are taken back by the backend's sine and cosine.
 * Throws:   InputError E_OPTION.
 */
export function torus(dimension: number): Manifold {
  requireInteger("torus", "dimension", dimension, 1);
  const [name, k] = [`torus(${dimension})`, dimension];
  return flatManifold({
    facts: {
      name,
      kind: "torus",
      ambientDimension: k,
      dimension: k,
      injectivityRadius: Math.PI,
      volume: (2 * Math.PI) ** k,
      logVolume: k * Math.log(2 * Math.PI),
    },
    projectPoint: wrap,
    wrap,
    cutLocus: Math.PI,
    rows: flatRows({
      name,
      dimension: k,
      wrap: wrapAngle,
      cutLocus: Math.PI - CUT_LOCUS_ULPS * 2 ** -52,
      projectPoint: (x) => mapCoordinates(`${name}.projectPoint`, x, k, wrapAngle),
      defect: (data, at, tolerance) => {
        for (let j = 0; j < k; j++) {
          const angle = data[at + j]!;
          if (!(Math.abs(angle) <= Math.PI + tolerance)) return `angle ${angle} in column ${j}, outside [−π, π]`;
        }
        return undefined;
      },
      origin: () => new Float64Array(k),
      sampleUniform: (random, n) => {
        requireCount(`${name}.sampleUniform`, n);
        return { rows: n, dim: k, data: random.uniform(n * k, { low: -Math.PI, high: Math.PI }) };
      },
    }),
  });
}

function wrapAngle(angle: number): number {
  return Math.abs(angle) <= Math.PI ? angle : Math.atan2(Math.sin(angle), Math.cos(angle));
}

function wrap(angles: Tensor): Tensor {
  return where(lessEqual(abs(angles), Math.PI), angles, atan2(sin(angles), cos(angles)));
}
