import {
  fromData,
  InputError,
  matMul,
  mul,
  neg,
  type RowMatrix,
  reshape,
  softmax,
  type Tensor,
} from "@nce-geometry/tensor";
import { requirePositive } from "../checks.ts";
import { requireParticles } from "./particle-options.ts";
import type { Potential } from "./potential.ts";

export interface PairPotentialOptions {
  /** Width h > 0 of the von Mises–Fisher kernel, in radians: its concentration is 1/h². */
  readonly kernelWidth: number;
}

/**
 * The alignment potential of given pairs as a smooth field in which particles can move, by kernel regression.
 *
 * Math:     U(z) = −Σ_i K_i ⟨x_i, y_i⟩/Σ_i K_i,  K_i = e^{(⟨z, x_i⟩ − 1)/h²}; for U_{2→1} exchange x and y
 * Shapes:   x, y [n, d] → potential [m, d] → [m].
 * Domain:   unit rows within 1e-6, h > 0. Far from all x it is that of the nearest ones: `alignmentPotentialField` tells where pairs support it.
 * Limits:   all cosines equal → minus that cosine;  one pair → the same;  h → ∞ → minus the mean cosine.
 * Numerics: a softmax over the pairs, O(mn) memory; the values of alignmentPotentialField.
 * Throws:   InputError E_SHAPE, E_OPTION, E_DOMAIN.
 * Source:   arXiv:2601.19597 for U; Nadaraya–Watson regression: classical.
 */
export function pairPotential(x: RowMatrix, y: RowMatrix, { kernelWidth }: PairPotentialOptions): Potential {
  const where = "pairPotential";
  requirePositive(where, "kernelWidth", kernelWidth);
  requireParticles(where, "x", x);
  requireParticles(where, "y", y);
  if (y.rows !== x.rows || y.dim !== x.dim) {
    const [expected, received] = [`of shape [${x.rows}, ${x.dim}], as \`x\` is`, `[${y.rows}, ${y.dim}]`];
    throw new InputError({ code: "E_SHAPE", where, argument: "y", expected, received });
  }
  const places = Float64Array.from(x.data);
  const cosines = new Float64Array(x.rows);
  for (let k = 0; k < places.length; k++) cosines[Math.floor(k / x.dim)]! += places[k]! * y.data[k]!;
  return (z: Tensor): Tensor => {
    const { backend } = z;
    return backend.scope(() => {
      const anchors = fromData(backend, places, [x.rows, x.dim]);
      const weights = softmax(mul(matMul(z, anchors, { transposeB: true }), 1 / kernelWidth ** 2), { axis: 1 });
      const mean = matMul(weights, fromData(backend, cosines, [x.rows, 1]));
      return neg(reshape(mean, [z.shape[0]!]));
    });
  };
}
