// Options and fields outside their domain, reported the same way by everything on grids.

import { InputError } from "@nce-geometry/tensor";
import type { GridMeasure } from "./grid-measure.ts";

/** `value` must be finite and > 0. */
export function requirePositive(where: string, argument: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw optionError(where, argument, "a finite number > 0", String(value));
}

/** `value` must be finite and ≥ 0. */
export function requireNonNegative(where: string, argument: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw optionError(where, argument, "a finite number ≥ 0", String(value));
}

/** `value` must be an integer ≥ `low`. */
export function requireInteger(where: string, argument: string, value: number, low: number): void {
  if (Number.isSafeInteger(value) && value >= low) return;
  throw optionError(where, argument, `an integer ≥ ${low}`, String(value));
}

/** One value per point of the grid. */
export function requireLength(
  where: string,
  argument: string,
  { weights }: GridMeasure,
  values: ArrayLike<number>,
): void {
  if (values.length === weights.length) return;
  const expected = `of length ${weights.length}, the points of the grid`;
  throw new InputError({ code: "E_SHAPE", where, argument, expected, received: `length ${values.length}` });
}

export function optionError(
  where: string,
  argument: string,
  expected: string,
  received: string,
  hint?: string,
): InputError {
  return new InputError({ code: "E_OPTION", where, argument, expected, received, hint });
}
