// Checks of the shapes of anchors, positives and negatives, the same for tensors and for rows.

import { InputError, type Rows, type Shape } from "@nce-geometry/tensor";

/** A named argument and its shape. */
export interface NamedShape {
  readonly name: string;
  readonly shape: Shape;
}

/** The shape of rows, once it is certain that their data have it. */
export function shapeOfRows(where: string, name: string, x: Rows): NamedShape {
  if ("data" in x && x.data.length !== x.rows * x.dim) {
    const expected = `of length rows · dim = ${x.rows * x.dim}`;
    throw shapeError(where, `${name}.data`, expected, String(x.data.length));
  }
  return { name, shape: [x.rows, x.dim] };
}

/** Requires [n, d], n ≥ 1, twice the same: row i of one is the partner of row i of the other. */
export function checkPairs(where: string, a: NamedShape, b: NamedShape): void {
  checkMatrix(where, a);
  if (b.shape.length === 2 && b.shape[0] === a.shape[0] && b.shape[1] === a.shape[1]) return;
  const hint = "Row i of one is the partner of row i of the other.";
  throw shapeError(where, b.name, `of the shape ${text(a.shape)} of \`${a.name}\``, text(b.shape), hint);
}

/** Requires [n, d] and [m, d], n, m ≥ 1: rows of one dimension that need not be partners. */
export function checkSameDimension(where: string, a: NamedShape, b: NamedShape): void {
  checkMatrix(where, a);
  checkPool(where, a, b);
}

/** Requires [m, d], m ≥ 1, with the d of the anchors. */
export function checkPool(where: string, anchors: NamedShape, pool: NamedShape): void {
  const [rows, dim] = pool.shape;
  if (pool.shape.length === 2 && rows! > 0 && dim === anchors.shape[1]) return;
  const expected = `of shape [m, ${anchors.shape[1]}] with m ≥ 1, the dimension of \`${anchors.name}\``;
  throw shapeError(where, pool.name, expected, text(pool.shape));
}

/** Requires [n, d] with n ≥ 2, where rows are judged by other rows. */
export function checkSeveral(where: string, { name, shape }: NamedShape): void {
  if (shape.length === 2 && shape[0]! >= 2) return;
  const hint = "A single row has no others to be told from.";
  throw shapeError(where, name, "of shape [n, d] with n ≥ 2", text(shape), hint);
}

function checkMatrix(where: string, x: NamedShape): void {
  if (x.shape.length === 2 && x.shape[0]! > 0) return;
  throw shapeError(where, x.name, "of shape [n, d] with n ≥ 1", text(x.shape));
}

function text(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

function shapeError(where: string, argument: string, expected: string, received: string, hint?: string): InputError {
  return new InputError({ code: "E_SHAPE", where, argument, expected, received, hint });
}
