// Means and covariances of a modality, and symmetric functions of covariances.

import { InputError, type RowMatrix } from "@nce-geometry/tensor";
import { EVD, Matrix } from "ml-matrix";
import type { Shrinkage } from "./control-options.ts";

export interface Covariance {
  /** [d, d], dividing by the number of rows. */
  readonly data: Float64Array;
  /** Mean square of an eigenvalue's distance from tr C/d that is sampling error, tr form: (1/n²) Σ_i ‖z_i z_iᵀ − C‖²_F. */
  readonly noise: number;
}

/** Mean of the rows. */
export function meanOf({ rows, dim, data }: RowMatrix): Float64Array {
  const mean = new Float64Array(dim);
  for (let i = 0; i < rows; i++) for (let k = 0; k < dim; k++) mean[k]! += data[i * dim + k]!;
  return mean.map((sum) => sum / rows);
}

/** The rows minus a vector. */
export function centredAt({ rows, dim, data }: RowMatrix, centre: Float64Array): RowMatrix {
  const centred = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) for (let k = 0; k < dim; k++) centred[i * dim + k] = data[i * dim + k]! - centre[k]!;
  return { rows, dim, data: centred };
}

/** Covariance of centred rows. */
export function covarianceOf(centred: RowMatrix): Covariance {
  const { rows, dim, data: rowsData } = centred;
  const data = productOf(centred, centred).map((sum) => sum / rows);
  let fourth = 0;
  for (let i = 0; i < rows; i++) {
    let square = 0;
    for (let k = 0; k < dim; k++) square += rowsData[i * dim + k]! ** 2;
    fourth += square * square;
  }
  const frobenius = data.reduce((sum, value) => sum + value * value, 0);
  return { data, noise: Math.max(0, fourth / rows - frobenius) / rows };
}

/** Aᵀ B of two sets of as many rows. */
export function productOf(a: RowMatrix, b: RowMatrix): Float64Array {
  const { rows, dim } = a;
  const product = new Float64Array(dim * dim);
  const padded = (i: number) => (i < rows ? b.data.subarray(i * dim, (i + 1) * dim) : new Float64Array(dim));
  // Rows in fours, so that each entry is loaded and stored once for four products.
  for (let i = 0; i < rows; i += 4) {
    const [b0, b1, b2, b3] = [padded(i), padded(i + 1), padded(i + 2), padded(i + 3)];
    for (let p = 0; p < dim; p++) {
      const at0 = i * dim + p;
      const a0 = a.data[at0]!;
      const a1 = i + 1 < rows ? a.data[at0 + dim]! : 0;
      const a2 = i + 2 < rows ? a.data[at0 + 2 * dim]! : 0;
      const a3 = i + 3 < rows ? a.data[at0 + 3 * dim]! : 0;
      for (let q = 0, at = p * dim; q < dim; q++, at++) {
        product[at]! += a0 * b0[q]! + a1 * b1[q]! + a2 * b2[q]! + a3 * b3[q]!;
      }
    }
  }
  return product;
}

/** ½(C_X + C_Y), and its noise as if the two samples were independent. */
export function averageCovariance(a: Covariance, b: Covariance): Covariance {
  return { data: a.data.map((value, k) => (value + b.data[k]!) / 2), noise: (a.noise + b.noise) / 4 };
}

/**
 * (1 − α)C + α·(tr C/d)·I.
 *
 * Math:   Ledoit–Wolf: α = min(1, noise/‖C − (tr C/d)·I‖²_F).
 * Source: O. Ledoit, M. Wolf, A well-conditioned estimator for large-dimensional covariance matrices, 2004.
 */
export function shrunken(
  { data, noise }: Covariance,
  dim: number,
  shrinkage: Shrinkage,
): { readonly data: Float64Array; readonly alpha: number } {
  let trace = 0;
  for (let k = 0; k < dim; k++) trace += data[k * dim + k]!;
  const scale = trace / dim;
  const distance = data.reduce((sum, value) => sum + value * value, 0) - dim * scale * scale;
  const alpha = shrinkage === "ledoitWolf" ? (distance > 0 ? Math.min(1, noise / distance) : 1) : shrinkage;
  const shrunk = data.map((value) => (1 - alpha) * value);
  for (let k = 0; k < dim; k++) shrunk[k * dim + k]! += alpha * scale;
  return { data: shrunk, alpha };
}

/** A symmetric positive definite matrix by its eigenvectors. */
export interface SpectralForm {
  /** V f(Λ) Vᵀ [d, d]. */
  apply(f: (eigenvalue: number) => number): RowMatrix;
}

/** Eigen-decomposition; E_DOMAIN where the matrix is singular to rounding. */
export function spectralForm(where: string, data: Float64Array, dim: number): SpectralForm {
  const decomposition = new EVD(Matrix.from1DArray(dim, dim, data), { assumeSymmetric: true });
  const values = decomposition.realEigenvalues;
  const vectors = decomposition.eigenvectorMatrix;
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  const rank = values.filter((value) => value > dim * Number.EPSILON * largest).length;
  if (rank < dim) {
    throw new InputError({
      code: "E_DOMAIN",
      where,
      argument: "options.shrinkage",
      expected: "> 0 where the covariance has no inverse",
      received: `a covariance of rank ${rank} in dimension ${dim}`,
      hint: 'Fit on more rows than dimensions, or leave it to "ledoitWolf".',
    });
  }
  // Row k is eigenvector k.
  const numbers = Float64Array.from(vectors.transpose().to1DArray());
  const rows = square(numbers, dim);
  return {
    apply(f) {
      const factors = values.map(f);
      const scaled = numbers.map((value, at) => value * factors[Math.floor(at / dim)]!);
      return square(productOf(rows, square(scaled, dim)), dim);
    },
  };
}

/** A square matrix of row-major numbers. */
export function square(data: Float64Array, dim: number): RowMatrix {
  return { rows: dim, dim, data };
}
