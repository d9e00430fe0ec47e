import { maximum, minimum } from "@nce-geometry/tensor";
import type { Manifold } from "../manifold.ts";
import { optionError, requireInteger } from "../quadrature/option-checks.ts";
import { flatRows, mapCoordinates } from "../rows/flat-rows.ts";
import { requireCount } from "../rows/sampling.ts";
import { flatManifold } from "./flat.ts";

export interface BoxOptions {
  /** Smallest coordinate, finite. @defaultValue 0 */
  readonly low?: number;
  /** Largest coordinate, finite, > low. @defaultValue 1 */
  readonly high?: number;
}

/**
 * The closed cube [low, high]^d with the metric of R^d: a flat domain with a boundary.
 *
 * Math:     as in `euclidean`; projectPoint takes the nearest point of the box, and so does retract after its step.
 * Domain:   d ≥ 1. expMap may leave the box, because geodesics end at the boundary; segments between points stay inside.
 * Limits:   volume (high − low)^d. Coordinates with bounds of their own: a product of boxes.
 * Throws:   InputError E_OPTION.
 */
export function box(dimension: number, { low = 0, high = 1 }: BoxOptions = {}): Manifold {
  requireInteger("box", "dimension", dimension, 1);
  if (!Number.isFinite(low)) throw optionError("box", "low", "a finite number", String(low));
  if (!(high > low && Number.isFinite(high - low))) {
    throw optionError("box", "high", `> low = ${low} by a finite amount`, String(high));
  }
  const d = dimension;
  const name = low === 0 && high === 1 ? `box(${d})` : `box(${d}, {low: ${low}, high: ${high}})`;
  const logVolume = d * Math.log(high - low);
  return flatManifold({
    facts: {
      name,
      kind: "box",
      ambientDimension: d,
      dimension: d,
      injectivityRadius: Number.POSITIVE_INFINITY,
      volume: (high - low) ** d,
      logVolume,
    },
    projectPoint: (x) => minimum(maximum(x, low), high),
    rows: flatRows({
      name,
      dimension: d,
      projectPoint: (x) => mapCoordinates(`${name}.projectPoint`, x, d, (t) => Math.min(Math.max(t, low), high)),
      defect: (data, at, tolerance) => {
        const margin = tolerance * Math.max(1, Math.abs(low), Math.abs(high));
        for (let k = 0; k < d; k++) {
          const t = data[at + k]!;
          if (!(t >= low - margin && t <= high + margin)) return `${t} in column ${k}, outside [${low}, ${high}]`;
        }
        return undefined;
      },
      origin: () => new Float64Array(d).fill(low + (high - low) / 2),
      sampleUniform: (random, n) => {
        requireCount(`${name}.sampleUniform`, n);
        return { rows: n, dim: d, data: random.uniform(n * d, { low, high }) };
      },
    }),
  });
}
