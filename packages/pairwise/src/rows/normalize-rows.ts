// Rows of unit length. Division happens in float64 whatever the storage.

import { InputError, type RowBlock, type RowMatrix, type RowSource } from "@nce-geometry/tensor";
import { checkRows } from "../check-arguments.ts";
import { checkRange } from "./row-matrix.ts";

export interface NormalizeRowsOptions {
  /**
   * What to do with a row of zeros, which has no direction: refuse the whole matrix, or leave the row zero.
   *
   * @defaultValue "refuse"
   */
  readonly zeroRows?: "refuse" | "keep";
}

/**
 * The rows divided by their lengths.
 *
 * Math:     x_i/‖x_i‖.
 * Shapes:   [n, d] → [n, d], float64.
 * Domain:   finite rows; every finite non-zero row is fine, also where its squared norm would overflow or underflow.
 * Limits:   a row c·e_k with c > 0 → e_k exactly; ‖row‖ = 1 to (d/2 + 2)·2⁻⁵³.
 * Throws:   InputError E_ZERO_ROW, E_NOT_FINITE naming the first such row; E_SHAPE.
 */
export function normalizeRowMatrix(matrix: RowMatrix, options: NormalizeRowsOptions = {}): RowMatrix {
  const where = "normalizeRowMatrix";
  checkRows(where, "matrix", matrix);
  const { rows, dim, data } = matrix;
  const out = new Float64Array(data.length);
  normalizeInto(out, data, 0, rows, dim, { ...options, where, argument: "matrix" });
  return { rows, dim, data: out };
}

/**
 * A source whose rows are those of another one divided by their lengths, block by block as they are read.
 *
 * Shapes:   n rows of dimension d → the same.
 * Domain:   as {@link normalizeRowMatrix}; a bad row is found when its block is read.
 * Throws:   from `read`: InputError E_ZERO_ROW, E_NOT_FINITE naming the row by its index in the whole source; E_SHAPE.
 */
export function normalizedRowSource(source: RowSource, options: NormalizeRowsOptions = {}): RowSource {
  const { rows, dim } = source;
  return {
    rows,
    dim,
    dtype: "float64",
    async read(start, count, out) {
      const where = "normalizedRowSource.read";
      checkRange(where, rows, dim, start, count, out);
      const block = await source.read(start, count);
      const unit = out ? out.subarray(0, count * dim) : new Float64Array(count * dim);
      normalizeInto(unit, block, start, count, dim, { ...options, where, argument: "source" });
      return unit;
    },
  };
}

interface Context extends NormalizeRowsOptions {
  readonly where: string;
  readonly argument: string;
}

function normalizeInto(
  out: RowBlock,
  block: RowBlock,
  start: number,
  count: number,
  dim: number,
  context: Context,
): void {
  for (let i = 0; i < count; i++) {
    const at = i * dim;
    let largest = 0;
    for (let k = at; k < at + dim; k++) {
      const size = Math.abs(block[k]!);
      // Negated, so that NaN is kept as the largest.
      if (!(size <= largest)) largest = size;
      if (!Number.isFinite(largest)) throw notFinite(start + i, block[k]!, context);
    }
    if (largest === 0 && context.zeroRows !== "keep") throw zeroRow(start + i, context);
    const scale = scaleOf(largest);
    let sum = 0;
    for (let k = at; k < at + dim; k++) sum += (block[k]! * scale) ** 2;
    const norm = largest === 0 ? 1 : Math.sqrt(sum);
    for (let k = at; k < at + dim; k++) out[k] = (block[k]! * scale) / norm;
  }
}

/** A power of two (so that scaling is exact) that keeps the squares from overflowing or underflowing. */
function scaleOf(largest: number): number {
  if (largest > 2 ** 500) return 2 ** -600;
  if (largest < 2 ** -400) return 2 ** 600;
  return 1;
}

function notFinite(row: number, value: number, { where, argument }: Context): InputError {
  const received = `${value} in row ${row}`;
  return new InputError({ code: "E_NOT_FINITE", where, argument, expected: "finite", received });
}

function zeroRow(row: number, { where, argument }: Context): InputError {
  return new InputError({
    code: "E_ZERO_ROW",
    where,
    argument,
    expected: "rows of positive length",
    received: `zeros in row ${row}`,
    hint: 'A zero row has no direction; remove it, or pass { zeroRows: "keep" } to leave it zero.',
  });
}
