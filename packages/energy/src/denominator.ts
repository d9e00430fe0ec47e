// Which population stands in the denominator: one option, the same for densities on grids, samples and particles.

import type { DenominatorKind } from "@nce-geometry/tensor";
import { refuseOption, requireNonNegative, requireOneOf } from "./checks.ts";

/** The options with their defaults. */
export interface DenominatorChoice {
  readonly denominator: DenominatorKind;
  readonly ownWeight: number;
}

/** Checks the choice; a reference must be given with `reference` and with no other. */
export function requireDenominator(
  where: string,
  options: Partial<DenominatorChoice> & { readonly reference?: unknown },
): DenominatorChoice {
  const { denominator = "cross", ownWeight = 0, reference } = options;
  requireOneOf(where, "denominator", denominator, ["cross", "own", "pooled", "reference"]);
  requireNonNegative(where, "ownWeight", ownWeight);
  if ((reference !== undefined) !== (denominator === "reference")) {
    const expected = 'given with `denominator: "reference"` and with no other';
    const received = `${reference === undefined ? "none" : "one"} with \`denominator: "${denominator}"\``;
    refuseOption(where, "reference", expected, received);
  }
  return { denominator, ownWeight };
}

/** The functional that a denominator induces, in words of its terms. */
export function functionalOf({ denominator, ownWeight }: DenominatorChoice): string {
  if (denominator === "own" || ownWeight === 1) return "½ΣF";
  const weight = Number((1 - ownWeight).toPrecision(12));
  const size = Math.abs(weight) === 1 ? "" : `${Math.abs(weight)}·`;
  const gap = { cross: "D_S", pooled: "JS", reference: "½ΣD_KL(ρ‖ρ₀)" }[denominator];
  return `½ΣF ${weight > 0 ? "−" : "+"} ${size}${gap}`;
}
