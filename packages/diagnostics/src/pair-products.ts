// The inner products that need no sweep over pairs: of each row with its match, with itself and with the two centroids.
// Sums of ⟨x_i, y_j⟩ over pairs follow from them, since Σ_j ⟨x_i, y_j⟩ = m⟨x_i, μ_Y⟩. Cost: O((n + m)d).

import { copyRows, forEachBlock, forEachPairBlock } from "@nce-geometry/energy";
import { isRowMatrix, type RowBlock, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import type { Pairing } from "./pairing.ts";

/** One number per row of a modality. */
export interface ModalityProducts {
  /** μ [d]. */
  readonly centroid: Float64Array;
  /** ‖x_i‖²; ⟨y_j, the sum of the captions of its item⟩. */
  readonly self: Float64Array;
  /** ⟨x_i, μ⟩ with the modality's own centroid. */
  readonly own: Float64Array;
  /** ⟨x_i, μ⟩ with the other modality's centroid. */
  readonly other: Float64Array;
}

export interface PairProducts {
  readonly pairing: Pairing;
  readonly x: ModalityProducts;
  readonly y: ModalityProducts;
  /** ⟨x_i, y_j⟩ of each caption j with its item. */
  readonly matched: Float64Array;
  /** ‖x_i − y_j‖² of the same, from the difference. */
  readonly squaredDistance: Float64Array;
  /** ‖x_i − (n/m) Σ y_j‖² over the captions of each item. */
  readonly offset: Float64Array;
}

/** Two passes over the rows: centroids, then products. With a map the items and one sum per item are held in memory. */
export async function pairProducts(x: Rows, y: Rows, pairing: Pairing, control: RunControl): Promise<PairProducts> {
  const [muX, muY] = [await centroidOf(x, control), await centroidOf(y, control)];
  const { n, m, owners } = pairing;
  const products = {
    pairing,
    x: emptyProducts(n, muX),
    y: emptyProducts(m, muY),
    matched: new Float64Array(m),
    squaredDistance: new Float64Array(m),
  };
  if (owners) return fillGrouped(x, y, owners, products, control);
  await forEachPairBlock(x, y, control, (xBlock, yBlock, start, count) => {
    for (let i = 0; i < count; i++) {
      const at = i * x.dim;
      fillProducts(products.x, start + i, xBlock, at, muX, muY);
      fillProducts(products.y, start + i, yBlock, at, muY, muX);
      fillMatch(products, start + i, xBlock, at, yBlock, at, x.dim);
    }
  });
  return { ...products, offset: products.squaredDistance };
}

type Fillable = Omit<PairProducts, "offset">;

async function fillGrouped(
  x: Rows,
  y: Rows,
  owners: Int32Array,
  products: Fillable,
  control: RunControl,
): Promise<PairProducts> {
  const { dim } = x;
  const items = isRowMatrix(x) ? x : await copyRows(x, control);
  const sums = await sumsOfCaptions(y, owners, x.rows, control);
  const [muX, muY] = [products.x.centroid, products.y.centroid];
  const share = x.rows / y.rows;
  const offset = new Float64Array(x.rows);
  for (let i = 0; i < x.rows; i++) {
    const at = i * dim;
    fillProducts(products.x, i, items.data, at, muX, muY);
    for (let k = at; k < at + dim; k++) offset[i]! += (items.data[k]! - share * sums.data[k]!) ** 2;
  }
  await forEachBlock(y, control, (block, start, count) => {
    for (let j = 0; j < count; j++) {
      const owner = owners[start + j]! * dim;
      fillProducts(products.y, start + j, block, j * dim, muY, muX);
      fillMatch(products, start + j, items.data, owner, block, j * dim, dim);
      let own = 0;
      for (let k = 0; k < dim; k++) own += block[j * dim + k]! * sums.data[owner + k]!;
      products.y.self[start + j] = own;
    }
  });
  return { ...products, offset };
}

async function sumsOfCaptions(y: Rows, owners: Int32Array, n: number, control: RunControl): Promise<RowMatrix> {
  const { dim } = y;
  const data = new Float64Array(n * dim);
  await forEachBlock(y, control, (block, start, count) => {
    for (let j = 0; j < count; j++) {
      const owner = owners[start + j]! * dim;
      for (let k = 0; k < dim; k++) data[owner + k]! += block[j * dim + k]!;
    }
  });
  return { rows: n, dim, data };
}

function fillMatch(
  { matched, squaredDistance }: Fillable,
  caption: number,
  x: RowBlock,
  xAt: number,
  y: RowBlock,
  yAt: number,
  dim: number,
): void {
  let product = 0;
  let squared = 0;
  for (let k = 0; k < dim; k++) {
    product += x[xAt + k]! * y[yAt + k]!;
    squared += (x[xAt + k]! - y[yAt + k]!) ** 2;
  }
  matched[caption] = product;
  squaredDistance[caption] = squared;
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
