// Options outside their domain, in the same words for every measure.

import { InputError, type Rows } from "@nce-geometry/tensor";

/** `value` must be an integer ≥ `low`. */
export function requireInteger(where: string, argument: string, value: number, low: number): void {
  if (Number.isSafeInteger(value) && value >= low) return;
  throw optionError(where, argument, `an integer ≥ ${low}`, String(value));
}

/** `value` must be finite and > 0. */
export function requirePositive(where: string, argument: string, value: number, hint?: string): void {
  if (Number.isFinite(value) && value > 0) return;
  throw optionError(where, argument, "a finite number > 0", String(value), hint);
}

/** `value` must be in (0, 1). */
export function requireOpenFraction(where: string, argument: string, value: number): void {
  if (value > 0 && value < 1) return;
  throw optionError(where, argument, "a number > 0 and < 1", String(value));
}

/** `value` must be one of the words. */
export function requireOneOf(where: string, argument: string, value: string, words: readonly string[]): void {
  if (words.includes(value)) return;
  const quoted = words.map((word) => `"${word}"`);
  throw optionError(where, argument, `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`, String(value));
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

export function shapeError(where: string, argument: string, expected: string, rows: Rows, hint?: string): InputError {
  const received = `[${rows.rows}, ${rows.dim}]`;
  return new InputError({ code: "E_SHAPE", where, argument, expected, received, hint });
}
