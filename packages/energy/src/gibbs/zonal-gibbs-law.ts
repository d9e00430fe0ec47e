import { type ZonalFunction, zonalQuadrature } from "@nce-geometry/manifold";
import { InputError } from "@nce-geometry/tensor";
import { requireInteger, requirePositive } from "../checks.ts";
import { type ZonalMeasure, zonalMeasureOf } from "../grid/measures.ts";
import { type GibbsLaw, type GibbsOptions, lawOf } from "./gibbs-law.ts";

export interface ZonalGibbsOptions extends GibbsOptions {
  /** d of S^{d−1} ⊂ R^d, ≥ 2. */
  readonly dimension: number;
  /** Nodes are doubled until Z changes by no more than this, relatively. @defaultValue 1e-12 */
  readonly tolerance?: number;
}

/** A Gibbs law of a potential of the angle to a pole. */
export interface ZonalGibbsLaw extends GibbsLaw {
  readonly measure: ZonalMeasure;
  /** Bound seen for the relative error of Z. */
  readonly quadratureError: number;
}

/**
 * The Gibbs law of a potential that depends on the angle to a pole alone, on the sphere of any dimension.
 *
 * Math:     ρ* = e^{−U(θ)/τ}/Z, Z = |S^{d−2}| ∫_0^π e^{−U(θ)/τ} sin^{d−2}θ dθ
 * Shapes:   potential: (angle, cosine) → number; → a record whose densities are with respect to the volume of S^{d−1}.
 * Domain:   d ≥ 2, τ > 0; U is not NaN; wells as narrow as zonalQuadrature can find.
 * Limits:   U = −cos θ → von Mises–Fisher of concentration 1/τ: F* = log C_d(1/τ) (−9.53529197135 at d = 3, τ = 0.1);  U = 0 → log |S^{d−1}|.
 * Numerics: nodes doubled until Z stays; every sum in log space. Nodes lie where e^{−U/τ} is within e⁻⁶⁰ of its maximum.
 * Throws:   InputError E_OPTION, E_NOT_FINITE naming the angle, E_DOMAIN.
 * Source:   arXiv:2601.19597.
 */
export function zonalGibbsLaw(potential: ZonalFunction, options: ZonalGibbsOptions): ZonalGibbsLaw {
  const where = "zonalGibbsLaw";
  const { temperature, dimension, tolerance = 1e-12 } = options;
  requirePositive(where, "temperature", temperature);
  requirePositive(where, "tolerance", tolerance);
  requireInteger(where, "dimension", dimension, 2);
  const energy = (angle: number, cosine: number): number => {
    const u = potential(angle, cosine);
    if (u > Number.NEGATIVE_INFINITY) return u;
    const details = { code: "E_NOT_FINITE", where, argument: "potential" } as const;
    throw new InputError({ ...details, expected: "a number or +∞ at every angle", received: `${u} at angle ${angle}` });
  };
  const logDensity = (angle: number, cosine: number): number => -energy(angle, cosine) / temperature;
  const quadrature = zonalQuadrature({ dimension, tolerance, logDensity });
  if (quadrature.status === "notFinite") {
    const details = { code: "E_DOMAIN", where, argument: "potential" } as const;
    throw new InputError({ ...details, expected: "finite at some angle", received: "+∞ at every angle" });
  }
  const measure = zonalMeasureOf(quadrature);
  const values = measure.angles.map((angle, i) => energy(angle, measure.cosines[i]!));
  const law = lawOf(where, measure, values, temperature);
  const status = quadrature.status === "converged" ? "resolved" : "unresolved";
  return { ...law, measure, quadratureError: quadrature.error, status };
}
