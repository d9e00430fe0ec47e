import { logKernelVolume } from "@nce-geometry/manifold";
import type { Critic, Rows } from "@nce-geometry/tensor";
import { refuseOption, requireKernel, requireOneOf } from "../checks.ts";
import { assertSphereDimension, assertUnitSample } from "../rows/unit-rows.ts";
import type { FieldOptions } from "./field-options.ts";
import { evaluateLogField, type LogField } from "./log-partition-field.ts";

/** Where a density lives: the unit `sphere`, or all of R^d (`euclidean`, rbf critic alone). */
export type KernelSpace = "sphere" | "euclidean";

export interface SmoothedDensityOptions extends FieldOptions {
  /** What the density is a density on. @defaultValue "sphere" */
  readonly space?: KernelSpace;
}

/** A {@link LogField} that is the logarithm of a density. */
export interface LogDensityField extends LogField {
  /** log V_κ(τ), which was subtracted from the log partition field. */
  readonly logKernelVolume: number;
}

/**
 * Logarithm of the smoothed density of a population: its kernel density estimate with the kernel of the loss.
 *
 * Math:     log ρ̃(z) = log Γ̂(z) − log V_κ(τ).  On the sphere with the cosine critic the kernel is the von Mises–Fisher density of
 *           concentration 1/τ; with the rbf critic, the one of 2·scale/τ;  in R^d the Gaussian of variance τ/(2·scale).
 * Shapes:   points [n, d], population [N, d] → arrays [n]. Unit: nats.
 * Domain:   as {@link logPartitionField};  sphere: d ≥ 2, unit rows;  euclidean: the rbf critic.
 * Limits:   one place → the log density of the kernel;  τ → ∞ → −log|S^{d−1}|;  ∫ρ̃ dμ = 1;  a mixture of vMF laws smooths to
 *           Σ_k π_k C(1/τ)C(κ_k)/C(‖z/τ + κ_kμ_k‖).
 * Numerics: as {@link logPartitionField} and logKernelVolume.
 * Throws:   InputError E_SHAPE, E_OPTION, E_ZERO_ROW, E_NOT_FINITE naming the first row off the sphere.
 * Source:   arXiv:2601.19597.
 */
export async function logSmoothedDensity(
  points: Rows,
  population: Rows,
  options: SmoothedDensityOptions,
): Promise<LogDensityField> {
  const where = "logSmoothedDensity";
  const volume = logVolumeOfKernel(where, points, options);
  await requireSpace(where, { points, population }, options);
  const field = await evaluateLogField(where, points, population, options);
  return { ...field, values: field.values.map((value) => value - volume), logKernelVolume: volume };
}

/** log V_κ(τ) on the space of the options. */
export function logVolumeOfKernel(
  where: string,
  points: Pick<Rows, "rows" | "dim">,
  options: { readonly temperature: number; readonly critic?: Critic; readonly space?: KernelSpace },
): number {
  const { temperature, critic = { kind: "cosine" }, space = "sphere" } = options;
  requireKernel(where, { temperature, critic });
  requireOneOf(where, "space", space, ["sphere", "euclidean"]);
  if (space === "sphere") {
    assertSphereDimension(where, points, "points");
    return logKernelVolume(points.dim, { critic, temperature });
  }
  if (critic.kind !== "rbf") {
    const hint = "The kernel of an inner product has no finite volume there.";
    refuseOption(where, "critic.kind", '"rbf" in euclidean space', `"${critic.kind}"`, hint);
  }
  return (points.dim / 2) * Math.log((Math.PI * temperature) / critic.scale);
}

/** Refuses rows that are not on the sphere where they should be. */
export async function requireSpace(
  where: string,
  rows: Readonly<Record<string, Rows>>,
  options: SmoothedDensityOptions,
): Promise<void> {
  if (options.space === "euclidean") return;
  const { signal } = options;
  for (const [name, x] of Object.entries(rows)) await assertUnitSample(where, name, x, { signal }, 1);
}
