// Two clouds and the options of their energy, checked.

import { type DenominatorKind, InputError, type RowMatrix } from "@nce-geometry/tensor";
import { refuseOption, requireNonNegative } from "../fields/checks.ts";
import { type PreparedKernel, prepareKernel, requireParticles, requireTemperature } from "./particle-options.ts";
import type { CloudPotentials, SymmetricParticleEnergyOptions } from "./symmetric-particle-energy.ts";

export type Clouds = readonly [RowMatrix, RowMatrix];

/** Options checked against clouds, and the kernel tabulated. */
export interface SymmetricProblem {
  readonly where: string;
  readonly temperature: number;
  readonly potentials: CloudPotentials;
  readonly denominator: DenominatorKind;
  readonly ownWeight: number;
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
  const kernel = prepareKernel(where, options, clouds[0].dim);
  const looksAtItself = denominator === "own" || denominator === "pooled" || ownWeight > 0;
  const least = kernel.form === "leaveOneOut" && looksAtItself ? 2 : 1;
  requireParticles(where, "x", clouds[0], least);
  requireParticles(where, "y", clouds[1], least);
  requireLike(where, "y", clouds[1], `[${potentials.kind === "pairs" ? clouds[0].rows : "m"}, ${clouds[0].dim}]`);
  if (denominator === "reference") {
    requireParticles(where, "reference", reference!);
    requireLike(where, "reference", reference!, `[m, ${clouds[0].dim}]`);
  }
  return { where, temperature, potentials, denominator, ownWeight, reference, kernel };
}

/** Checks what can be checked without particles. */
export function requireSymmetricOptions(
  where: string,
  options: SymmetricParticleEnergyOptions,
): { readonly denominator: DenominatorKind; readonly ownWeight: number } {
  const { temperature, potentials, denominator = "cross", ownWeight = 0, reference } = options;
  requireTemperature(where, temperature);
  requireNonNegative(where, "ownWeight", ownWeight);
  if (!KINDS.includes(denominator)) {
    refuseOption(where, "denominator", `one of ${KINDS.join(", ")}`, String(denominator));
  }
  if (potentials.kind !== "pairs" && potentials.kind !== "fields") {
    const { kind } = potentials as { readonly kind: unknown };
    refuseOption(where, "potentials.kind", '"pairs" or "fields"', String(kind));
  }
  if ((denominator === "reference") !== (reference !== undefined)) {
    const expected = denominator === "reference" ? 'given with `denominator: "reference"`' : "absent";
    refuseOption(where, "reference", expected, reference === undefined ? "nothing" : `particles with "${denominator}"`);
  }
  return { denominator, ownWeight };
}

const KINDS: readonly DenominatorKind[] = ["cross", "own", "pooled", "reference"];

function requireLike(where: string, argument: string, z: RowMatrix, shape: string): void {
  if (shape === `[${z.rows}, ${z.dim}]` || shape === `[m, ${z.dim}]`) return;
  const received = `[${z.rows}, ${z.dim}]`;
  throw new InputError({ code: "E_SHAPE", where, argument, expected: `of shape ${shape}`, received });
}
