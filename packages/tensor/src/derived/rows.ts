// Operations on the rows of a matrix.

import { type CustomGrad, customGrad } from "../autodiff/custom-grad.ts";
import { InputError } from "../input-error.ts";
import {
  commonBackend,
  requireFloat,
  requireRank,
  requireSameDType,
  requireShape,
  wrongOption,
  wrongShape,
} from "../ops/check.ts";
import { equal, greater, less, logicalAnd, where } from "../ops/compare.ts";
import { abs, div, mul, sqrt, square } from "../ops/elementwise.ts";
import { reshape } from "../ops/layout.ts";
import { max, sum } from "../ops/reduce.ts";
import type { Tensor } from "../tensor.ts";

/** What becomes of rows without direction. */
export interface NormalizeRowsOptions {
  /**
   * `error` refuses them, which reads the norms at once; `nan` lets 0/0 stand and reads nothing; `keep` leaves zeros,
   * with gradient 0. @defaultValue "error"
   */
  readonly zeroRows?: "error" | "nan" | "keep" | undefined;
}

/**
 * The diagonal of a square matrix.
 *
 * Shapes: [n, n] → [n]
 * Throws: InputError E_SHAPE.
 */
export function diagonal(x: Tensor): Tensor {
  const [n, columns] = x.shape;
  if (x.shape.length !== 2 || n !== columns) throw wrongShape("diagonal", "x", "of shape [n, n]", x.shape);
  const { backend } = x;
  return backend.scope(() => {
    const positions = Int32Array.from({ length: n! }, (_, i) => i * (n! + 1));
    return backend.gather(backend.reshape(x, [n! * n!]), backend.fromData(positions, [n!], "int32"));
  });
}

/**
 * Euclidean norm of each row.
 *
 * Math:     ‖x_i‖;  gradient x_i/‖x_i‖, defined as 0 at a zero row
 * Shapes:   [n, d] → [n]
 * Limits:   a zero row, or d = 0 → 0;  any ±∞ and no NaN → +∞;  any NaN → NaN.
 * Numerics: rows are scaled by their largest entry, so that squares neither overflow nor vanish; error of a few ε.
 * Throws:   InputError E_SHAPE, E_DTYPE.
 */
export function rowNorms(x: Tensor): Tensor {
  requireFloat("rowNorms", "x", x);
  requireRank("rowNorms", "x", x, 2, "[n, d]");
  return x.backend.scope(() => reshape(normColumn(x), [x.shape[0]!]));
}

/**
 * Rows divided by their Euclidean norms.
 *
 * Math:   x_i/‖x_i‖;  pullback g → (g − u⟨u, g⟩)/‖x_i‖ with u the unit row
 * Shapes: [n, d] → [n, d]
 * Limits: unit rows stay;  zero rows as the option says;  a row with NaN → NaN;  with ±∞ → NaN there, 0 elsewhere.
 * Throws: InputError E_ZERO_ROW naming the first zero row, E_UNSUPPORTED where the norms would have to be read and the
 *         backend cannot be read at once, E_SHAPE, E_DTYPE, E_OPTION.
 */
export function normalizeRows(x: Tensor, options: NormalizeRowsOptions = {}): Tensor {
  const { zeroRows = "error" } = options;
  requireFloat("normalizeRows", "x", x);
  requireRank("normalizeRows", "x", x, 2, "[n, d]");
  if (!["error", "nan", "keep"].includes(zeroRows)) {
    throw wrongOption("normalizeRows", "zeroRows", '"error", "nan" or "keep"', String(zeroRows));
  }
  return x.backend.scope(() => {
    const norms = normColumn(x);
    if (zeroRows === "error") requireDirections(x, norms);
    if (zeroRows !== "keep") return div(x, norms);
    const zero = equal(norms, 0);
    return where(zero, 0, div(x, where(zero, 1, norms)));
  });
}

/**
 * Inner product of each row of x with the row of y of the same index.
 *
 * Math:   ⟨x_i, y_i⟩
 * Shapes: [n, d], [n, d] → [n]
 * Throws: InputError E_SHAPE, E_DTYPE, E_BACKEND.
 */
export function rowDot(x: Tensor, y: Tensor): Tensor {
  const backend = requireRowPair("rowDot", x, y);
  requireShape("rowDot", "y", y, x.shape);
  return backend.scope(() => sum(mul(x, y), { axis: 1 }));
}

/** Checks two float matrices of rows of equal length; gives the backend they meet on. */
export function requireRowPair(name: string, x: Tensor, y: Tensor): Tensor["backend"] {
  const backend = commonBackend(name, ["x", "y"], [x, y]);
  requireFloat(name, "x", x);
  requireSameDType(name, "y", x, y);
  requireRank(name, "x", x, 2, "[n, d]");
  requireRank(name, "y", y, 2, "[m, d]");
  if (x.shape[1] !== y.shape[1]) throw wrongShape(name, "y", `of shape [m, ${x.shape[1]}]`, y.shape);
  return backend;
}

/** Norms as a column [n, 1]. */
function normColumn(x: Tensor): Tensor {
  return customGrad(normColumnRule, [x]);
}

function normColumnRule(x: Tensor): CustomGrad {
  const over = { axis: 1, keepDims: true };
  const largest = max(abs(x), over);
  const usable = logicalAnd(greater(largest, 0), less(largest, Number.POSITIVE_INFINITY));
  const scale = where(usable, largest, 1);
  return {
    value: mul(scale, sqrt(sum(square(div(x, scale)), over))),
    pullback: (g, norms) => [mul(g, div(x, where(equal(norms, 0), 1, norms)))],
  };
}

function requireDirections(x: Tensor, norms: Tensor): void {
  const where = "normalizeRows";
  if (!x.backend.supports("syncRead")) {
    throw new InputError({
      code: "E_UNSUPPORTED",
      where,
      argument: "zeroRows",
      expected: '"nan" or "keep" on a backend that cannot be read at once',
      received: '"error"',
    });
  }
  const row = norms.dataSync().indexOf(0);
  if (row === -1) return;
  throw new InputError({
    code: "E_ZERO_ROW",
    where,
    argument: "x",
    expected: "of rows with a direction",
    received: `zeros in row ${row} of ${x.shape[0]}`,
    hint: 'Remove such rows, or choose zeroRows: "nan" or "keep".',
  });
}
