// The law of a partner given its row.

import { vonMisesFisher } from "@nce-geometry/manifold";
import { InputError, logSumExpOfArray, type RowMatrix } from "@nce-geometry/tensor";
import { norm, rowOf } from "./rows.ts";

/** The law of y given x. */
export type Conditional =
  /** vMF(x, concentration) on the sphere. */
  | { readonly kind: "vonMisesFisher" /** κ ≥ 0. */; readonly concentration: number }
  /** exp_x(v), v normal in the tangent space at x. */
  | {
      readonly kind: "tangent" /** Deviation of each of the d − 1 coordinates, ≥ 0, radians. */;
      readonly scale: number;
    }
  /** x + N(0, deviation² I) in R^d. */
  | { readonly kind: "gaussian" /** ≥ 0. */; readonly deviation: number };

/**
 * Log-density of each row of y given the row of x with its index.
 *
 * Math:     tangent: Σ_ℓ (2πσ²)^{−m/2} e^{−ℓ²/2σ²} (ℓ/sin θ)^{m−1}, m = d − 1, over the lengths ℓ = θ, 2π − θ, 2π + θ, … of the
 *           geodesics from x to y.
 * Shapes:   x, y [n, d] → [n]. Unit: nats, with respect to the surface measure or Lebesgue measure.
 * Domain:   unit rows for the laws on the sphere; they are not normalised for you.
 * Limits:   κ = 0 → −log |S^{d−1}|;  d = 2, tangent → the wrapped normal law;  no noise → +∞ where y = x, else −∞.
 * Numerics: in log space, by chords; tangent noise stops at lengths of 9σ + 2π.
 * Throws:   InputError E_SHAPE, E_OPTION.
 */
export function logConditionalDensity(conditional: Conditional, x: RowMatrix, y: RowMatrix): Float64Array {
  if (x.rows !== y.rows || x.dim !== y.dim) {
    const [expected, received] = [`of shape [${x.rows}, ${x.dim}] as \`x\``, `[${y.rows}, ${y.dim}]`];
    throw new InputError({ code: "E_SHAPE", where: "logConditionalDensity", argument: "y", expected, received });
  }
  const ofChord = chordDensity(conditional, x.dim);
  return new Float64Array(x.rows).map((_, i) => {
    const [a, b] = [rowOf(x, i), rowOf(y, i)];
    return ofChord(norm(a.map((value, k) => value - b[k]!)));
  });
}

/** The log-density as a function of ‖x − y‖. */
function chordDensity(conditional: Conditional, dim: number): (chord: number) => number {
  switch (conditional.kind) {
    case "vonMisesFisher": {
      const { concentration } = conditional;
      const meanDirection = new Float64Array(dim).with(0, 1);
      const peak = vonMisesFisher({ meanDirection, concentration }).rows.logDensity({
        rows: 1,
        dim,
        data: meanDirection,
      })[0]!;
      return (chord) => peak - (concentration / 2) * chord ** 2;
    }
    case "tangent":
      return (chord) => logFoldedNormal(2 * Math.asin(Math.min(1, chord / 2)), dim - 1, conditional.scale);
    case "gaussian":
      return (chord) => logNormal(chord, dim, conditional.deviation);
    default: {
      const received = JSON.stringify((conditional as { readonly kind?: unknown })?.kind) ?? "undefined";
      const expected = '"vonMisesFisher", "tangent" or "gaussian"';
      const [where, argument] = ["logConditionalDensity", "conditional.kind"];
      throw new InputError({ code: "E_OPTION", where, argument, expected, received });
    }
  }
}

/** Density at an angle of exp_x(v), v normal in m dimensions. */
function logFoldedNormal(angle: number, m: number, sigma: number): number {
  const terms: number[] = [];
  for (let turn = 0; turn === 0 || turn <= 9 * sigma + 2 * Math.PI; turn += 2 * Math.PI) {
    for (const length of [turn + angle, turn + 2 * Math.PI - angle]) {
      const stretch = length === 0 && angle === 0 ? 1 : length / Math.sin(angle);
      terms.push(logNormal(length, m, sigma) + (m === 1 ? 0 : (m - 1) * Math.log(stretch)));
    }
  }
  return logSumExpOfArray(terms);
}

/** Isotropic normal density of n dimensions at a distance from its mean. */
function logNormal(distance: number, n: number, sigma: number): number {
  if (sigma === 0) return distance === 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return -(n / 2) * Math.log(2 * Math.PI * sigma ** 2) - 0.5 * (distance / sigma) ** 2;
}
