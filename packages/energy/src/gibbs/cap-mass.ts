import type { PointFunction } from "@nce-geometry/manifold";
import { InputError } from "@nce-geometry/tensor";
import { refuseOption, requireInteger, requirePositive } from "../checks.ts";
import { arcChart, type Chart, capChart } from "./charts.ts";
import type { GibbsLaw, GibbsStatus } from "./gibbs-law.ts";
import { refinePanels } from "./panels.ts";

export interface CapMassOptions {
  /** Unit vector at the middle of the cap, of length 2 or 3. */
  readonly center: ArrayLike<number>;
  /** Geodesic radius in radians, 0 < angle ≤ π. */
  readonly angle: number;
  /** As for the law. @defaultValue 1e-12 */
  readonly tolerance?: number;
  /** As for the law. @defaultValue 524288 */
  readonly maxPoints?: number;
}

export interface CapMass {
  /** ρ*(cap), from 0 to 1. */
  readonly value: number;
  /** Its logarithm, where the value underflows. */
  readonly logValue: number;
  /** Relative error of the integral over the cap, an overestimate; that of Z, which the law states, is not included. */
  readonly quadratureError: number;
  readonly status: GibbsStatus;
}

/**
 * Mass of a Gibbs law of S¹ or S² within an angle of a point, integrated in the polar frame of that cap, so that its edge costs no accuracy.
 *
 * Math:     (1/Z) ∫_0^α ∫_0^{2π} e^{−U/τ} sin θ dφ dθ;  on S¹ (1/Z) ∫_{−α}^{α} e^{−U/τ} dθ
 * Shapes:   center [2] or [3] → a record.
 * Domain:   the potential of the law; 0 < α ≤ π.
 * Limits:   α = π → 1;  τ → ∞ → sin²(α/2), or α/π on S¹;  U = −⟨c, z⟩ about c on S²: (1 − e^{−(1−cos α)/τ})/(1 − e^{−2/τ}).
 * Numerics: adaptive Gauss–Legendre panels in the angle and the longitude, as gibbsLawOnSphere.
 * Throws:   InputError E_OPTION, E_SHAPE, E_NOT_FINITE naming the point.
 * Source:   arXiv:2601.19597 for the quantity.
 */
export function capMass(
  law: Pick<GibbsLaw, "temperature" | "logPartition">,
  potential: PointFunction,
  options: CapMassOptions,
): CapMass {
  const where = "capMass";
  const { center, angle, tolerance = 1e-12, maxPoints = 2 ** 19 } = options;
  if (!(angle > 0 && angle <= Math.PI)) refuseOption(where, "angle", "a number > 0 and ≤ π", String(angle));
  requirePositive(where, "tolerance", tolerance);
  requireInteger(where, "maxPoints", maxPoints, 1);
  const chart = chartAbout(where, center, angle);
  const order = chart.dim === 2 ? 16 : 8;
  const { temperature } = law;
  const problem = { where, charts: [chart], potential, temperature, pieces: 4, order, tolerance, maxPoints };
  const { logIntegral, error, isResolved } = refinePanels(problem);
  const logValue = logIntegral - law.logPartition;
  const status = isResolved ? "resolved" : "unresolved";
  return { value: Math.exp(logValue), logValue, quadratureError: error, status };
}

function chartAbout(where: string, center: ArrayLike<number>, angle: number): Chart {
  if (center.length !== 2 && center.length !== 3) {
    const received = `length ${center.length}`;
    throw new InputError({ code: "E_SHAPE", where, argument: "center", expected: "of length 2 or 3", received });
  }
  const norm = Math.hypot(...Array.from(center));
  if (!(Math.abs(norm - 1) < 1e-6)) refuseOption(where, "center", "a unit vector", `one of norm ${norm}`);
  const c = Array.from(center, (x) => x / norm);
  if (c.length === 3) return capChart(frameAt(c as [number, number, number]), angle);
  const middle = Math.atan2(c[1]!, c[0]!);
  return arcChart(middle - angle, middle + angle);
}

/** The centre and two unit vectors that complete it, by the reflection that takes ±e₃ to it. */
function frameAt([x, y, z]: [number, number, number]): number[][] {
  const sign = z < 0 ? -1 : 1;
  const a = -1 / (sign + z);
  const b = x * y * a;
  return [
    [x, y, z],
    [1 + sign * x * x * a, sign * b, -sign * x],
    [b, sign + y * y * a, -y],
  ];
}
