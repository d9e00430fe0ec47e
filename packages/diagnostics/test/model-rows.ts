// Embeddings of two models for tests: any finite rows, and the moves that a similarity must not see.

import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { turnRows } from "./unit-rows.ts";

/** n rows of independent normal numbers. */
export function normalRows(seed: number | string, n: number, dim: number): RowMatrix {
  return { rows: n, dim, data: createRandom(seed).normal(n * dim) };
}

/** scale·x·Q + shift, Q orthogonal. */
export function movedRows(seed: number, x: RowMatrix, scale: number, shift = 0): RowMatrix {
  const { rows, dim, data } = turnRows(seed, x);
  return { rows, dim, data: data.map((value, at) => scale * value + shift * ((at % dim) + 1)) };
}

/** The first model plus noise. */
export function noisyModel(seed: number | string, x: RowMatrix, noise: number): RowMatrix {
  const added = createRandom(seed).normal(x.data.length);
  return { ...x, data: Float64Array.from(x.data, (value, at) => value + noise * added[at]!) };
}
