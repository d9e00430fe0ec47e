// Options outside their domain, refused in the same words everywhere.

import { InputError, type Tensor } from "@nce-geometry/tensor";

/** Requires a finite number > 0. */
export function checkPositive(where: string, argument: string, value: unknown, hint?: string): void {
  if (typeof value === "number" && Number.isFinite(value) && value > 0) return;
  throw invalidOption(where, argument, "a finite number > 0", String(value), hint);
}

/** Requires a finite number, or a scalar tensor, whose value is not read. */
export function checkScalar(
  where: string,
  argument: string,
  value: number | Tensor,
  { positive, hint }: { readonly positive: boolean; readonly hint?: string },
): void {
  const number = positive ? "a finite number > 0" : "a finite number";
  if (typeof value === "number" || value?.shape === undefined) {
    if (Number.isFinite(value) && !(positive && (value as number) <= 0)) return;
    throw invalidOption(where, argument, number, String(value), hint);
  }
  if (value.shape.length === 0) return;
  const received = `a tensor of shape [${value.shape.join(", ")}]`;
  throw invalidOption(where, argument, `${number} or a scalar tensor`, received);
}

export function checkUnitInterval(where: string, argument: string, value: number): void {
  if (!(value >= 0 && value <= 1)) refuseOption(where, argument, "a number in 0 … 1", value);
}

export function checkFlag(where: string, argument: string, value: boolean): void {
  if (typeof value !== "boolean") refuseOption(where, argument, "true or false", value);
}

export function checkOneOf(where: string, argument: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  const names = allowed.map((name) => JSON.stringify(name));
  refuseOption(where, argument, `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`, JSON.stringify(value));
}

export function refuseOption(where: string, argument: string, expected: string, received: unknown): never {
  throw invalidOption(where, argument, expected, String(received));
}

export function invalidOption(
  where: string,
  argument: string,
  expected: string,
  received: string,
  hint?: string,
): InputError {
  return new InputError({ code: "E_OPTION", where, argument, expected, received, hint });
}
