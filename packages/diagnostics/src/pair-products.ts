// The inner products that need no sweep over pairs: of each row with its match, with itself and with the two centroids.
// Sums of ⟨x_i, y_j⟩ over pairs follow from them, since Σ_j ⟨x_i, y_j⟩ = n⟨x_i, μ_Y⟩. Cost: O(nd).

import { forEachBlock, forEachPairBlock } from "@nce-geometry/energy";
import type { RowBlock, Rows, RunControl } from "@nce-geometry/tensor";

/** One number per row of a modality. */
export interface ModalityProducts {
  /** μ [d]. */
  readonly centroid: Float64Array;
  /** ‖x_i‖². */
  readonly self: Float64Array;
  /** ⟨x_i, μ⟩ with the modality's own centroid. */
  readonly own: Float64Array;
  /** ⟨x_i, μ⟩ with the other modality's centroid. */
  readonly other: Float64Array;
}

export interface PairProducts {
  readonly n: number;
  readonly x: ModalityProducts;
  readonly y: ModalityProducts;
  /** ⟨x_i, y_i⟩. */
  readonly matched: Float64Array;
  /** ‖x_i − y_i‖², from the difference. */
  readonly squaredDistance: Float64Array;
}

/** Two passes over the rows: centroids, then products. */
export async function pairProducts(x: Rows, y: Rows, control: RunControl): Promise<PairProducts> {
  const n = x.rows;
  const [muX, muY] = [await centroidOf(x, control), await centroidOf(y, control)];
  const products = {
    n,
    x: emptyProducts(n, muX),
    y: emptyProducts(n, muY),
    matched: new Float64Array(n),
    squaredDistance: new Float64Array(n),
  };
  await forEachPairBlock(x, y, control, (xBlock, yBlock, start, count) => {
    for (let i = 0; i < count; i++) {
      const at = i * x.dim;
      fillProducts(products.x, start + i, xBlock, at, muX, muY);
      fillProducts(products.y, start + i, yBlock, at, muY, muX);
      let matched = 0;
      let squared = 0;
      for (let k = at; k < at + x.dim; k++) {
        matched += xBlock[k]! * yBlock[k]!;
        squared += (xBlock[k]! - yBlock[k]!) ** 2;
      }
      products.matched[start + i] = matched;
      products.squaredDistance[start + i] = squared;
    }
  });
  return products;
}

/** Mean of the rows. */
export async function centroidOf(rows: Rows, control: RunControl): Promise<Float64Array> {
  const { dim } = rows;
  const sum = new Float64Array(dim);
  await forEachBlock(rows, control, (block, _start, count) => {
    for (let i = 0; i < count; i++) for (let k = 0; k < dim; k++) sum[k]! += block[i * dim + k]!;
  });
  return sum.map((value) => value / rows.rows);
}

/** ⟨a, b⟩ of two vectors. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

function emptyProducts(n: number, centroid: Float64Array): ModalityProducts {
  return { centroid, self: new Float64Array(n), own: new Float64Array(n), other: new Float64Array(n) };
}

function fillProducts(
  into: ModalityProducts,
  row: number,
  block: RowBlock,
  at: number,
  ownCentroid: Float64Array,
  otherCentroid: Float64Array,
): void {
  let self = 0;
  let own = 0;
  let other = 0;
  for (let k = 0; k < ownCentroid.length; k++) {
    const value = block[at + k]!;
    self += value * value;
    own += value * ownCentroid[k]!;
    other += value * otherCentroid[k]!;
  }
  into.self[row] = self;
  into.own[row] = own;
  into.other[row] = other;
}
