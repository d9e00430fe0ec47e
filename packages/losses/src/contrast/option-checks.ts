import { InputError } from "@nce-geometry/tensor";

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
