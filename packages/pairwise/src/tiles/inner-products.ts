import { PANEL, type PackedRows } from "./packed-rows.ts";

/**
 * All ⟨x_i, y_j⟩ of two blocks into `out`, row-major with the given stride (≥ y's count rounded up to a panel).
 *
 * Each sum runs over the coordinates in ascending order whatever the block, so a score does not depend on the tile it
 * was computed in, ⟨x, y⟩ = ⟨y, x⟩ bit by bit, and equal rows give equal scores. The 4 × 4 sums stay in registers:
 * 32 operations for 8 loads.
 */
export function innerProducts(x: PackedRows, y: PackedRows, out: Float64Array, stride: number): void {
  for (let i = 0; i < x.count; i += PANEL) {
    for (let j = 0; j < y.count; j += PANEL) {
      innerProductPanel(x.panels, i * x.dim, y.panels, j * y.dim, x.dim, out, i * stride + j, stride);
    }
  }
}

// Positions instead of views: a view per panel would cost more than the panel.
function innerProductPanel(
  x: Float64Array,
  xStart: number,
  y: Float64Array,
  yStart: number,
  dim: number,
  out: Float64Array,
  at: number,
  stride: number,
): void {
  let s00 = 0,
    s01 = 0,
    s02 = 0,
    s03 = 0;
  let s10 = 0,
    s11 = 0,
    s12 = 0,
    s13 = 0;
  let s20 = 0,
    s21 = 0,
    s22 = 0,
    s23 = 0;
  let s30 = 0,
    s31 = 0,
    s32 = 0,
    s33 = 0;
  // A local, because where modules are transformed (tests) an import is a property read, five times the price of the loop.
  const step = PANEL;
  const end = xStart + step * dim;
  for (let p = xStart, q = yStart; p < end; p += step, q += step) {
    const x0 = x[p]!;
    const x1 = x[p + 1]!;
    const x2 = x[p + 2]!;
    const x3 = x[p + 3]!;
    const y0 = y[q]!;
    const y1 = y[q + 1]!;
    const y2 = y[q + 2]!;
    const y3 = y[q + 3]!;
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
    s20 += x2 * y0;
    s21 += x2 * y1;
    s22 += x2 * y2;
    s23 += x2 * y3;
    s30 += x3 * y0;
    s31 += x3 * y1;
    s32 += x3 * y2;
    s33 += x3 * y3;
  }
  storeFour(out, at, s00, s01, s02, s03);
  storeFour(out, at + stride, s10, s11, s12, s13);
  storeFour(out, at + 2 * stride, s20, s21, s22, s23);
  storeFour(out, at + 3 * stride, s30, s31, s32, s33);
}

function storeFour(out: Float64Array, at: number, a: number, b: number, c: number, d: number): void {
  out[at] = a;
  out[at + 1] = b;
  out[at + 2] = c;
  out[at + 3] = d;
}
