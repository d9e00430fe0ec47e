// Rows by index, and its adjoint.

import { InputError } from "../input-error.ts";
import type { Tensor } from "../tensor.ts";
import { commonBackend, requireDType, requireNumeric, requireRank, wrongOption, wrongShape } from "./check.ts";

/** How many rows scatterAdd returns. */
export interface ScatterAddOptions {
  /** Size of axis 0 of the result. */
  readonly rows: number;
}

/**
 * Rows of `x` (slices along axis 0) at the given indices, repeats allowed.
 *
 * Shapes:   x [n, …], indices int32 [k] → [k, …]
 * Numerics: indices are checked wherever the backend can be read at once; elsewhere an index outside 0 … n − 1 is
 *           undefined.
 * Throws:   InputError E_SHAPE, E_DTYPE, E_BACKEND, and E_OPTION naming the first index out of range.
 */
export function gather(x: Tensor, indices: Tensor): Tensor {
  const backend = commonBackend("gather", ["x", "indices"], [x, indices]);
  if (x.shape.length === 0) throw wrongShape("gather", "x", "of rank 1 or more", x.shape);
  requireIndices("gather", indices, x.shape[0]!);
  return backend.gather(x, indices);
}

/**
 * Zeros to which the i-th update is added at row indices[i]; the adjoint of {@link gather}.
 *
 * Shapes: indices int32 [k], updates [k, …] → [rows, …]
 * Limits: repeated indices accumulate;  k = 0 → zeros.
 * Throws: InputError E_SHAPE, E_DTYPE, E_BACKEND, and E_OPTION naming the first index out of range.
 */
export function scatterAdd(indices: Tensor, updates: Tensor, options: ScatterAddOptions): Tensor {
  const { rows } = options;
  const backend = commonBackend("scatterAdd", ["indices", "updates"], [indices, updates]);
  if (!Number.isSafeInteger(rows) || rows < 0) {
    throw wrongOption("scatterAdd", "rows", "a non-negative integer", String(rows));
  }
  requireNumeric("scatterAdd", "updates", updates);
  requireIndices("scatterAdd", indices, rows);
  if (updates.shape.length === 0 || updates.shape[0] !== indices.shape[0]) {
    throw wrongShape("scatterAdd", "updates", `of shape [${indices.shape[0]}, …], one row per index`, updates.shape);
  }
  return backend.scatterAdd(indices, updates, rows);
}

function requireIndices(where: string, indices: Tensor, rows: number): void {
  requireDType(where, "indices", indices, "int32");
  requireRank(where, "indices", indices, 1, "[k]");
  if (!indices.backend.supports("syncRead")) return;
  const values = indices.dataSync();
  const bad = values.findIndex((index) => index < 0 || index >= rows);
  if (bad === -1) return;
  const expected = rows === 0 ? "empty because there are no rows" : `integers from 0 to ${rows - 1}`;
  throw new InputError({
    code: "E_OPTION",
    where,
    argument: "indices",
    expected,
    received: `${values[bad]} at position ${bad}`,
  });
}
