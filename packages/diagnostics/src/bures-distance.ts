import type { Estimate } from "@nce-geometry/energy";
import { assertTwoUnitSamples } from "@nce-geometry/energy";
import { type Rows, type RunControl, yieldToEventLoop } from "@nce-geometry/tensor";
import { EVD, Matrix } from "ml-matrix";
import { centroidOf } from "./pair-products.ts";
import { columnScatter } from "./scatter-matrix.ts";

/** Squared transport distance of the Gaussian laws with the means and covariances of two clouds, and its two parts. */
export interface BuresDistance {
  readonly squared: Estimate;
  /** ‖μ_X − μ_Y‖². Unit: chord². */
  readonly meanPart: number;
  /** tr(Σ_X + Σ_Y − 2(Σ_X^½ Σ_Y Σ_X^½)^½). Unit: chord². */
  readonly covariancePart: number;
}

/** Eigenvalues above −clip·λ₁ that are negative are rounding, and count as 0; so do all between. */
const clip = 1e-12;

/**
 * Squared Bures–Wasserstein distance of two clouds: what of their difference means and covariances see.
 *
 * Math:     ‖μ_X − μ_Y‖² + tr(Σ_X + Σ_Y − 2(Σ_X^½ Σ_Y Σ_X^½)^½), covariances with divisor n.
 * Shapes:   x [n, d], y [m, d] of unit rows → record. Unit: chord².
 * Domain:   n, m ≥ 2.
 * Limits:   x = y → 0;  y = x + t → ‖t‖²;  Σ_Y = s²Σ_X → (1 − s)² tr Σ_X;  at most half the energy of the clouds, 4 for unit rows.
 * Numerics: float64 eigen-decompositions of size d; eigenvalues below 1e-12·λ₁ count as 0, so that equal clouds give 0 to some
 *           1e-6·tr Σ. With n of the order of d the covariance part of equal laws is far from 0: compare at equal n. Cost: O((n + m)d² + d³).
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION.
 * Source:   D. C. Dowson, B. V. Landau, J. Multivariate Anal. 12 (1982).
 */
export async function buresDistance(x: Rows, y: Rows, control: RunControl = {}): Promise<BuresDistance> {
  await assertTwoUnitSamples("buresDistance", x, y, control);
  return buresOf(x, y, control);
}

/** The distance of rows that have been checked. */
export async function buresOf(x: Rows, y: Rows, control: RunControl): Promise<BuresDistance> {
  const quiet = { signal: control.signal };
  const [muX, muY] = [await centroidOf(x, quiet), await centroidOf(y, quiet)];
  const [ofX, ofY] = [await covariance(x, muX, quiet), await covariance(y, muY, quiet)];
  const meanPart = muX.reduce((sum, value, k) => sum + (value - muY[k]!) ** 2, 0);
  await yieldToEventLoop();
  const root = squareRoot(ofX);
  await yieldToEventLoop();
  const product = root.mmul(ofY).mmul(root);
  const coupled = nonNegative(new EVD(symmetrized(product), { assumeSymmetric: true }).realEigenvalues);
  const coupling = coupled.reduce((sum, value) => sum + Math.sqrt(value), 0);
  const covariancePart = Math.max(0, ofX.trace() + ofY.trace() - 2 * coupling);
  const samples = Math.min(x.rows, y.rows);
  const squared: Estimate = { value: meanPart + covariancePart, samples, unit: "chord²", method: "Bures" };
  return { squared, meanPart, covariancePart };
}

async function covariance(rows: Rows, centroid: Float64Array, control: RunControl): Promise<Matrix> {
  const { data } = await columnScatter([{ rows, scale: 1 / Math.sqrt(rows.rows) }], centroid, control);
  return Matrix.from1DArray(rows.dim, rows.dim, data);
}

function squareRoot(matrix: Matrix): Matrix {
  const { realEigenvalues, eigenvectorMatrix } = new EVD(matrix, { assumeSymmetric: true });
  const roots = nonNegative(realEigenvalues).map(Math.sqrt);
  const scaled = eigenvectorMatrix.clone().mulRowVector(roots);
  return scaled.mmul(eigenvectorMatrix.transpose());
}

function symmetrized(matrix: Matrix): Matrix {
  return matrix.clone().add(matrix.transpose()).mul(0.5);
}

function nonNegative(values: readonly number[]): number[] {
  const floor = clip * Math.max(0, ...values);
  return values.map((value) => (value > floor ? value : 0));
}
