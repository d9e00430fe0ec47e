import { fromData, matMul, type RowMatrix, referenceBackend } from "@nce-geometry/tensor";
import type { Float64Rows } from "../manifold.ts";
import { requireDimension, zeroRows } from "./float64-rows.ts";

/** Distances of one manifold, in the two ways in which a matrix of them can be filled. */
export interface PairForms {
  /** The exact distance of the rows that begin at a and b. */
  readonly pair: (a: number, b: number) => number;
  /** The inner products are ⟨left, y⟩. Absent where distances are no function of them. */
  readonly left?: RowMatrix;
  /** The distance from the inner product of rows i and j, or NaN where that has lost digits which `pair` keeps. */
  readonly fromProduct?: (product: number, i: number, j: number) => number;
}

/** Below these sizes the exact form is not slower. */
const SMALL_DIMENSION = 16;
const SMALL_PRODUCT = 2 ** 16;
/** 16 MiB of products at a time. */
const BLOCK_ELEMENTS = 2 ** 21;

/**
 * Distances between all pairs of rows, from one product of matrices, recomputed pair by pair where that loses digits.
 *
 * Throws: InputError E_SHAPE.
 */
export function distanceMatrix(
  where: string,
  dimension: number,
  points: { readonly x: RowMatrix; readonly y: RowMatrix },
  { pair, left, fromProduct }: PairForms,
): Float64Rows {
  const { x, y } = points;
  requireDimension(where, "x", x, dimension);
  requireDimension(where, "y", y, dimension);
  const result = zeroRows(x.rows, y.rows);
  const small = dimension < SMALL_DIMENSION || x.rows * y.rows * dimension < SMALL_PRODUCT;
  if (small || left === undefined || fromProduct === undefined) {
    for (let i = 0; i < x.rows; i++) {
      for (let j = 0; j < y.rows; j++) result.data[i * y.rows + j] = pair(i * dimension, j * dimension);
    }
    return result;
  }
  const block = Math.max(1, Math.floor(BLOCK_ELEMENTS / y.rows));
  for (let start = 0; start < x.rows; start += block) {
    const count = Math.min(block, x.rows - start);
    const products = innerProducts(left, start, count, y);
    for (let k = 0; k < products.length; k++) {
      const i = start + Math.floor(k / y.rows);
      const j = k % y.rows;
      const distance = fromProduct(products[k]!, i, j);
      // NaN in the data comes back as NaN.
      result.data[i * y.rows + j] = Number.isNaN(distance) ? pair(i * dimension, j * dimension) : distance;
    }
  }
  return result;
}

function innerProducts(x: RowMatrix, start: number, count: number, y: RowMatrix): Float64Array {
  const backend = referenceBackend();
  const rows = Float64Array.from(x.data.subarray(start * x.dim, (start + count) * x.dim));
  const a = fromData(backend, rows, [count, x.dim]);
  const b = fromData(backend, Float64Array.from(y.data), [y.rows, y.dim]);
  return matMul(a, b, { transposeB: true }).dataSync() as Float64Array;
}
