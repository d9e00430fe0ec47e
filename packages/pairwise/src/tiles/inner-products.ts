import { linesInPanels, type Panels, panelProducts } from "@nce-geometry/tensor";
import type { PackedRows } from "./packed-rows.ts";

/**
 * All ⟨x_i, y_j⟩ of two blocks into `out`, row-major with the given stride (≥ y's count rounded up to a panel).
 *
 * Each sum runs over the coordinates in ascending order whatever the block, so a score does not depend on the tile it
 * was computed in, ⟨x, y⟩ = ⟨y, x⟩ bit by bit, and equal rows give equal scores.
 */
export function innerProducts(x: PackedRows, y: PackedRows, out: Float64Array, stride: number): void {
  const columns = panelsOf(y);
  const sums = panelProducts(panelsOf(x), columns, x.dim);
  for (let i = 0; i < x.count; i++) {
    const at = i * columns.lines;
    out.set(sums.subarray(at, at + y.count), i * stride);
  }
}

function panelsOf({ panels, count }: PackedRows): Panels {
  return { data: panels, lines: linesInPanels(count) };
}
