// A block of rows as the kernels want it: float64, four rows interleaved, with squared norms.

import { linesInPanels, PANEL, panelOffset, type RowBlock } from "@nce-geometry/tensor";

/** Rows `start … start + count − 1` of a set. Entry k of row i lies at `panelOffset(i, dim)` + k·PANEL. */
export interface PackedRows {
  readonly start: number;
  readonly count: number;
  readonly dim: number;
  /** ⌈count/PANEL⌉ panels of PANEL·dim numbers; the missing rows of the last panel are zero. */
  readonly panels: Float64Array;
  /** ‖row‖², summed in the kernel's order, so that it equals the kernel's ⟨row, row⟩ bit by bit. */
  readonly squaredNorms: Float64Array;
}

/** Packs the first `count` rows of `block`, which begins at entry `from`; `start` is their index in the whole set. */
export function packRows(block: RowBlock, from: number, start: number, count: number, dim: number): PackedRows {
  const panels = new Float64Array(linesInPanels(count) * dim);
  const squaredNorms = new Float64Array(count);
  const whole = count - (count % PANEL);
  for (let i = 0; i < whole; i += PANEL) packPanel(block, from + i * dim, dim, panels, i * dim, squaredNorms, i);
  for (let i = whole; i < count; i++) {
    const source = from + i * dim;
    const target = panelOffset(i, dim);
    let sum = 0;
    for (let k = 0; k < dim; k++) {
      const value = block[source + k]!;
      panels[target + k * PANEL] = value;
      sum += value * value;
    }
    squaredNorms[i] = sum;
  }
  return { start, count, dim, panels, squaredNorms };
}

/** Four rows at once, so that the panel is written in order. */
function packPanel(
  block: RowBlock,
  source: number,
  dim: number,
  panels: Float64Array,
  target: number,
  squaredNorms: Float64Array,
  row: number,
): void {
  let s0 = 0,
    s1 = 0,
    s2 = 0,
    s3 = 0;
  for (let k = source, at = target; k < source + dim; k++, at += 4) {
    const v0 = block[k]!;
    const v1 = block[k + dim]!;
    const v2 = block[k + 2 * dim]!;
    const v3 = block[k + 3 * dim]!;
    panels[at] = v0;
    panels[at + 1] = v1;
    panels[at + 2] = v2;
    panels[at + 3] = v3;
    s0 += v0 * v0;
    s1 += v1 * v1;
    s2 += v2 * v2;
    s3 += v3 * v3;
  }
  squaredNorms[row] = s0;
  squaredNorms[row + 1] = s1;
  squaredNorms[row + 2] = s2;
  squaredNorms[row + 3] = s3;
}

/** ⟨x_i, y_j⟩ in the order of the tile kernel, hence the same bits. */
export function packedInner(x: PackedRows, i: number, y: PackedRows, j: number): number {
  const a = x.panels;
  const b = y.panels;
  let p = panelOffset(i, x.dim);
  let q = panelOffset(j, y.dim);
  let sum = 0;
  for (let k = 0; k < x.dim; k++, p += PANEL, q += PANEL) sum += a[p]! * b[q]!;
  return sum;
}

/** ‖x_i − y_j‖² from the differences: relative error below (dim + 2)·2⁻⁵³. */
export function packedSquaredDistance(x: PackedRows, i: number, y: PackedRows, j: number): number {
  const a = x.panels;
  const b = y.panels;
  let p = panelOffset(i, x.dim);
  let q = panelOffset(j, y.dim);
  let sum = 0;
  for (let k = 0; k < x.dim; k++, p += PANEL, q += PANEL) {
    const difference = a[p]! - b[q]!;
    sum += difference * difference;
  }
  return sum;
}
