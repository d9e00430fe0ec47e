import { Matrix, SVD } from "ml-matrix";

/**
 * Singular values of a dense matrix, descending.
 *
 * Numerics: absolute error of a few size·ε·σ₁. To the diagonal ε·‖A‖ is added, a backward error of the size that the method has
 *           anyway: without it the columns of a matrix of low rank shrink by ε at each step of the bidiagonalisation until
 *           they are subnormal, where the library's iteration no longer ends. Cost: O(n·d·min(n, d)).
 */
export function denseSingularValues(data: Float64Array, rows: number, columns: number): Float64Array {
  const matrix = Matrix.from1DArray(rows, columns, data);
  const noise = Number.EPSILON * Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
  const size = Math.min(rows, columns);
  // Not the same everywhere, so that the noise does not make a matrix of low rank itself.
  for (let k = 0; k < size; k++) matrix.set(k, k, matrix.get(k, k) + noise * (0.5 + k / (2 * size)));
  const options = { computeLeftSingularVectors: false, computeRightSingularVectors: false, autoTranspose: true };
  return Float64Array.from(new SVD(matrix, options).diagonal).sort().reverse();
}
