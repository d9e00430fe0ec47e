import { requirePositive } from "../checks.ts";
import { lawOf } from "../gibbs/gibbs-law.ts";
import type { Pair } from "./denominators.ts";
import { uncheckedJeffreys } from "./entropy.ts";
import { type GridFunction, potentialOn } from "./grid-function.ts";
import type { GridMeasure } from "./grid-measure.ts";

export interface CompatibilityGap {
  /** D_S of the two Gibbs laws, in nats. */
  readonly value: number;
  /** 2 D_S. */
  readonly jeffreys: number;
  /** max − min of U_{1→2} − U_{2→1} over the points, in the unit of U: 0 where the potentials are compatible. */
  readonly spread: number;
}

/**
 * How far apart the equilibria of the two modalities are, each taken by itself.
 *
 * Math:     D_S(ρ*₁, ρ*₂), ρ*_i the Gibbs laws of U_{1→2} and U_{2→1};  2 D_S = (⟨U_{2→1} − U_{1→2}⟩₁ − ⟨U_{2→1} − U_{1→2}⟩₂)/τ
 * Shapes:   measure [n], potentials [n], [n] → a record.
 * Domain:   τ > 0; potentials that are finite at the points.
 * Limits:   0 exactly where U_{1→2} − U_{2→1} is 0, and up to rounding where it is constant, only there;  U_i = −⟨μ_i, z⟩ → (1/τ)A(1/τ)(1 − ⟨μ₁, μ₂⟩);  swapped → the same.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE, E_DOMAIN, E_UNSUPPORTED.
 * Source:   arXiv:2601.19597.
 */
export function compatibilityGap(
  measure: GridMeasure,
  potentials: Pair<GridFunction>,
  { temperature }: { readonly temperature: number },
): CompatibilityGap {
  const where = "compatibilityGap";
  requirePositive(where, "temperature", temperature);
  const [first, second] = [0, 1].map((i) =>
    potentialOn(measure, potentials[i]!, { where, argument: `potentials[${i}]` }),
  ) as [Float64Array, Float64Array];
  const laws = [first, second].map((potential) => lawOf(where, measure, potential, temperature).logDensity);
  const gap = uncheckedJeffreys(measure, laws[0]!, laws[1]!);
  const difference = first.map((u, i) => u - second[i]!);
  const largest = difference.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const least = difference.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return { value: gap / 2, jeffreys: gap, spread: largest - least };
}
