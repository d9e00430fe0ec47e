// One modality tells more than the other. Each item has K attributes a ∈ {−1, 1}^K, fair and independent; x shows all of
// them, y the first k only:  x = Q(a, 0)/√K,  y = Q(a_1 … a_k, 0)/√k,  Q a random orthogonal matrix of R^d.

import type { Random, RowMatrix } from "@nce-geometry/tensor";
import { requireCount, requireOption } from "./option-checks.ts";
import { makeRows, randomOrthogonal } from "./rows.ts";

export interface InformationImbalanceOptions {
  readonly kind: "informationImbalance";
  /** Pairs n, at least 1. */
  readonly pairs: number;
  /** Dimension d of the embeddings, at least `attributes`. */
  readonly dim: number;
  /** Attributes K that x shows, at least 1. @defaultValue 16 */
  readonly attributes?: number;
  /** Attributes k that y shows, 1 ≤ k ≤ K. @defaultValue 8 */
  readonly shared?: number;
}

export interface InformationImbalanceTruth {
  readonly kind: "informationImbalance";
  /** K log 2, nats. */
  readonly entropyX: number;
  /** k log 2, nats. */
  readonly entropyY: number;
  /** k log 2, nats: all that y tells is about x. */
  readonly mutualInformation: number;
  /** √(k/K), the cosine of every pair. */
  readonly pairCosine: number;
  /** 0, the mean cosine of rows that do not match. */
  readonly unmatchedCosine: 0;
  /** (1 − (1 − 2^{−k})^n)/(n 2^{−k}), in both directions: the match ties with all items that share its k attributes. */
  readonly expectedRecall: number;
}

/**
 * Pairs of which y shows some of the attributes that x shows.
 *
 * Shapes:   → x, y [n, d] of unit rows; attributes [n, K] of ±1.
 * Limits:   shared = attributes → x = y, cosine 1;  n = 1 → recall 1;  n → ∞ → recall 2^k/n.
 * Numerics: rows of y with the same attributes are the same to the bit, so that their ties count as such.
 * Throws:   InputError E_OPTION.
 */
export function generateInformationImbalance(
  random: Random,
  options: InformationImbalanceOptions,
): {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
  readonly attributes: RowMatrix;
  readonly truth: InformationImbalanceTruth;
} {
  const where = "generateInformationImbalance";
  const { pairs, dim, attributes: total = 16, shared = 8 } = options;
  requireCount(where, "pairs", pairs, 1);
  requireCount(where, "attributes", total, 1);
  requireOption(where, "dim", Number.isSafeInteger(dim) && dim >= total, `an integer ≥ attributes = ${total}`, dim);
  const isShared = Number.isSafeInteger(shared) && shared >= 1 && shared <= total;
  requireOption(where, "shared", isShared, `an integer in [1, attributes = ${total}]`, shared);
  const bits = random.split("attributes").integers(pairs * total, { high: 2 });
  const attributes = makeRows(pairs, total, (row, i) => {
    for (let k = 0; k < total; k++) row[k] = 2 * bits[i * total + k]! - 1;
  });
  const frame = randomOrthogonal(random.split("frame"), dim);
  const show = (count: number): RowMatrix =>
    makeRows(pairs, dim, (row, i) => {
      for (let k = 0; k < count; k++) {
        const amount = attributes.data[i * total + k]! / Math.sqrt(count);
        for (let c = 0; c < dim; c++) row[c]! += amount * frame[k * dim + c]!;
      }
    });
  return { x: show(total), y: show(shared), attributes, truth: truthOf(pairs, total, shared) };
}

function truthOf(pairs: number, total: number, shared: number): InformationImbalanceTruth {
  const share = 2 ** -shared;
  return {
    kind: "informationImbalance",
    entropyX: total * Math.LN2,
    entropyY: shared * Math.LN2,
    mutualInformation: shared * Math.LN2,
    pairCosine: Math.sqrt(shared / total),
    unmatchedCosine: 0,
    // E 1/(1 + B), B binomial (n − 1, 2^{−k}).
    expectedRecall: -Math.expm1(pairs * Math.log1p(-share)) / (pairs * share),
  };
}
