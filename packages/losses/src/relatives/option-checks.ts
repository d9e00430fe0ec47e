// Checks that the relatives of InfoNCE share.

import { InputError, type InputErrorDetails, type Tensor } from "@nce-geometry/tensor";
import type { NamedShape } from "../shape-checks.ts";

/** Requires a finite number > 0. */
export function checkPositive(where: string, argument: string, value: unknown): void {
  if (typeof value === "number" && Number.isFinite(value) && value > 0) return;
  throw wrongOption({ where, argument, expected: "a finite number > 0", received: String(value) });
}

/** Requires a finite number, or a scalar tensor, whose value is not read. */
export function checkScalar(where: string, argument: string, value: number | Tensor, positive: boolean): void {
  const number = positive ? "a finite number > 0" : "a finite number";
  if (typeof value === "number" || value?.shape === undefined) {
    if (Number.isFinite(value) && !(positive && (value as number) <= 0)) return;
    throw wrongOption({ where, argument, expected: number, received: String(value) });
  }
  if (value.shape.length === 0) return;
  const received = `a tensor of shape [${value.shape.join(", ")}]`;
  throw wrongOption({ where, argument, expected: `${number} or a scalar tensor`, received });
}

/** Requires [n, d] with n ≥ 2, where means go over pairs of different rows. */
export function checkSeveral(where: string, { name, shape }: NamedShape): void {
  if (shape.length === 2 && shape[0]! >= 2) return;
  throw new InputError({
    code: "E_SHAPE",
    where,
    argument: name,
    expected: "of shape [n, d] with n ≥ 2",
    received: `[${shape.join(", ")}]`,
    hint: "A single row has no others to be told from.",
  });
}

export function wrongOption(details: Omit<InputErrorDetails, "code">): InputError {
  return new InputError({ code: "E_OPTION", ...details });
}
