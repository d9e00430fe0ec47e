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
  for (let depth = 0; depth < a.columns; depth += panelDepth) {
    const k = Math.min(panelDepth, a.columns - depth);
    for (let j = 0; j < columns.count; j += blockLines) {
      const right = packed(columns, j, depth, k);
      for (let i = 0; i < rows.count; i += blockLines) {
        const sums = panelProducts(packed(rows, i, depth, k), right, k);
        addBlock(sums, right.lines, out, { i, j, rows: rows.count, columns: columns.count });
      }
    }
  }
  return out;
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

/** A block of lines side by side in panels, filled up with zeros. */
function packed({ data, count, lineStride, depthStride }: Lines, line: number, depth: number, k: number): Panels {
  const height = Math.min(blockLines, count - line);
  const lines = linesInPanels(height);
  const panels = new Float64Array(lines * k);
  // A local, because where modules are transformed (tests) an import is a property read.
  const step = PANEL;
  for (let i = 0; i < height; i++) {
    const from = (line + i) * lineStride + depth * depthStride;
    const to = (i - (i % step)) * k + (i % step);
    for (let p = 0; p < k; p++) panels[to + p * step] = data[from + p * depthStride]!;
  }
  return { lines, data: panels };
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
