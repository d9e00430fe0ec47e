import type { Manifold } from "../manifold.ts";
import { requireInteger } from "../quadrature/option-checks.ts";
import { flatRows, mapCoordinates } from "../rows/flat-rows.ts";
import { noUniformLaw } from "../rows/sampling.ts";
import { copy } from "./columns.ts";
import { flatManifold } from "./flat.ts";

/**
 * R^d with its usual metric.
 *
 * Math:     dist = ‖x − y‖;  exp_x v = x + v;  log_x y = y − x;  transport, projections and gradients are the identity.
 * Domain:   d ≥ 1. Every finite row is a point; there is no uniform law.
 * Numerics: all-pairs distances come from one product of matrices and are recomputed from differences where
 *           ‖x − y‖² < (‖x‖² + ‖y‖²)/32.
 * Throws:   InputError E_OPTION.
 */
export function euclidean(dimension: number): Manifold {
  requireInteger("euclidean", "dimension", dimension, 1);
  const [name, d] = [`euclidean(${dimension})`, dimension];
  return flatManifold({
    facts: {
      name,
      kind: "euclidean",
      ambientDimension: d,
      dimension: d,
      injectivityRadius: Number.POSITIVE_INFINITY,
      volume: undefined,
      logVolume: undefined,
    },
    projectPoint: copy,
    rows: flatRows({
      name,
      dimension: d,
      projectPoint: (x) => mapCoordinates(`${name}.projectPoint`, x, d, (coordinate) => coordinate),
      defect: (data, at) => {
        for (let k = 0; k < d; k++) {
          if (!Number.isFinite(data[at + k]!)) return `${data[at + k]} in column ${k} instead of a finite number`;
        }
        return undefined;
      },
      origin: () => new Float64Array(d),
      sampleUniform: () => {
        throw noUniformLaw(`${name}.sampleUniform`);
      },
    }),
  });
}
