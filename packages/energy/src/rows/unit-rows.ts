// What sets of embeddings must be before anything is measured on them.

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
  assertOneSpace(where, x, y);
  if (y.rows !== x.rows) {
    const hint = "Row i of one is the match of row i of the other; repeat a row that has several matches.";
    refuseShape(where, "y", `of ${x.rows} rows, as \`x\` is`, shapeOf(y), hint);
  }
  if (x.rows < 2) {
    refuseShape(where, "x", "of at least 2 rows", shapeOf(x), "A single pair has nothing to be compared with.");
  }
  assertLengths(where, { x, y });
  await assertUnitNorms(where, "x", x, control, "the pair");
  await assertUnitNorms(where, "y", y, control, "the pair");
}

/**
 * Refuses two samples that are not finite rows of unit length in the same dimension, at least `least` of each.
 *
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; the first offending row is named.
 */
export async function assertTwoUnitSamples(
  where: string,
  x: Rows,
  y: Rows,
  control: RunControl,
  least: number = 2,
): Promise<void> {
  assertOneSpace(where, x, y);
  await assertUnitSample(where, "x", x, control, least);
  await assertUnitSample(where, "y", y, control, least);
}

/**
 * Refuses two samples that are not finite rows in the same dimension, two at least of each, or not pairs where pairs are promised.
 *
 * Throws: InputError E_SHAPE, E_NOT_FINITE; the first offending row is named.
 */
export async function assertFiniteSamples(
  where: string,
  x: Rows,
  y: Rows,
  { sampling, signal }: { readonly sampling: "independent" | "paired" } & RunControl,
): Promise<void> {
  assertOneSpace(where, x, y);
  assertLengths(where, { x, y });
  for (const [argument, rows] of Object.entries({ x, y })) {
    if (rows.rows < 2) refuseShape(where, argument, "of at least 2 rows", shapeOf(rows));
    await forEachBlock(rows, { signal }, (block, start, count) => {
      for (let i = 0; i < count; i++) {
        const square = squaredNorm(block, i * rows.dim, rows.dim);
        if (!Number.isFinite(square)) throw rowError({ where, argument, row: start + i, square, removable: "it" });
      }
    });
  }
  if (sampling === "paired" && x.rows !== y.rows) refuseShape(where, "y", `of ${x.rows} rows, as \`x\` is`, shapeOf(y));
}

/**
 * Refuses a sample that is not of finite rows of unit length, at least `least` of them.
 *
 * Throws: InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; the first offending row is named.
 */
export async function assertUnitSample(
  where: string,
  argument: string,
  rows: Rows,
  control: RunControl,
  least: number = 2,
): Promise<void> {
  if (rows.dim < 1) refuseShape(where, argument, "of dimension ≥ 1", shapeOf(rows));
  if (rows.rows < least) {
    const plural = least === 1 ? "row" : "rows";
    const hint = least === 2 ? "A single row has nothing to be compared with." : undefined;
    refuseShape(where, argument, `of at least ${least} ${plural}`, shapeOf(rows), hint);
  }
  assertLengths(where, { [argument]: rows });
  await assertUnitNorms(where, argument, rows, control, "it");
}

/** Refuses rows of different dimensions. */
function assertOneSpace(where: string, x: Rows, y: Rows): void {
  if (x.dim < 1) refuseShape(where, "x", "of dimension ≥ 1", shapeOf(x));
  if (y.dim === x.dim) return;
  refuseShape(where, "y", `of dimension ${x.dim}, as \`x\` is`, shapeOf(y), "Both modalities must live in one space.");
}

/** Refuses rows of dimension 1: the sphere of R¹ is two points, on which there are no densities. */
export function assertSphereDimension(where: string, x: Pick<Rows, "rows" | "dim">, argument = "x"): void {
  if (x.dim >= 2) return;
  const hint = "The unit sphere of R¹ is two points, which have no densities.";
  refuseShape(where, argument, "of dimension ≥ 2", shapeOf(x), hint);
}

function assertLengths(where: string, named: Readonly<Record<string, Rows>>): void {
  for (const [argument, rows] of Object.entries(named)) {
    if ("data" in rows && rows.data.length !== rows.rows * rows.dim) {
      refuseShape(where, argument, `${rows.rows} · ${rows.dim} numbers`, String(rows.data.length));
    }
  }
}

function shapeOf({ rows, dim }: Pick<Rows, "rows" | "dim">): string {
  return `[${rows}, ${dim}]`;
}

function refuseShape(where: string, argument: string, expected: string, received: string, hint?: string): never {
  throw new InputError({ code: "E_SHAPE", where, argument, expected, received, hint });
}

async function assertUnitNorms(
  where: string,
  argument: string,
  rows: Rows,
  control: RunControl,
  removable: string,
): Promise<void> {
  await forEachBlock(rows, control, (block, start, count) => {
    for (let i = 0; i < count; i++) {
      const square = squaredNorm(block, i * rows.dim, rows.dim);
      if (Math.abs(square - 1) <= unitTolerance) continue;
      throw rowError({ where, argument, row: start + i, square, removable });
    }
  });
}

function squaredNorm(block: RowBlock, offset: number, dim: number): number {
  let sum = 0;
  for (let k = offset; k < offset + dim; k++) sum += block[k]! ** 2;
  return sum;
}

interface BadRow {
  readonly where: string;
  readonly argument: string;
  readonly row: number;
  readonly square: number;
  /** What the hint says to remove. */
  readonly removable: string;
}

function rowError({ where, argument, row, square, removable }: BadRow): InputError {
  if (!Number.isFinite(square)) {
    const received = `NaN or ∞ in row ${row}`;
    return new InputError({ code: "E_NOT_FINITE", where, argument, expected: "finite", received });
  }
  const expected = "of unit rows";
  if (square === 0) {
    const hint = `A zero row has no direction; remove ${removable}.`;
    return new InputError({ code: "E_ZERO_ROW", where, argument, expected, received: `zeros in row ${row}`, hint });
  }
  const received = `norm ${Math.sqrt(square).toPrecision(6)} in row ${row}`;
  const hint = "Normalise the rows first, e.g. with normalizeRowMatrix of @nce-geometry/pairwise.";
  return new InputError({ code: "E_OPTION", where, argument, expected, received, hint });
}
