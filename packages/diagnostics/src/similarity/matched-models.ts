// Two models' embeddings of the same items: row i of one and row i of the other are the same item. Dimensions may differ.

import { copyRows } from "@nce-geometry/energy";
import { normalizeRowMatrix } from "@nce-geometry/pairwise";
import { InputError, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import { shapeError } from "../law-tests/option-checks.ts";

/** Items of which all pair values are held in memory: a triangle takes 64 MiB. */
export const mostItems = 4096;

export interface MatchedModels {
  readonly a: RowMatrix;
  readonly b: RowMatrix;
}

/** The rows in float64, refused where they are not finite or not of the same items. */
export async function matchedModels(
  where: string,
  a: Rows,
  b: Rows,
  { signal, least = 4 }: RunControl & { readonly least?: number },
): Promise<MatchedModels> {
  for (const [argument, rows] of Object.entries({ a, b })) {
    if (rows.dim < 1) throw shapeError(where, argument, "of dimension ≥ 1", rows);
  }
  if (a.rows < least) throw shapeError(where, "a", `of at least ${least} rows`, a);
  if (b.rows !== a.rows) {
    const hint = "Row i of one model and row i of the other must be the same item.";
    throw shapeError(where, "b", `of ${a.rows} rows, as \`a\` is`, b, hint);
  }
  return { a: await finiteRows(where, "a", a, { signal }), b: await finiteRows(where, "b", b, { signal }) };
}

/** Refuses more items than pair values can be held of. */
export function requirePairsInMemory(where: string, items: Rows): void {
  if (items.rows <= mostItems) return;
  const hint = "All pair values are held in memory: draw items, the same from both models.";
  throw shapeError(where, "a", `of at most ${mostItems} rows`, items, hint);
}

/** The rows divided by their lengths: what cosines are taken of. */
export function directions(where: string, { a, b }: MatchedModels): MatchedModels {
  return { a: unit(where, "a", a), b: unit(where, "b", b) };
}

function unit(where: string, argument: string, rows: RowMatrix): RowMatrix {
  const zero = firstRow(rows, (row) => row.every((value) => value === 0));
  if (zero === undefined) return normalizeRowMatrix(rows);
  const hint = "A zero row has no direction; remove the item from both models.";
  const received = `zeros in row ${zero}`;
  throw new InputError({ code: "E_ZERO_ROW", where, argument, expected: "without zero rows", received, hint });
}

async function finiteRows(where: string, argument: string, rows: Rows, control: RunControl): Promise<RowMatrix> {
  const copy = await copyRows(rows, control);
  const bad = firstRow(copy, (row) => !row.every(Number.isFinite));
  if (bad === undefined) return copy;
  const received = `NaN or ∞ in row ${bad}`;
  throw new InputError({ code: "E_NOT_FINITE", where, argument, expected: "finite", received });
}

function firstRow({ rows, dim, data }: RowMatrix, is: (row: RowMatrix["data"]) => boolean): number | undefined {
  for (let i = 0; i < rows; i++) if (is(data.subarray(i * dim, (i + 1) * dim))) return i;
  return undefined;
}
