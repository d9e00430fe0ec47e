// The Hilbert–Schmidt independence criterion of two kernel tables, with its values without each item. Notation: K, L the tables; k, l their
// row sums; T = Σ_ij K_ij L_ij, S = Σ k_i l_i. For the debiased form the diagonals are 0.

import { type PairTable, placeOf } from "./pair-table.ts";

/** `debiased`: an unbiased U-statistic; `biased`: tr(KHLH), of all pairs. */
export type CriterionForm = "debiased" | "biased";

export interface Criterion {
  readonly value: number;
  /** Without item r. */
  readonly without: Float64Array;
}

/**
 * HSIC and its values without each item.
 *
 * Math:     debiased (T + Σk·Σl/((n−1)(n−2)) − 2S/(n−2))/(n(n−3));  biased (T − 2S/n + Σk·Σl/n²)/n².
 * Domain:   debiased n ≥ 5, so that n − 1 items still have a value; biased n ≥ 3.
 * Numerics: the values without an item come from the same sums, in O(n²) for all of them together.
 * Source:   L. Song et al., JMLR 13 (2012).
 */
export function independenceCriterion(first: PairTable, second: PairTable, form: CriterionForm): Criterion {
  const n = first.rows;
  const [dK, dL] = [diagonalOf(first, form), diagonalOf(second, form)];
  const [k, l] = [rowSums(first, dK), rowSums(second, dL)];
  // Σ_i K_ri L_ri, Σ_i K_ri l_i and Σ_i L_ri k_i of each r.
  const shared = dK.map((value, i) => value * dL[i]!);
  const kl = dK.map((value, i) => value * l[i]!);
  const lk = dL.map((value, i) => value * k[i]!);
  let at = 0;
  for (let i = 1; i < n; i++) {
    for (let j = 0; j < i; j++, at++) {
      const [a, b] = [first.values[at]!, second.values[at]!];
      shared[i]! += a * b;
      shared[j]! += a * b;
      kl[i]! += a * l[j]!;
      kl[j]! += a * l[i]!;
      lk[i]! += b * k[j]!;
      lk[j]! += b * k[i]!;
    }
  }
  const [T, S] = [sum(shared), sum(k.map((value, i) => value * l[i]!))];
  const [sumK, sumL] = [sum(k), sum(l)];
  const without = shared.map((own, r) => {
    const corner = dK[r]! * dL[r]!;
    const leftS = S - k[r]! * l[r]! - (kl[r]! - dK[r]! * l[r]!) - (lk[r]! - dL[r]! * k[r]!) + (own - corner);
    return combine(form, n - 1, {
      T: T - 2 * own + corner,
      S: leftS,
      sumK: sumK - 2 * k[r]! + dK[r]!,
      sumL: sumL - 2 * l[r]! + dL[r]!,
    });
  });
  return { value: combine(form, n, { T, S, sumK, sumL }), without };
}

/** The same value with the items of the second table permuted. */
export function permutedCriterion(
  first: PairTable,
  second: PairTable,
  form: CriterionForm,
): (order: Int32Array) => number {
  const n = first.rows;
  const [dK, dL] = [diagonalOf(first, form), diagonalOf(second, form)];
  const [k, l] = [rowSums(first, dK), rowSums(second, dL)];
  const [sumK, sumL] = [sum(k), sum(l)];
  return (order) => {
    let [T, S, at] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const moved = order[i]!;
      for (let j = 0; j < i; j++) T += 2 * first.values[at++]! * second.values[placeOf(moved, order[j]!)]!;
      T += dK[i]! * dL[moved]!;
      S += k[i]! * l[moved]!;
    }
    return combine(form, n, { T, S, sumK, sumL });
  };
}

interface Sums {
  readonly T: number;
  readonly S: number;
  readonly sumK: number;
  readonly sumL: number;
}

function combine(form: CriterionForm, n: number, { T, S, sumK, sumL }: Sums): number {
  if (form === "biased") return (T - (2 * S) / n + (sumK * sumL) / (n * n)) / (n * n);
  return (T + (sumK * sumL) / ((n - 1) * (n - 2)) - (2 * S) / (n - 2)) / (n * (n - 3));
}

function diagonalOf({ rows, diagonal }: PairTable, form: CriterionForm): Float64Array {
  return form === "biased" ? diagonal : new Float64Array(rows);
}

function rowSums({ rows, values }: PairTable, diagonal: Float64Array): Float64Array {
  const sums = Float64Array.from(diagonal);
  let at = 0;
  for (let i = 1; i < rows; i++) {
    for (let j = 0; j < i; j++) {
      sums[i]! += values[at]!;
      sums[j]! += values[at++]!;
    }
  }
  return sums;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
