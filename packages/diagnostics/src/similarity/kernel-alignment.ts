// Centred kernel alignment of two models on the same items.

import type { Estimate } from "@nce-geometry/energy";
import type { RowMatrix, Rows, RunControl } from "@nce-geometry/tensor";
import { requireOneOf, requirePositive } from "../law-tests/option-checks.ts";
import { type CriterionForm, independenceCriterion, permutedCriterion } from "./independence-criterion.ts";
import { jackknifeEstimate } from "./jackknife.ts";
import { matchedModels, requirePairsInMemory } from "./matched-models.ts";
import { innerProducts, type PairTable, squaredDistances } from "./pair-table.ts";
import { type PermutationNull, type PermutationOptions, permutationNull } from "./permutation.ts";

export interface LinearCKAOptions extends PermutationOptions, RunControl {
  /** `debiased` is 0 on average for independent models at every n; `biased` is not, by far where n ≲ d. @defaultValue "debiased" */
  readonly form?: CriterionForm;
  /** Confidence level of the interval, in (0, 1). @defaultValue 0.95 */
  readonly level?: number;
}

export interface GaussianCKAOptions extends LinearCKAOptions {
  /** σ of e^{−‖x−x'‖²/(2σ²)} in the unit of the rows, or as a multiple of each model's median distance. @defaultValue { median: 1 } */
  readonly bandwidth?: number | { readonly median: number };
}

/** A similarity of two models; null where a model has no variance, or where noise leaves a debiased norm below 0. */
export interface SimilarityTest {
  readonly similarity: Estimate | null;
  /** Null without permutations. */
  readonly permuted: PermutationNull | null;
}

/**
 * Linear centred kernel alignment.
 *
 * Math:     HSIC(K, L)/√(HSIC(K, K)·HSIC(L, L)), K = AAᵀ, L = BBᵀ; biased: ‖AᵀB‖_F²/(‖AᵀA‖_F‖BᵀB‖_F) of centred rows.
 * Shapes:   a [n, d], b [n, e] → record.
 * Domain:   finite rows, 5 ≤ n ≤ 4096.
 * Limits:   b = c·a·Q + shift, Q orthogonal → 1;  independent models → debiased 0 on average, biased towards 1 for d ≫ n: about
 *           0.84 at n = 100, d = 512.
 * Numerics: all pair values in memory; standard error by the jackknife over items. Debiased values may be negative and above 1.
 *           Cost: O(n²(d + e + B)).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_OPTION; rejects with `signal.reason`.
 * Source:   S. Kornblith et al., ICML 2019; L. Song et al., JMLR 13 (2012); T. Nguyen, M. Raghu, S. Kornblith, ICLR 2021.
 */
export async function linearCKA(a: Rows, b: Rows, options: LinearCKAOptions = {}): Promise<SimilarityTest> {
  return alignment("linearCKA", a, b, options, (x) => innerProducts(centred(x), options));
}

/**
 * Centred kernel alignment with Gaussian kernels.
 *
 * Math:     as {@link linearCKA} with K_ij = exp(−‖a_i − a_j‖²/(2σ_a²)), L likewise.
 * Shapes:   a [n, d], b [n, e] → record.
 * Domain:   finite rows, 5 ≤ n ≤ 4096; σ > 0.
 * Limits:   b = c·a·Q + shift with the bandwidth a multiple of the median → 1;  σ → ∞ → linear;  independent models → debiased 0 on
 *           average.
 * Numerics: squared distances from the differences; the median is exact. Otherwise as {@link linearCKA}.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_OPTION; rejects with `signal.reason`.
 * Source:   S. Kornblith et al., ICML 2019.
 */
export async function gaussianCKA(a: Rows, b: Rows, options: GaussianCKAOptions = {}): Promise<SimilarityTest> {
  const { bandwidth = { median: 1 } } = options;
  if (typeof bandwidth === "number") requirePositive("gaussianCKA", "bandwidth", bandwidth);
  else requirePositive("gaussianCKA", "bandwidth.median", bandwidth.median);
  return alignment("gaussianCKA", a, b, options, async (x) => {
    const squares = await squaredDistances(x, options);
    const sigma = typeof bandwidth === "number" ? bandwidth : bandwidth.median * medianDistance(squares);
    // Where half of the distances are 0 there is no scale, hence no kernel.
    // A constant taken from a kernel changes no criterion, and k − 1 keeps its digits where the kernel is wide.
    const kernel = (square: number) => (sigma > 0 ? Math.expm1(-square / (2 * sigma * sigma)) : 0);
    return { rows: x.rows, values: squares.values.map(kernel), diagonal: squares.diagonal.map(kernel) };
  });
}

async function alignment(
  where: string,
  a: Rows,
  b: Rows,
  options: LinearCKAOptions,
  table: (x: RowMatrix) => Promise<PairTable>,
): Promise<SimilarityTest> {
  const { form = "debiased", level } = options;
  requireOneOf(where, "form", form, ["debiased", "biased"]);
  requirePairsInMemory(where, a);
  const models = await matchedModels(where, a, b, { signal: options.signal, least: 5 });
  const [K, L] = [await table(models.a), await table(models.b)];
  const [ab, aa, bb] = [
    independenceCriterion(K, L, form),
    independenceCriterion(K, K, form),
    independenceCriterion(L, L, form),
  ];
  const [normA, normB] = [nothingLeft(K, aa.value) ? 0 : aa.value, nothingLeft(L, bb.value) ? 0 : bb.value];
  if (!(normA > 0 && normB > 0)) return { similarity: null, permuted: null };
  const value = ab.value / Math.sqrt(normA * normB);
  const without = ab.without.map((left, r) => left / Math.sqrt(aa.without[r]! * bb.without[r]!));
  const statistic = permutedCriterion(K, L, form);
  return {
    similarity: jackknifeEstimate(where, value, without, { samples: a.rows, level, method: `${form} HSIC` }),
    permuted: await permutationNull(
      where,
      a.rows,
      value,
      options,
      (order) => statistic(order) / Math.sqrt(normA * normB),
    ),
  };
}

/** Whether a criterion of a table with itself is the rounding of its centring. */
function nothingLeft({ rows, values, diagonal }: PairTable, criterion: number): boolean {
  const largest = [values, diagonal].reduce((most, all) => all.reduce((m, v) => Math.max(m, Math.abs(v)), most), 0);
  return criterion <= rows * Number.EPSILON * largest ** 2;
}

/** Inner products of uncentred rows would lose the digits that a large mean takes. */
function centred({ rows, dim, data }: RowMatrix): RowMatrix {
  const mean = new Float64Array(dim);
  for (let at = 0; at < data.length; at++) mean[at % dim]! += data[at]! / rows;
  return { rows, dim, data: Float64Array.from(data, (value, at) => value - mean[at % dim]!) };
}

function medianDistance({ values }: PairTable): number {
  const sorted = values.toSorted();
  const middle = (sorted.length - 1) / 2;
  return (Math.sqrt(sorted[Math.floor(middle)]!) + Math.sqrt(sorted[Math.ceil(middle)]!)) / 2;
}
