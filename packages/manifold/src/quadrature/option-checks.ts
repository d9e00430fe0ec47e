// Options outside their domain, reported the same way by quadratures, means, optimisers and samplers.

import { InputError } from "@nce-geometry/tensor";

/** `value` must be an integer ≥ `low`. */
export function requireInteger(where: string, argument: string, value: number, low: number): void {
  if (Number.isSafeInteger(value) && value >= low) return;
  throw optionError(where, argument, `an integer ≥ ${low}`, String(value));
}

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

/** `value` must be finite, ≥ 0 and < 1. */
export function requireFraction(where: string, argument: string, value: number): void {
  if (value >= 0 && value < 1) return;
  throw optionError(where, argument, "a number ≥ 0 and < 1", String(value));
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
