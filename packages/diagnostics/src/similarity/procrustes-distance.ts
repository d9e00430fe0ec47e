import { createUncertainty, type Estimate, type UncertaintyOptions } from "@nce-geometry/energy";
import type { RowMatrix, Rows, RunControl } from "@nce-geometry/tensor";
import { Matrix, SVD } from "ml-matrix";
import { denseSingularValues } from "../dense-singular-values.ts";
import { requireOneOf } from "../law-tests/option-checks.ts";
import { matchedModels } from "./matched-models.ts";
import { type PermutationNull, type PermutationOptions, permutationNull } from "./permutation.ts";

export interface ProcrustesDistanceOptions extends PermutationOptions, UncertaintyOptions, RunControl {
  /** `both`: rows centred and scaled to ‖A‖_F = 1; `none`: rows as they are, where lengths mean something. @defaultValue "both" */
  readonly standardize?: "both" | "none";
}

export interface ProcrustesDistance {
  /** min over orthogonal Q of ‖AQ − B‖_F², from 0 to 2 for standardised rows; null where a model has no variance. */
  readonly squaredDistance: Estimate | null;
  /** ‖AᵀB‖_*, 1 − half of it for standardised rows. */
  readonly nuclearNorm: number | null;
  /** Of the negative distance, so that small p-values mean alike; null without permutations. */
  readonly permuted: PermutationNull | null;
}

/**
 * Orthogonal Procrustes distance: what is left between two models after the best rotation or reflection.
 *
 * Math:     ‖A‖_F² + ‖B‖_F² − 2‖AᵀB‖_*; rows of the smaller dimension are padded with zeros.
 * Shapes:   a [n, d], b [n, e] → record.
 * Domain:   finite rows, n ≥ 2.
 * Limits:   b = c·a·Q + shift, c > 0 → 0 (standardised);  AᵀB = 0 → 2;  independent models of n ≲ d rows → near 0: the rotation fits noise,
 *           which the permuted mean shows.
 * Numerics: singular values of d × e moments. Standard error by linearisation, Q held at its optimum, to which the distance is stationary; where two
 *           models are equal up to rotation it vanishes. Cost: O(nde + de·min(d, e)), and as much per permutation.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_OPTION; rejects with `signal.reason`.
 * Source:   P. Schönemann, Psychometrika 31 (1966); A. Williams et al., NeurIPS 2021.
 */
export async function procrustesDistance(
  a: Rows,
  b: Rows,
  options: ProcrustesDistanceOptions = {},
): Promise<ProcrustesDistance> {
  const where = "procrustesDistance";
  const { standardize = "both", signal } = options;
  requireOneOf(where, "standardize", standardize, ["both", "none"]);
  const models = await matchedModels(where, a, b, { signal, least: 2 });
  const scaled = standardize === "both";
  const [A, B] = scaled ? [standardized(models.a), standardized(models.b)] : [models.a, models.b];
  const uncertainty = createUncertainty(where, a.rows, options);
  if (!A || !B) return { squaredDistance: null, nuclearNorm: null, permuted: null };
  const { nuclearNorm, along } = bestRotation(A, B);
  const [lengthsA, lengthsB] = [squaredLengths(A), squaredLengths(B)];
  const value = total(lengthsA) + total(lengthsB) - 2 * nuclearNorm;
  const n = a.rows;
  const influence = along.map((own, i) => {
    const ofLengths = lengthsA[i]! + lengthsB[i]!;
    // Standardised: the distance is 2 − 2 s/√(‖A‖²‖B‖²), whose denominator moves with the rows too.
    return n * (scaled ? nuclearNorm * ofLengths - 2 * own : ofLengths - 2 * own - value / n);
  });
  const permuted = await permutationNull(where, n, -value, options, (order) => {
    return 2 * nuclearNormOf(A, reordered(B, order)) - total(lengthsA) - total(lengthsB);
  });
  return { squaredDistance: uncertainty.fromInfluence(value, influence, "1"), nuclearNorm, permuted };
}

/** ‖AᵀB‖_* alone, which needs no singular vectors. */
function nuclearNormOf(a: RowMatrix, b: RowMatrix): number {
  const moments = matrixOf(a).transpose().mmul(matrixOf(b));
  return total(denseSingularValues(Float64Array.from(moments.to1DArray()), a.dim, b.dim));
}

function matrixOf({ rows, dim, data }: RowMatrix): Matrix {
  return Matrix.from1DArray(rows, dim, data);
}

/** ‖AᵀB‖_* and ⟨a_i, Q b_i⟩ with the Q that attains it. */
function bestRotation(a: RowMatrix, b: RowMatrix): { readonly nuclearNorm: number; readonly along: Float64Array } {
  const [n, d, e] = [a.rows, a.dim, b.dim];
  const [A, B] = [matrixOf(a), matrixOf(b)];
  const moments = A.transpose().mmul(B);
  // Without it the library's iteration does not end on some matrices of low rank; ε of the norm is below what the product has lost.
  const noise = Number.EPSILON * moments.norm();
  for (let k = 0; k < Math.min(d, e); k++)
    moments.set(k, k, moments.get(k, k) + noise * (0.5 + k / (2 * Math.min(d, e))));
  const { diagonal, leftSingularVectors, rightSingularVectors } = new SVD(moments, { autoTranspose: true });
  const rotation = leftSingularVectors.mmul(rightSingularVectors.transpose());
  const turned = A.mmul(rotation);
  const along = Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < e; k++) sum += turned.get(i, k) * b.data[i * e + k]!;
    return sum;
  });
  return { nuclearNorm: total(Float64Array.from(diagonal)), along };
}

function standardized({ rows, dim, data }: RowMatrix): RowMatrix | null {
  const mean = new Float64Array(dim);
  for (let at = 0; at < data.length; at++) mean[at % dim]! += data[at]! / rows;
  const moved = Float64Array.from(data, (value, at) => value - mean[at % dim]!);
  const norm = Math.sqrt(moved.reduce((sum, value) => sum + value * value, 0));
  const whole = Math.sqrt(total(squaredLengths({ rows, dim, data })));
  // What is left of equal rows is the rounding of their mean.
  return norm <= rows * Number.EPSILON * whole ? null : { rows, dim, data: moved.map((value) => value / norm) };
}

function squaredLengths({ rows, dim, data }: RowMatrix): Float64Array {
  const lengths = new Float64Array(rows);
  for (let at = 0; at < data.length; at++) lengths[Math.floor(at / dim)]! += data[at]! ** 2;
  return lengths;
}

function reordered({ rows, dim, data }: RowMatrix, order: Int32Array): RowMatrix {
  const moved = new Float64Array(rows * dim);
  for (let i = 0; i < rows; i++) moved.set(data.subarray(order[i]! * dim, (order[i]! + 1) * dim), i * dim);
  return { rows, dim, data: moved };
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
