// Options outside their domain, reported the same way by every function.

import { InputError, type InputErrorCode } from "@nce-geometry/tensor";

interface Refusal {
  readonly code?: InputErrorCode;
  readonly where: string;
  readonly argument: string;
  readonly expected: string;
  /** A string as it stands. */
  readonly received: unknown;
  readonly hint?: string;
}

/** Throws; `expected` is worded to follow "must be". */
export function refuse({ code = "E_OPTION", received, ...rest }: Refusal): never {
  throw new InputError({ code, ...rest, received: typeof received === "string" ? received : shown(received) });
}

/** An integer ≥ `least`. */
export function requireCount(where: string, argument: string, value: unknown, least: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  refuse({ where, argument, expected: `an integer ≥ ${least}`, received: value });
}

/** A finite number > 0. */
export function requirePositive(where: string, argument: string, value: unknown): void {
  if (isFiniteNumber(value) && value > 0) return;
  refuse({ where, argument, expected: "a finite number > 0", received: value });
}

/** A finite number ≥ 0. */
export function requireNonNegative(where: string, argument: string, value: unknown): void {
  if (isFiniteNumber(value) && value >= 0) return;
  refuse({ where, argument, expected: "a finite number ≥ 0", received: value });
}

/** A number in [0, 1). */
export function requireFraction(where: string, argument: string, value: unknown): void {
  if (isFiniteNumber(value) && value >= 0 && value < 1) return;
  refuse({ where, argument, expected: "a number in [0, 1)", received: value });
}

/** One of some words. */
export function requireOneOf(where: string, argument: string, value: unknown, words: readonly string[]): void {
  if (words.includes(value as string)) return;
  const quoted = words.map((word) => JSON.stringify(word));
  refuse({
    where,
    argument,
    expected: `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`,
    received: shown(value),
  });
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function shown(value: unknown): string {
  return typeof value === "number" || value === undefined ? String(value) : (JSON.stringify(value) ?? String(value));
}
