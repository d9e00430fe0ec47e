import { div, less, mul, rowNorms, type Tensor, where } from "@nce-geometry/tensor";
import type { Manifold } from "../manifold.ts";
import { logBallVolume } from "../measure/sphere-volume.ts";
import { requireInteger, requirePositive } from "../quadrature/option-checks.ts";
import { flatRows } from "../rows/flat-rows.ts";
import { mapRows, normAt, zeroRows } from "../rows/float64-rows.ts";
import { requireCount } from "../rows/sampling.ts";
import { column } from "./columns.ts";
import { flatManifold } from "./flat.ts";

export interface BallOptions {
  /** Radius, finite and > 0. @defaultValue 1 */
  readonly radius?: number;
}

/** An open ball has no nearest point to those outside; this many ε inside its boundary, rounding cannot undo the projection. */
const MARGIN = 8;

/**
 * The open ball {‖x‖ < radius} of R^d with the metric of R^d: a flat domain. (For hyperbolic space see `lorentz`.)
 *
 * Math:     as in `euclidean`; projectPoint scales rows with ‖x‖ ≥ radius to radius·(1 − 8ε), and retract does so after its step.
 * Domain:   d ≥ 1. expMap may leave the ball, because geodesics end at the boundary; segments between points stay inside.
 * Limits:   volume π^{d/2}/Γ(d/2 + 1)·radius^d.
 * Throws:   InputError E_OPTION.
 */
export function ball(dimension: number, { radius = 1 }: BallOptions = {}): Manifold {
  requireInteger("ball", "dimension", dimension, 1);
  requirePositive("ball", "radius", radius);
  const d = dimension;
  const name = radius === 1 ? `ball(${d})` : `ball(${d}, {radius: ${radius}})`;
  const logVolume = logBallVolume(d) + d * Math.log(radius);
  const inner = radius * (1 - MARGIN * 2 ** -52);
  const manifold = flatManifold({
    facts: {
      name,
      kind: "ball",
      ambientDimension: d,
      dimension: d,
      injectivityRadius: Number.POSITIVE_INFINITY,
      volume: Math.exp(logVolume),
      logVolume,
    },
    projectPoint: (x) => projectInside(x, radius),
    rows: flatRows({
      name,
      dimension: d,
      projectPoint: (x) => {
        return mapRows(`${name}.projectPoint`, d, { x }, ([a], out, at) => {
          const norm = normAt(x.data, a!, d);
          const scale = norm < radius ? 1 : inner / norm;
          for (let k = 0; k < d; k++) out[at + k] = scale * x.data[a! + k]!;
        });
      },
      defect: (data, at, tolerance) => {
        const norm = normAt(data, at, d);
        return norm < radius * (1 + tolerance) ? undefined : `norm ${norm} instead of one below ${radius}`;
      },
      origin: () => new Float64Array(d),
      sampleUniform: (random, n) => {
        requireCount(`${name}.sampleUniform`, n);
        const points = zeroRows(n, d);
        points.data.set(random.normal(n * d));
        const fractions = random.uniform(n);
        for (let i = 0; i < n; i++) {
          const norm = normAt(points.data, i * d, d);
          // At norm 0, which has probability 0, the centre serves as well as any point.
          const scale = norm === 0 ? 0 : Math.min(inner, radius * fractions[i]! ** (1 / d)) / norm;
          for (let k = i * d; k < (i + 1) * d; k++) points.data[k] = scale * points.data[k]!;
        }
        return points;
      },
    }),
  });
  // Rounding to float32 may carry points to the boundary.
  return {
    ...manifold,
    sampleUniform: (random, backend, n) => {
      return backend.scope(() => projectInside(manifold.sampleUniform(random, backend, n), radius));
    },
  };
}

function projectInside(x: Tensor, radius: number): Tensor {
  const norms = column(rowNorms(x));
  const inside = less(norms, radius);
  const inner = radius * (1 - MARGIN * x.backend.epsilon);
  return where(inside, x, mul(x, div(inner, where(inside, 1, norms))));
}
