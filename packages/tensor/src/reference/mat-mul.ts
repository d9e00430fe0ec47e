// Matrix product by packed panels.

import { linesInPanels, PANEL, type Panels, panelProducts } from "../numerics/panel-products.ts";

/** A matrix as rows × columns over a flat array, with any strides; transposition is a swap of strides. */
export interface MatrixView {
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

// Two blocks and the sums of their lines stay in the second-level cache.
const panelDepth = 256;
const blockLines = 128;

/** A·B into `out`, which must be zero. */
export function multiply(a: MatrixView, b: MatrixView, out: Float64Array): Float64Array {
  const rows = linesOf(a);
  const columns = linesOf(transposed(b));
  const [left, right] = [rows, columns].map((lines) => emptyBlock(lines, a.columns)) as [Float64Array, Float64Array];
  for (let depth = 0; depth < a.columns; depth += panelDepth) {
    const k = Math.min(panelDepth, a.columns - depth);
    for (let j = 0; j < columns.count; j += blockLines) {
      const y = packed(columns, j, depth, k, right);
      for (let i = 0; i < rows.count; i += blockLines) {
        const sums = panelProducts(packed(rows, i, depth, k, left), y, k);
        addBlock(sums, y.lines, out, { i, j, rows: rows.count, columns: columns.count });
      }
    }
  }
  return out;
}

function emptyBlock({ count }: Lines, depth: number): Float64Array {
  return new Float64Array(linesInPanels(Math.min(blockLines, count)) * Math.min(panelDepth, depth));
}

/** Lines of numbers that meet those of the other factor. */
interface Lines {
  readonly data: Float64Array;
  readonly count: number;
  readonly lineStride: number;
  readonly depthStride: number;
}

function linesOf({ data, rows, rowStride, columnStride }: MatrixView): Lines {
  return { data, count: rows, lineStride: rowStride, depthStride: columnStride };
}

function transposed({ data, rows, columns, rowStride, columnStride }: MatrixView): MatrixView {
  return { data, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride };
}

/** A block of lines side by side in panels. What is left in the last one of earlier lines reaches only sums that are not used. */
function packed(lines: Lines, line: number, depth: number, k: number, out: Float64Array): Panels {
  const { data, lineStride, depthStride } = lines;
  const count = Math.min(blockLines, lines.count - line);
  // A local, because where modules are transformed (tests) an import is a property read.
  const step = PANEL;
  for (let i = 0; i < count; i += step) {
    const width = Math.min(step, count - i);
    let from = (line + i) * lineStride + depth * depthStride;
    for (let p = 0, to = i * k; p < k; p++, to += step, from += depthStride) {
      for (let lane = 0; lane < width; lane++) out[to + lane] = data[from + lane * lineStride]!;
    }
  }
  return { lines: linesInPanels(count), data: out };
}

/** Adds what a block of sums holds of the product from row i and column j on. */
function addBlock(
  sums: Float64Array,
  stride: number,
  out: Float64Array,
  { i, j, rows, columns }: { readonly i: number; readonly j: number; readonly rows: number; readonly columns: number },
): void {
  const height = Math.min(blockLines, rows - i);
  const width = Math.min(blockLines, columns - j);
  for (let r = 0; r < height; r++) {
    const [from, to] = [r * stride, (i + r) * columns + j];
    for (let c = 0; c < width; c++) out[to + c]! += sums[from + c]!;
  }
}
