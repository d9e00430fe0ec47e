// Entropies and divergences of densities on a grid, in nats. p, q, r: densities, given by their logarithms; w: weights of the grid.
// A point without mass adds nothing, whatever the other density is there: 0·log 0 = 0.

import { sumOfArray } from "@nce-geometry/tensor";
import { assertProbability, type GridMeasure, massesOf } from "./grid-measure.ts";

/**
 * Differential entropy of a density with respect to the volume of the grid.
 *
 * Math:     H(p) = −∫ p log p dμ = −Σ_i w_i p_i log p_i
 * Shapes:   measure [n], logDensity [n] → number. Unit: nats.
 * Domain:   a probability density, see {@link assertProbability}.
 * Limits:   uniform → log |Z|, the largest;  all mass on cell i → log w_i;  von Mises–Fisher → its closed form, as fast as the quadrature converges.
 * Numerics: compensated sum.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_DOMAIN.
 * Source:   classical; arXiv:2601.19597 for its part in the functionals.
 */
export function entropy(measure: GridMeasure, logDensity: Float64Array): number {
  assertProbability(measure, logDensity, { where: "entropy" });
  return -meanUnder(massesOf(measure, logDensity), logDensity);
}

/**
 * Cross-entropy of a density against another.
 *
 * Math:     H×(p, r) = −∫ p log r dμ = H(p) + D_KL(p‖r)
 * Shapes:   measure [n], logP [n], logR [n] → number. Unit: nats.
 * Domain:   both probability densities.
 * Limits:   r = p → H(p);  r uniform → log |Z|;  r = 0 where p > 0 → ∞.
 * Numerics: compensated sum.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_DOMAIN.
 * Source:   classical.
 */
export function crossEntropy(measure: GridMeasure, logP: Float64Array, logR: Float64Array): number {
  assertPair("crossEntropy", measure, ["logP", logP], ["logR", logR]);
  return -meanUnder(massesOf(measure, logP), logR);
}

/**
 * Kullback–Leibler divergence D_KL(p‖q).
 *
 * Math:     ∫ p log(p/q) dμ = ∫ (p log(p/q) − p + q) dμ
 * Shapes:   measure [n], logP [n], logQ [n] → number ≥ 0. Unit: nats.
 * Domain:   both probability densities.
 * Limits:   p = q → 0 exactly;  q = 0 where p > 0 → ∞;  q uniform → log |Z| − H(p);  q = p(1 + εh) → ½ε²∫p h² dμ.
 * Numerics: the second form, whose terms are all ≥ 0 and formed without cancellation, so that neighbouring densities keep their relative accuracy.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_DOMAIN.
 * Source:   classical.
 */
export function klDivergence(measure: GridMeasure, logP: Float64Array, logQ: Float64Array): number {
  assertPair("klDivergence", measure, ["logP", logP], ["logQ", logQ]);
  return divergence(measure, logP, logQ);
}

/**
 * Symmetric Kullback–Leibler divergence D_S, with its ½: the gap term of the two-modality functional.
 *
 * Math:     D_S = ½(D_KL(p‖q) + D_KL(q‖p)) = ½∫ (p − q)(log p − log q) dμ
 * Shapes:   measure [n], logP [n], logQ [n] → number ≥ 0. Unit: nats.
 * Domain:   both probability densities.
 * Limits:   p = q → 0 exactly;  swapped → the same;  different supports → ∞;  von Mises–Fisher of equal κ → κA(1 − c).
 * Numerics: terms ≥ 0 without cancellation.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_DOMAIN.
 * Source:   arXiv:2601.19597.
 */
export function symmetricKL(measure: GridMeasure, logP: Float64Array, logQ: Float64Array): number {
  assertPair("symmetricKL", measure, ["logP", logP], ["logQ", logQ]);
  return uncheckedJeffreys(measure, logP, logQ) / 2;
}

/**
 * Jeffreys divergence, twice D_S: what the paper's code plots.
 *
 * Math:     D_KL(p‖q) + D_KL(q‖p) = 2 D_S
 * Shapes:   measure [n], logP [n], logQ [n] → number ≥ 0. Unit: nats.
 * Domain:   as {@link symmetricKL}.
 * Limits:   as {@link symmetricKL}, doubled.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_DOMAIN.
 * Source:   classical.
 */
export function jeffreys(measure: GridMeasure, logP: Float64Array, logQ: Float64Array): number {
  assertPair("jeffreys", measure, ["logP", logP], ["logQ", logQ]);
  return uncheckedJeffreys(measure, logP, logQ);
}

/**
 * Jensen–Shannon divergence: the repulsion of two modalities whose denominator is pooled.
 *
 * Math:     JS = H(½p + ½q) − ½H(p) − ½H(q) = ½D_KL(p‖m) + ½D_KL(q‖m), m = ½p + ½q
 * Shapes:   measure [n], logP [n], logQ [n] → number from 0 to log 2. Unit: nats.
 * Domain:   both probability densities.
 * Limits:   p = q → 0 exactly;  disjoint supports → log 2;  swapped → the same.
 * Numerics: sums of terms ≥ 0.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_DOMAIN.
 * Source:   J. Lin, Divergence measures based on the Shannon entropy, IEEE Trans. Inf. Theory 37 (1991).
 */
export function jensenShannon(measure: GridMeasure, logP: Float64Array, logQ: Float64Array): number {
  assertPair("jensenShannon", measure, ["logP", logP], ["logQ", logQ]);
  return uncheckedJensenShannon(measure, logP, logQ);
}

/**
 * Mass that two densities share.
 *
 * Math:     ∫ min(p, q) dμ = 1 − total variation; not the ∫pq dμ of vonMisesFisher.logOverlap
 * Shapes:   measure [n], logP [n], logQ [n] → number from 0 to 1. Unit: 1.
 * Domain:   both probability densities.
 * Limits:   p = q → 1;  disjoint supports → 0;  swapped → the same.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_DOMAIN.
 * Source:   classical.
 */
export function overlap(measure: GridMeasure, logP: Float64Array, logQ: Float64Array): number {
  assertPair("overlap", measure, ["logP", logP], ["logQ", logQ]);
  return sumOfArray(
    massesOf(
      measure,
      logP.map((value, i) => Math.min(value, logQ[i]!)),
    ),
  );
}

/** Σ_i mass_i·values_i, where no mass adds nothing even if the value is infinite; unchecked. */
export function meanUnder(masses: Float64Array, values: ArrayLike<number>): number {
  return sumOfArray(masses.map((mass, i) => (mass === 0 ? 0 : mass * values[i]!)));
}

/** Jeffreys divergence; unchecked. */
export function uncheckedJeffreys(measure: GridMeasure, logP: Float64Array, logQ: Float64Array): number {
  const larger = massesOf(
    measure,
    logP.map((value, i) => Math.max(value, logQ[i]!)),
  );
  const distance = logP.map((value, i) => Math.abs(value - logQ[i]!));
  // |p − q|·|log p − log q| with the larger of the two taken out.
  return sumOfArray(larger.map((mass, i) => (mass === 0 ? 0 : mass * -Math.expm1(-distance[i]!) * distance[i]!)));
}

/** Jensen–Shannon divergence; unchecked. */
export function uncheckedJensenShannon(measure: GridMeasure, logP: Float64Array, logQ: Float64Array): number {
  const middle = mixture(logP, logQ);
  return (divergence(measure, logP, middle) + divergence(measure, logQ, middle)) / 2;
}

/** log(½e^a + ½e^b), exactly a where the two are equal. */
export function mixture(logP: Float64Array, logQ: Float64Array): Float64Array {
  return logP.map((a, i) => {
    const b = logQ[i]!;
    // log(½(1 + e^{−t})) = log1p(½(e^{−t} − 1)) keeps its digits at t = 0.
    return a === b ? a : Math.max(a, b) + Math.log1p(Math.expm1(-Math.abs(a - b)) / 2);
  });
}

function divergence(measure: GridMeasure, logP: Float64Array, logQ: Float64Array): number {
  const p = massesOf(measure, logP);
  const q = massesOf(measure, logQ);
  return sumOfArray(p.map((mass, i) => (mass === 0 ? q[i]! : excess(mass, q[i]!, logP[i]! - logQ[i]!))));
}

/** p·t − p + q with q = p e^{−t}, ≥ 0, by its series near t = 0. */
function excess(p: number, q: number, t: number): number {
  if (Math.abs(t) > 0.5) return p * (t - 1) + q;
  let sum = 1;
  for (let k = 14; k >= 3; k--) sum = 1 - (t / k) * sum;
  return (p * t * t * sum) / 2;
}

function assertPair(
  where: string,
  measure: GridMeasure,
  [firstName, first]: readonly [string, Float64Array],
  [secondName, second]: readonly [string, Float64Array],
): void {
  assertProbability(measure, first, { where, argument: firstName });
  assertProbability(measure, second, { where, argument: secondName });
}
