// Paired rows with one property each, for the sentences that must be true of them.

import type { RowMatrix } from "@nce-geometry/tensor";
import { equalRows, noisyCopy, permuteRows, randomRows } from "./unit-rows.ts";

export interface Pair {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
}

/** Every row stands twice in its file, so that each match ties with one other candidate. */
export function duplicatedPair(seed: number, n: number, dim: number): Pair {
  const once = randomRows(seed, n / 2, dim);
  const x = permuteRows(
    once,
    Array.from({ length: n }, (_, i) => Math.floor(i / 2)),
  );
  return { x, y: x };
}

/** A pairing that is weak: y_i is x_i under noise that nearly hides it. */
export function weakPair(seed: number, n: number, dim: number, noise: number): Pair {
  const x = randomRows(seed, n, dim);
  return { x, y: noisyCopy(seed + 1, x, noise) };
}

/** X lies close around an axis and Y wide around the same, so that rows of X are nearer to the rows of both. */
export function narrowAndWide(seed: number, n: number, dim: number): Pair {
  const around = (at: number, size: number) => noisyCopy(at, axisCopies(n, dim), size / Math.sqrt(dim));
  return { x: around(seed, 0.2), y: around(seed + 1, 1) };
}

function axisCopies(n: number, dim: number): RowMatrix {
  return equalRows([1, ...new Array<number>(dim - 1).fill(0)], n);
}
