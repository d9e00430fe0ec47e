import { PANEL, type PackedRows } from "./packed-rows.ts";
import { compilePanelKernel, type PanelKernel } from "./simd-panels.ts";

/** Compiled at the first tile; null where it cannot be had. */
let compiled: PanelKernel | null | undefined;

/**
 * All ⟨x_i, y_j⟩ of two blocks into `out`, row-major with the given stride (≥ y's count rounded up to a panel).
 *
 * Each sum runs over the coordinates in ascending order whatever the block, so a score does not depend on the tile it
 * was computed in, ⟨x, y⟩ = ⟨y, x⟩ bit by bit, and equal rows give equal scores. In WebAssembly SIMD where that is to be
 * had, with the same bits.
 */
export function innerProducts(x: PackedRows, y: PackedRows, out: Float64Array, stride: number): void {
  compiled ??= compilePanelKernel() ?? null;
  if (compiled === null) scalarInnerProducts(x, y, out, stride);
  else compiled(panelsOf(x), panelsOf(y), x.dim, out, stride);
}

function panelsOf({ panels, count }: PackedRows): { readonly panels: Float64Array; readonly rows: number } {
  return { panels, rows: Math.ceil(count / PANEL) * PANEL };
}

/** The same in plain TypeScript. The 4 × 2 sums and their factors stay in registers. */
export function scalarInnerProducts(x: PackedRows, y: PackedRows, out: Float64Array, stride: number): void {
  for (let i = 0; i < x.count; i += PANEL) {
    for (let j = 0; j < y.count; j += PANEL) {
      const at = i * stride + j;
      scalarHalfPanel(x.panels, i * x.dim, y.panels, j * y.dim, x.dim, out, at, stride);
      scalarHalfPanel(x.panels, i * x.dim, y.panels, j * y.dim + 2, x.dim, out, at + 2, stride);
    }
  }
}

// Positions instead of views: a view per panel would cost more than the panel.
function scalarHalfPanel(
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
    s01 = 0;
  let s10 = 0,
    s11 = 0;
  let s20 = 0,
    s21 = 0;
  let s30 = 0,
    s31 = 0;
  // A local, because where modules are transformed (tests) an import is a property read, five times the price of the loop.
  const step = PANEL;
  const end = xStart + step * dim;
  for (let p = xStart, q = yStart; p < end; p += step, q += step) {
    const y0 = y[q]!;
    const y1 = y[q + 1]!;
    const x0 = x[p]!;
    const x1 = x[p + 1]!;
    const x2 = x[p + 2]!;
    const x3 = x[p + 3]!;
    s00 += x0 * y0;
    s01 += x0 * y1;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s20 += x2 * y0;
    s21 += x2 * y1;
    s30 += x3 * y0;
    s31 += x3 * y1;
  }
  storeTwo(out, at, s00, s01);
  storeTwo(out, at + stride, s10, s11);
  storeTwo(out, at + 2 * stride, s20, s21);
  storeTwo(out, at + 3 * stride, s30, s31);
}

function storeTwo(out: Float64Array, at: number, a: number, b: number): void {
  out[at] = a;
  out[at + 1] = b;
}
