// Items with several captions each, such as images with five sentences: y has k rows for each row of x, in a shuffled order
// that the map undoes.

import { meanResultantLength } from "@nce-geometry/manifold";
import type { Random, RowMatrix } from "@nce-geometry/tensor";
import { requireCount, requireOption, requireWithin } from "./option-checks.ts";
import { recallAmongUniform, recallOfAnyCopy, vonMisesFisherAngles } from "./pair-angles.ts";
import { makeRows, rowOf, uniformRows } from "./rows.ts";
import { sampleAround } from "./sample-around.ts";

export interface CaptionsOptions {
  readonly kind: "captions";
  /** Items n, at least 1. */
  readonly pairs: number;
  /** Dimension d of the embeddings, 2 to 4096. */
  readonly dim: number;
  /** Captions k per item, at least 1. @defaultValue 5 */
  readonly captions?: number;
  /** Concentration κ of a caption about its item, 0 to 1e9. @defaultValue 50 */
  readonly concentration?: number;
}

export interface CaptionsTruth {
  readonly kind: "captions";
  readonly captionsPerItem: number;
  /** E⟨item, caption⟩ = A(κ). */
  readonly pairCosine: number;
  /** E⟨caption, caption'⟩ of one item = A(κ)². */
  readonly siblingCosine: number;
  /** Expected recall at 1 by cosine: any of the item's captions comes first; the caption's item comes first. */
  readonly recall: { readonly itemToCaption: number; readonly captionToItem: number };
  /** The same in a random order: k/(nk) = 1/n, and 1/n. */
  readonly chance: { readonly itemToCaption: number; readonly captionToItem: number };
}

/**
 * Uniform items with k captions each about them.
 *
 * Shapes:   → x [n, d], y [nk, d] of unit rows; itemOfCaption [nk]: caption j belongs to x row itemOfCaption[j].
 * Limits:   captions = 1, order undone → positive pairs;  κ = 0 → recall 1/n both ways;  κ → ∞ → 1.
 * Numerics: recalls by quadrature, itemToCaption to about 1e-5.
 * Throws:   InputError E_OPTION.
 */
export function generateCaptions(
  random: Random,
  options: CaptionsOptions,
): {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
  readonly itemOfCaption: Int32Array;
  readonly truth: CaptionsTruth;
} {
  const where = "generateCaptions";
  const { pairs, dim, captions = 5, concentration = 50 } = options;
  requireCount(where, "pairs", pairs, 1);
  requireOption(where, "dim", Number.isInteger(dim) && dim >= 2 && dim <= 4096, "an integer in [2, 4096]", dim);
  requireCount(where, "captions", captions, 1);
  requireWithin(where, "concentration", concentration, 0, 1e9);
  const x = uniformRows(random.split("items"), pairs, dim);
  const total = pairs * captions;
  const itemOfCaption = random
    .split("order")
    .permutation(total)
    .map((slot) => Math.floor(slot / captions));
  const centres = makeRows(total, dim, (row, j) => row.set(rowOf(x, itemOfCaption[j]!)));
  const y = sampleAround(random.split("captions"), centres, concentration);
  const angles = vonMisesFisherAngles(dim, concentration);
  const resultant = meanResultantLength(dim, concentration);
  const truth: CaptionsTruth = {
    kind: "captions",
    captionsPerItem: captions,
    pairCosine: resultant,
    siblingCosine: resultant ** 2,
    recall: {
      itemToCaption: recallOfAnyCopy(angles, pairs, captions),
      captionToItem: recallAmongUniform(angles, pairs, 1),
    },
    chance: { itemToCaption: 1 / pairs, captionToItem: 1 / pairs },
  };
  return { x, y, itemOfCaption, truth };
}
