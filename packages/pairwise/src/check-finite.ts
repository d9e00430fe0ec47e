import { InputError, type Rows } from "@nce-geometry/tensor";
import { rowReader } from "./tiles/row-reader.ts";

/** Index of the first row whose squared norm is NaN or ∞, or −1. */
export async function firstNonFiniteRow(
  rows: Rows,
  argument: string,
  where: string,
  blockRows: number,
): Promise<number> {
  const reader = rowReader(rows, { blockRows, where, argument });
  for (let index = 0; index < reader.blocks; index++) {
    const block = await reader.block(index);
    const row = block.squaredNorms.findIndex((norm) => !Number.isFinite(norm));
    if (row >= 0) return block.start + row;
  }
  return -1;
}

/**
 * Refuses rows that cannot be compared, naming the first one of x or else of y.
 *
 * A NaN score is neither above nor below another, so a rank would silently come out too good. Since |⟨x, y⟩| ≤ ‖x‖‖y‖,
 * finite squared norms are enough for every score to be a number; numbers beyond 1e154 overflow and are refused too.
 */
export async function refuseNonFiniteRows(x: Rows, y: Rows, where: string, blockRows: number): Promise<never> {
  for (const [argument, rows] of [
    ["x", x],
    ["y", y],
  ] as const) {
    const row = await firstNonFiniteRow(rows, argument, where, blockRows);
    if (row < 0) continue;
    throw new InputError({
      code: "E_NOT_FINITE",
      where,
      argument,
      expected: "rows with finite squared norms, because ranks and counts compare scores",
      received: `a NaN, infinite or overflowing row ${row}`,
      hint: "Remove or repair the row first.",
    });
  }
  // Only a source that gives other numbers at the second reading gets here.
  throw new Error(`${where}: a row was not finite when it was first read, but is now`);
}
