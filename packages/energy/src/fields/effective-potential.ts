import type { Rows } from "@nce-geometry/tensor";
import { requirePositive } from "../checks.ts";
import { createPhases } from "../rows/phases.ts";
import {
  type AlignmentPotentialFieldOptions,
  alignmentPotentialField,
  type PotentialField,
} from "./alignment-potential-field.ts";
import { type LogDensityField, logSmoothedDensity } from "./log-smoothed-density.ts";

export interface EffectivePotentialOptions extends AlignmentPotentialFieldOptions {
  /** Temperature τ > 0, of the loss and of the smoothed density. */
  readonly temperature: number;
}

/** An effective potential at points; arrays are [n]. */
export interface EffectivePotential {
  /** NaN where the potential is not supported; −∞ where the other modality has no mass. Unit: nats. */
  readonly values: Float64Array;
  /** The sum of the two parts' standard errors: at least that of the value, for one set of pairs serves both. */
  readonly standardError: Float64Array;
  /** U/τ, in nats before the division: the potential itself. */
  readonly potential: PotentialField;
  /** log ρ̃ of the other modality. */
  readonly logDensity: LogDensityField;
  readonly unit: "nats";
  readonly method: string;
}

/**
 * Effective potential that one modality feels given the other: its own alignment and the repulsion from the other's density.
 *
 * Math:     V_{1|2}(z) = U_{1→2}(z)/τ + log ρ̃₂(z), modality 1 the rows of `x`, 2 those of `y`;  V_{2|1} with x and y exchanged.
 * Shapes:   points [n, d], x [N, d], y [N, d] → arrays [n].
 * Domain:   as alignmentPotentialField and logSmoothedDensity on the sphere.  `leaveOneOut`: points are x, and pair i is left out of both parts.
 * Limits:   τ → ∞ → −log|S^{d−1}|;  y uniform, x = y → −1/τ − log|S^{d−1}|.
 * Numerics: as its parts. The estimate of U holds for U averaged over the kernel.
 * Throws:   as its parts.
 * Source:   arXiv:2601.19597.
 */
export async function effectivePotential(
  points: Rows,
  x: Rows,
  y: Rows,
  options: EffectivePotentialOptions,
): Promise<EffectivePotential> {
  const { temperature, critic, form, engine } = options;
  requirePositive("effectivePotential", "temperature", temperature);
  const phases = createPhases(options, 2);
  const potential = await alignmentPotentialField(points, x, y, { ...options, ...phases("potential") });
  const logDensity = await logSmoothedDensity(points, y, {
    temperature,
    ...(critic && { critic }),
    ...(form && { form }),
    ...(engine && { engine }),
    matched: form === "leaveOneOut",
    ...phases("density"),
  });
  return {
    values: potential.values.map((u, i) => u / temperature + logDensity.values[i]!),
    standardError: potential.standardError.map((error, i) => error / temperature + logDensity.standardError![i]!),
    potential,
    logDensity,
    unit: "nats",
    method: `${potential.method} / temperature=${temperature} + ${logDensity.method}`,
  };
}
