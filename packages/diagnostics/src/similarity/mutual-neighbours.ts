import { createUncertainty, type EngineOptions, type Estimate, type UncertaintyOptions } from "@nce-geometry/energy";
import { referenceEngine } from "@nce-geometry/pairwise";
import type { RowMatrix, Rows, RunControl } from "@nce-geometry/tensor";
import { requireInteger, shapeError } from "../law-tests/option-checks.ts";
import { directions, matchedModels } from "./matched-models.ts";
import { type PermutationNull, type PermutationOptions, permutationNull } from "./permutation.ts";

export interface MutualNeighboursOptions extends PermutationOptions, EngineOptions, UncertaintyOptions, RunControl {
  /** Neighbours of each item, an integer from 1 to n − 1. @defaultValue 10 */
  readonly k?: number;
}

export interface MutualNeighbours {
  readonly k: number;
  /** Mean share of the k neighbours in one model that are neighbours in the other. */
  readonly overlap: Estimate;
  /** k/(n − 1): what independent models give. */
  readonly chance: number;
  /** Null without permutations. */
  readonly permuted: PermutationNull | null;
}

/**
 * Mutual nearest neighbours: how far two models agree about which items are alike.
 *
 * Math:     mean_i |kNN_a(i) ∩ kNN_b(i)|/k, neighbours by cosine, the item itself left out.
 * Shapes:   a [n, d], b [n, e] → record.
 * Domain:   finite non-zero rows, n ≥ 3, 1 ≤ k ≤ n − 1.
 * Limits:   b = c·a·Q, c > 0 → 1;  independent models → k/(n − 1);  k = n − 1 → 1.
 * Numerics: equal cosines go to the lower row number in both models, so that tied rows look alike. The interval takes the items
 *           as queries of fixed galleries. Cost: two sweeps and O(Bnk).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 * Source:   M. Huh, B. Cheung, T. Wang, P. Isola, The platonic representation hypothesis, ICML 2024.
 */
export async function mutualNeighbours(
  a: Rows,
  b: Rows,
  options: MutualNeighboursOptions = {},
): Promise<MutualNeighbours> {
  const where = "mutualNeighbours";
  const { k = 10, engine = referenceEngine(), signal } = options;
  requireInteger(where, "k", k, 1);
  const models = directions(where, await matchedModels(where, a, b, { signal, least: 3 }));
  const n = a.rows;
  if (k > n - 1) throw shapeError(where, "a", `of more than k = ${k} rows`, a);
  const lists = async (x: RowMatrix) =>
    (await engine.reduce(x, x, [{ kind: "topK", k, diagonal: "exclude" }], { signal }))[0].indices;
  const [ofA, ofB] = [await lists(models.a), await lists(models.b)];
  const shares = overlaps(ofA, ofB, n, k);
  const overlap = createUncertainty(where, n, options).share(shares);
  const permuted = await permutationNull(where, n, overlap.value, options, (order) => {
    return meanOf(overlaps(relabel(ofA, order, k), ofB, n, k));
  });
  return { k, overlap, chance: k / (n - 1), permuted };
}

function overlaps(ofA: Int32Array, ofB: Int32Array, n: number, k: number): Float64Array {
  const seen = new Int32Array(n).fill(-1);
  return Float64Array.from({ length: n }, (_, i) => {
    for (let at = i * k; at < (i + 1) * k; at++) seen[ofA[at]!] = i;
    let shared = 0;
    for (let at = i * k; at < (i + 1) * k; at++) if (seen[ofB[at]!] === i) shared++;
    return shared / k;
  });
}

/** The lists of items that are called anew. */
function relabel(lists: Int32Array, order: Int32Array, k: number): Int32Array {
  const moved = new Int32Array(lists.length);
  for (let i = 0; i < order.length; i++) {
    for (let place = 0; place < k; place++) moved[order[i]! * k + place] = order[lists[i * k + place]!]!;
  }
  return moved;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
