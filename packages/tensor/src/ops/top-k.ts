// Order along the last axis.

import type { TopKResult } from "../backend.ts";
import type { Tensor } from "../tensor.ts";
import { requireNumeric, wrongOption, wrongShape } from "./check.ts";
import { neg, sub } from "./elementwise.ts";

/** How many elements topK returns. */
export interface TopKOptions {
  /** From 1 to the size of the last axis. */
  readonly k: number;
}

/** The order in which sort returns the elements. */
export interface SortOptions {
  /** Largest first. @defaultValue false */
  readonly descending?: boolean | undefined;
}

/**
 * The k largest elements along the last axis, largest first, and where they stood. Values carry gradients.
 *
 * Shapes: x […, n] → values […, k], indices int32 […, k]
 * Limits: among equal elements the lower index comes first; the order of NaN is unspecified.
 * Throws: InputError E_OPTION unless 1 ≤ k ≤ n, E_SHAPE for a scalar, E_DTYPE for bool.
 */
export function topK(x: Tensor, options: TopKOptions): TopKResult {
  requireNumeric("topK", "x", x);
  if (x.shape.length === 0) throw wrongShape("topK", "x", "of rank 1 or more", x.shape);
  const { k } = options;
  const last = x.shape.at(-1)!;
  if (!Number.isInteger(k) || k < 1 || k > last) {
    throw wrongOption("topK", "k", `an integer from 1 to ${last}, the size of the last axis`, String(k));
  }
  return x.backend.topK(x, k);
}

/**
 * Elements in order along the last axis, smallest first unless asked otherwise; carries gradients.
 *
 * Limits: an empty axis stays empty; the place of NaN is unspecified.
 * Throws: InputError E_SHAPE for a scalar, E_DTYPE for bool.
 */
export function sort(x: Tensor, options: SortOptions = {}): Tensor {
  requireNumeric("sort", "x", x);
  if (x.shape.length === 0) throw wrongShape("sort", "x", "of rank 1 or more", x.shape);
  const { backend } = x;
  const k = x.shape.at(-1)!;
  if (k === 0) return backend.reshape(x, x.shape);
  return backend.scope(() => {
    if (options.descending) return backend.topK(x, k).values;
    // −1 − x, unlike −x, reverses the order of all 32-bit integers without overflow.
    const reverse = (t: Tensor): Tensor => (t.dtype === "int32" ? sub(-1, t) : neg(t));
    return reverse(backend.topK(reverse(x), k).values);
  });
}
