// Options outside their domain, reported the same way by every generator.

import { InputError } from "@nce-geometry/tensor";

/** An option that must hold; `expected` is worded to follow "must be". */
export function requireOption(
  where: string,
  argument: string,
  holds: boolean,
  expected: string,
  received: unknown,
): void {
  if (!holds) throw optionError(where, argument, expected, received);
}

/** An integer ≥ `least`. */
export function requireCount(where: string, argument: string, value: unknown, least: number): void {
  requireOption(
    where,
    argument,
    Number.isSafeInteger(value) && (value as number) >= least,
    `an integer ≥ ${least}`,
    value,
  );
}

/** A finite number > 0. */
export function requirePositive(where: string, argument: string, value: unknown): void {
  requireOption(where, argument, isFiniteNumber(value) && value > 0, "a finite number > 0", value);
}

/** A finite number ≥ 0. */
export function requireNonNegative(where: string, argument: string, value: unknown): void {
  requireOption(where, argument, isFiniteNumber(value) && value >= 0, "a finite number ≥ 0", value);
}

/** A finite number. */
export function requireFinite(where: string, argument: string, value: unknown): void {
  requireOption(where, argument, isFiniteNumber(value), "a finite number", value);
}

/** A number in [low, high]. */
export function requireWithin(where: string, argument: string, value: unknown, low: number, high: number): void {
  const holds = isFiniteNumber(value) && value >= low && value <= high;
  requireOption(where, argument, holds, `a number in [${low}, ${high}]`, value);
}

/** One of some words. */
export function requireOneOf(where: string, argument: string, value: unknown, words: readonly string[]): void {
  const quoted = words.map((word) => JSON.stringify(word));
  const expected = quoted.length > 1 ? `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}` : quoted[0]!;
  requireOption(where, argument, words.includes(value as string), expected, value);
}

/** Weights > 0 that sum to 1 up to rounding. */
export function requireWeights(where: string, argument: string, weights: unknown): void {
  const holds =
    Array.isArray(weights) &&
    weights.length > 0 &&
    weights.every((weight) => isFiniteNumber(weight) && weight > 0) &&
    Math.abs(weights.reduce((sum: number, weight: number) => sum + weight, 0) - 1) <= 1e-9;
  requireOption(where, argument, holds, "numbers > 0 with sum 1", weights);
}

/** A unit vector of `dim` numbers, up to 1e-9 of its length. */
export function requireUnitVector(where: string, argument: string, vector: unknown, dim: number): void {
  const holds =
    Array.isArray(vector) &&
    vector.length === dim &&
    vector.every(isFiniteNumber) &&
    Math.abs(Math.hypot(...vector) - 1) <= 1e-9;
  requireOption(where, argument, holds, `a unit vector of ${dim} numbers`, vector);
}

/** Numbers, one for each of `length`. */
export function requireNumbers(where: string, argument: string, values: unknown, length: number): void {
  const holds = Array.isArray(values) && values.length === length && values.every(isFiniteNumber);
  requireOption(where, argument, holds, `${length} finite numbers`, values);
}

export function optionError(
  where: string,
  argument: string,
  expected: string,
  received: unknown,
  hint?: string,
): InputError {
  return new InputError({ code: "E_OPTION", where, argument, expected, received: shown(received), hint });
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** Short enough for a message: an option, never data. */
function shown(value: unknown): string {
  if (typeof value === "number" || value === undefined) return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
