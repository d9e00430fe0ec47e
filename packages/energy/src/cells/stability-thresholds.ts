import { InputError } from "@nce-geometry/tensor";

/** The weights of `own` from which on F^Sym + λ·D_S is convex to second order at a pair of densities. */
export interface StabilityThresholds {
  /** In the first density alone: max ρ₂/(ρ₁ + ρ₂). */
  readonly first: number;
  /** In the second density alone: max ρ₁/(ρ₁ + ρ₂). */
  readonly second: number;
  /** In both together: max 1 − ρ₁ρ₂/(ρ₁ + ρ₂)². */
  readonly joint: number;
}

/**
 * The λ from which on the second variation of F^Sym + λ·D_S is not negative at a pair of densities.
 *
 * Math:     the integrand couples ρ₁ and ρ₂ at one point only, so the second variation is that of each point. In ρ₁ alone it is
 *           (1/2ρ₁)(λ(1 + r) − r), r = ρ₂/ρ₁; the determinant of both has the sign of λ − (1 − r/(1 + r)²).
 * Shapes:   first log ρ₁ [n], second log ρ₂ [n].
 * Domain:   both finite everywhere.
 * Limits:   ρ₁ = ρ₂ → ½, ½, ¾;  disjoint → 1, 1, 1, which is enough for every pair: λ ≥ 1 is convex everywhere.
 * Numerics: necessary and sufficient in the continuum; on few cells, where directions of total mass 0 cannot single out a point, sufficient.
 * Throws:   InputError E_SHAPE, E_DOMAIN.
 * Source:   derived from the second variation; the values at ρ₁ = ρ₂ are those of arXiv:2601.19597's functional.
 */
export function stabilityThresholds(first: Float64Array, second: Float64Array): StabilityThresholds {
  requireSameFinite(first, second);
  let [x, y, joint] = [0, 0, 0];
  for (let i = 0; i < first.length; i++) {
    const share = 1 / (1 + Math.exp(first[i]! - second[i]!));
    const rest = 1 / (1 + Math.exp(second[i]! - first[i]!));
    x = Math.max(x, share);
    y = Math.max(y, rest);
    joint = Math.max(joint, 1 - share * rest);
  }
  return { first: x, second: y, joint };
}

function requireSameFinite(first: Float64Array, second: Float64Array): void {
  const where = "stabilityThresholds";
  if (second.length !== first.length || first.length === 0) {
    const expected = first.length === 0 ? "of at least 1 cell" : `of length ${first.length}, like \`first\``;
    const argument = first.length === 0 ? "first" : "second";
    const received = `length ${first.length === 0 ? 0 : second.length}`;
    throw new InputError({ code: "E_SHAPE", where, argument, expected, received });
  }
  for (const [argument, values] of Object.entries({ first, second })) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at === -1) continue;
    const received = `${values[at]} at point ${at}`;
    throw new InputError({ code: "E_DOMAIN", where, argument, expected: "finite at every point", received });
  }
}
