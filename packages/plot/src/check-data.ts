// Checks of plain data from anywhere, a JSON file included: nothing that would break a picture gets past them.

import { InputError, type InputErrorCode } from "@nce-geometry/tensor";

/** Beyond this size differences overflow. */
const largest = 1e100;

/** Refuses what is not a record of named fields. */
export function assertRecord(where: string, argument: string, value: unknown): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  fail("E_SHAPE", where, argument, "a record", shown(value));
}

/** Refuses what is not a list of at least `least` elements. */
export function assertList(where: string, argument: string, value: unknown, least = 1): void {
  if (!Array.isArray(value)) fail("E_SHAPE", where, argument, "an array", shown(value));
  const { length } = value as readonly unknown[];
  if (length < least) fail("E_SHAPE", where, argument, `an array of length ≥ ${least}`, `length ${length}`);
}

/** Refuses a list of another length than `length`; `per` says what each element belongs to. */
export function assertLength(where: string, argument: string, value: unknown, length: number, per: string): void {
  assertList(where, argument, value, 0);
  const got = (value as readonly unknown[]).length;
  if (got === length) return;
  fail("E_SHAPE", where, argument, `an array of length ${length}, one element per ${per}`, `length ${got}`);
}

/** Refuses a list with an element that is not a finite number, or too large to be drawn. */
export function assertFinite(where: string, argument: string, values: readonly number[]): void {
  for (const [index, value] of values.entries()) assertDrawable(where, argument, value, ` at index ${index}`);
}

/** Refuses what is not one finite number, or too large to be drawn. */
export function assertFiniteNumber(where: string, argument: string, value: unknown): void {
  assertDrawable(where, argument, value, "");
}

/** Refuses a list with an element that is not a number in [low, high]. */
export function assertRange(
  where: string,
  argument: string,
  values: readonly number[],
  [low, high]: readonly [number, number],
): void {
  assertFinite(where, argument, values);
  const index = values.findIndex((value) => value < low || value > high);
  if (index < 0) return;
  const domain = high === Infinity ? `≥ ${low}` : `in [${low}, ${high}]`;
  fail("E_OPTION", where, argument, `made of numbers ${domain}`, `${values[index]} at index ${index}`);
}

/** Refuses a list of finite numbers that does not increase strictly. */
export function assertIncreasing(where: string, argument: string, values: readonly number[]): void {
  const index = values.findIndex((value, i) => i > 0 && value <= values[i - 1]!);
  if (index < 0) return;
  const received = `${values[index]} after ${values[index - 1]} at index ${index}`;
  fail("E_OPTION", where, argument, "strictly increasing", received);
}

/** Refuses a label that is empty or holds characters that no XML text may hold. */
export function assertLabel(where: string, argument: string, value: unknown): void {
  if (typeof value !== "string" || value.trim() === "") {
    fail("E_OPTION", where, argument, "a non-empty string", shown(value));
  }
  if (/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(value as string)) {
    fail("E_OPTION", where, argument, "text without control characters", "a string with one");
  }
}

/** Throws the InputError of these words. */
export function fail(
  code: InputErrorCode,
  where: string,
  argument: string,
  expected: string,
  received: string,
  hint?: string,
): never {
  throw new InputError({ code, where, argument, expected, received, hint });
}

/** A value in words fit for a message: short, never a dump. */
export function shown(value: unknown): string {
  if (typeof value === "number" || value === undefined || value === null) return String(value);
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function assertDrawable(where: string, argument: string, value: unknown, place: string): void {
  if (!Number.isFinite(value)) fail("E_NOT_FINITE", where, argument, "finite", `${shown(value)}${place}`);
  if (Math.abs(value as number) > largest) {
    fail("E_OPTION", where, argument, `at most ${largest} in size`, `${value}${place}`);
  }
}
