// Products of many lines of numbers with many others, the inner loop of matrix products and of all-pairs sweeps.

import { compilePanelKernels } from "./simd-panels.ts";

/** Lines that lie interleaved in one panel; the kernels keep PANEL × PANEL sums in registers. */
export const PANEL = 4;

/** Lines of equal depth. Entry p of line i lies at {@link panelOffset}(i) + p·PANEL. */
export interface Panels {
  /** A multiple of PANEL. */
  readonly lines: number;
  /** At least lines·depth numbers. */
  readonly data: Float64Array;
}

/** Where line i begins in panels of a depth. */
export function panelOffset(line: number, depth: number): number {
  const lane = line % PANEL;
  return (line - lane) * depth + lane;
}

/** The number of lines in the panels that hold so many. */
export function linesInPanels(count: number): number {
  return Math.ceil(count / PANEL) * PANEL;
}

/**
 * Inner products of all lines of x with all lines of y.
 *
 * Math:     Σ_p x_ip y_jp, p < depth.
 * Shapes:   → [x.lines, y.lines], row-major; valid until the next call, of either function.
 * Domain:   depth ≥ 1.
 * Numerics: each sum runs over p in ascending order whatever the block, so it does not depend on where a line lies, and is the
 *           same for (x, y) and (y, x), bit by bit. In WebAssembly SIMD where that is to be had, with the same bits.
 */
export function panelProducts(x: Panels, y: Panels, depth: number): Float64Array {
  return kernels().products(x, y, depth);
}

/**
 * Weighted sums of differences, added as such: the difference of two sums would cancel.
 *
 * Math:     Σ_p x_ip (y_jp − origins_ij), p < depth.
 * Shapes:   origins [x.lines, y.lines] → the same, as {@link panelProducts}.
 * Domain:   depth ≥ 1.
 * Numerics: as {@link panelProducts}.
 */
export function panelDifferences(x: Panels, y: Panels, depth: number, origins: Float64Array): Float64Array {
  return kernels().differences(x, y, depth, origins);
}

/** What computes the two. */
export interface PanelKernels {
  products(x: Panels, y: Panels, depth: number): Float64Array;
  differences(x: Panels, y: Panels, depth: number, origins: Float64Array): Float64Array;
}

/** Chosen at the first call. */
let chosen: PanelKernels | undefined;

function kernels(): PanelKernels {
  chosen ??= compilePanelKernels() ?? scalarKernels;
  return chosen;
}

/** In plain TypeScript. */
export const scalarKernels: PanelKernels = {
  products: (x, y, depth) => {
    const sums = new Float64Array(x.lines * y.lines);
    for (let i = 0; i < x.lines; i += PANEL) {
      for (let j = 0; j < y.lines; j += 2) {
        const at = i * y.lines + j;
        scalarHalfPanel(x.data, i * depth, y.data, panelOffset(j, depth), depth, sums, at, y.lines);
      }
    }
    return sums;
  },
  differences: (x, y, depth, origins) => {
    return origins.map((origin, at) => {
      const [i, j] = [Math.floor(at / y.lines), at % y.lines];
      return sumOfDifferences(x.data, panelOffset(i, depth), y.data, panelOffset(j, depth), depth, origin);
    });
  },
};

/** Sums of four lines with two, which stay in registers with their factors. Positions, because a view costs more than the panel. */
function scalarHalfPanel(
  x: Float64Array,
  xStart: number,
  y: Float64Array,
  yStart: number,
  depth: number,
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
  const end = xStart + step * depth;
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

function sumOfDifferences(
  x: Float64Array,
  xStart: number,
  y: Float64Array,
  yStart: number,
  depth: number,
  origin: number,
): number {
  const step = PANEL;
  let sum = 0;
  for (let k = 0, p = xStart, q = yStart; k < depth; k++, p += step, q += step) sum += x[p]! * (y[q]! - origin);
  return sum;
}
