// The cone effect: rows of one modality fill a narrow cone, and unrelated rows have a high cosine.

import type { Random, RowMatrix } from "@nce-geometry/tensor";
import { concentrationOfResultant } from "./concentration-of-resultant.ts";
import { requireCount, requireOption } from "./option-checks.ts";
import { generateVonMisesFisherMixture, type VonMisesFisherMixtureTruth } from "./von-mises-fisher-mixture.ts";

export interface ConeOptions {
  readonly kind: "cone";
  /** Rows n, at least 1. */
  readonly rows: number;
  /** Dimension d of the embeddings, 2 to 4096. */
  readonly dim: number;
  /** E⟨x, x'⟩ of two rows, in [0, 0.999999]. @defaultValue 0.5 */
  readonly meanCosine?: number;
}

export interface ConeTruth extends Omit<VonMisesFisherMixtureTruth, "kind"> {
  readonly kind: "cone";
  /** κ with A(κ)² = meanCosine. */
  readonly concentration: number;
  /** ‖E x‖ = √meanCosine. */
  readonly centroidNorm: number;
}

/**
 * Rows of a von Mises–Fisher law whose mean cosine is given.
 *
 * Shapes:   → x [n, d] of unit rows.
 * Limits:   meanCosine = 0 → uniform.
 * Throws:   InputError E_OPTION.
 */
export function generateCone(
  random: Random,
  options: ConeOptions,
): { readonly x: RowMatrix; readonly truth: ConeTruth } {
  const where = "generateCone";
  const { rows, dim, meanCosine = 0.5 } = options;
  const holds = meanCosine >= 0 && meanCosine <= 0.999999;
  requireOption(where, "meanCosine", holds, "a number in [0, 0.999999]", meanCosine);
  requireCount(where, "rows", rows, 1);
  requireOption(where, "dim", Number.isInteger(dim) && dim >= 2 && dim <= 4096, "an integer in [2, 4096]", dim);
  const concentration = concentrationOfResultant(dim, Math.sqrt(meanCosine));
  const { x, truth } = generateVonMisesFisherMixture(random, {
    kind: "vonMisesFisherMixture",
    rows,
    dim,
    concentrations: [concentration],
  });
  return { x, truth: { ...truth, kind: "cone", concentration, centroidNorm: Math.sqrt(meanCosine) } };
}
