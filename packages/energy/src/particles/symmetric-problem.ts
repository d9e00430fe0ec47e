// Two clouds and the options of their energy, checked.

import { InputError, type RowMatrix } from "@nce-geometry/tensor";
import { requireOneOf, requirePositive } from "../checks.ts";
import { type DenominatorChoice, requireDenominator } from "../denominator.ts";
import { type PreparedKernel, prepareKernel, requireParticles } from "./particle-options.ts";
import type { CloudPotentials, SymmetricParticleEnergyOptions } from "./symmetric-particle-energy.ts";

export type Clouds = readonly [RowMatrix, RowMatrix];

/** Options checked against clouds, and the kernel tabulated. */
export interface SymmetricProblem extends DenominatorChoice {
  readonly where: string;
  readonly temperature: number;
  readonly potentials: CloudPotentials;
  readonly reference: RowMatrix | undefined;
  readonly kernel: PreparedKernel;
}

/** Checks clouds and options. */
export function prepareSymmetricEnergy(
  where: string,
  clouds: Clouds,
  options: SymmetricParticleEnergyOptions,
): SymmetricProblem {
  const { denominator, ownWeight } = requireSymmetricOptions(where, options);
  const { temperature, potentials, reference } = options;
  const looksAtItself = denominator === "own" || denominator === "pooled" || ownWeight > 0;
  const least = options.form === "leaveOneOut" && looksAtItself ? 2 : 1;
  requireParticles(where, "x", clouds[0], least);
  const kernel = prepareKernel(where, options, clouds[0].dim);
  requireParticles(where, "y", clouds[1], least);
  requireLike(where, "y", clouds[1], `[${potentials.kind === "pairs" ? clouds[0].rows : "m"}, ${clouds[0].dim}]`);
  if (denominator === "reference") {
    requireParticles(where, "reference", reference!);
    requireLike(where, "reference", reference!, `[m, ${clouds[0].dim}]`);
  }
  return { where, temperature, potentials, denominator, ownWeight, reference, kernel };
}

/** Checks what can be checked without particles. */
export function requireSymmetricOptions(where: string, options: SymmetricParticleEnergyOptions): DenominatorChoice {
  requirePositive(where, "temperature", options.temperature);
  requireOneOf(where, "potentials.kind", options.potentials.kind, ["pairs", "fields"]);
  return requireDenominator(where, options);
}

function requireLike(where: string, argument: string, z: RowMatrix, shape: string): void {
  if (shape === `[${z.rows}, ${z.dim}]` || shape === `[m, ${z.dim}]`) return;
  const received = `[${z.rows}, ${z.dim}]`;
  throw new InputError({ code: "E_SHAPE", where, argument, expected: `of shape ${shape}`, received });
}
