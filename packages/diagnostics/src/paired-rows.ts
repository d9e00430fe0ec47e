// What two sets of embeddings must be before anything is measured on them.

import { InputError, type RowBlock, type Rows, type RunControl } from "@nce-geometry/tensor";
import { forEachBlock } from "./row-blocks.ts";

/** Squared norms of rows that were normalised and then stored as float32 deviate from 1 by some 1e-7. */
const unitTolerance = 1e-5;

/**
 * Refuses sets that are not n ≥ 2 pairs of finite rows of unit length in the same dimension.
 *
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; the first offending row is named.
 */
export async function assertPairedUnitRows(where: string, x: Rows, y: Rows, control: RunControl): Promise<void> {
  assertPairedShapes(where, x, y);
  await assertUnitRows(where, "x", x, control);
  await assertUnitRows(where, "y", y, control);
}

function assertPairedShapes(where: string, x: Rows, y: Rows): void {
  const refuse = (argument: string, expected: string, received: string, hint?: string) => {
    throw new InputError({ code: "E_SHAPE", where, argument, expected, received, hint });
  };
  const shapeOf = (rows: Rows) => `[${rows.rows}, ${rows.dim}]`;
  if (x.dim < 1) refuse("x", "of dimension ≥ 1", shapeOf(x));
  if (y.dim !== x.dim)
    refuse("y", `of dimension ${x.dim}, as \`x\` is`, shapeOf(y), "Both modalities must live in one space.");
  if (y.rows !== x.rows) {
    refuse(
      "y",
      `of ${x.rows} rows, as \`x\` is`,
      shapeOf(y),
      "Row i of one is the match of row i of the other; repeat a row that has several matches.",
    );
  }
  if (x.rows < 2) refuse("x", "of at least 2 rows", shapeOf(x), "A single pair has nothing to be compared with.");
  for (const [argument, rows] of [
    ["x", x],
    ["y", y],
  ] as const) {
    if ("data" in rows && rows.data.length !== rows.rows * rows.dim) {
      refuse(argument, `${rows.rows} · ${rows.dim} numbers`, String(rows.data.length));
    }
  }
}

async function assertUnitRows(where: string, argument: string, rows: Rows, control: RunControl): Promise<void> {
  await forEachBlock(rows, control, (block, start, count) => {
    for (let i = 0; i < count; i++) {
      const square = squaredNorm(block, i * rows.dim, rows.dim);
      if (!(Math.abs(square - 1) <= unitTolerance)) throw rowError(where, argument, start + i, square);
    }
  });
}

function squaredNorm(block: RowBlock, offset: number, dim: number): number {
  let sum = 0;
  for (let k = offset; k < offset + dim; k++) sum += block[k]! ** 2;
  return sum;
}

function rowError(where: string, argument: string, row: number, square: number): InputError {
  if (!Number.isFinite(square)) {
    return new InputError({
      code: "E_NOT_FINITE",
      where,
      argument,
      expected: "finite",
      received: `NaN or ∞ in row ${row}`,
    });
  }
  if (square === 0) {
    const hint = "A zero row has no direction; remove the pair.";
    return new InputError({
      code: "E_ZERO_ROW",
      where,
      argument,
      expected: "of unit rows",
      received: `zeros in row ${row}`,
      hint,
    });
  }
  const received = `norm ${Math.sqrt(square).toPrecision(6)} in row ${row}`;
  const hint = "Normalise the rows first, e.g. with normalizeRowMatrix of @nce-geometry/pairwise.";
  return new InputError({ code: "E_OPTION", where, argument, expected: "of unit rows", received, hint });
}
