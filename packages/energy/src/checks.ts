// What energies require of their options and of rows and lists that belong together, said once.

import { type Critic, InputError, type Rows } from "@nce-geometry/tensor";

/** `value` must be finite and > 0. */
export function requirePositive(where: string, argument: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return;
  refuseOption(where, argument, "a finite number > 0", String(value), hints[argument]);
}

/** `value` must be finite and ≥ 0. */
export function requireNonNegative(where: string, argument: string, value: number): void {
  if (value >= 0 && Number.isFinite(value)) return;
  refuseOption(where, argument, "a finite number ≥ 0", String(value));
}

/** `value` must be an integer ≥ `low`. */
export function requireInteger(where: string, argument: string, value: number, low: number): void {
  if (Number.isSafeInteger(value) && value >= low) return;
  refuseOption(where, argument, `an integer ≥ ${low}`, String(value));
}

/** `value` must be a seed. */
export function requireSeed(where: string, value: number): void {
  if (!Number.isSafeInteger(value)) refuseOption(where, "seed", "a safe integer", String(value));
}

/** `value` must be a confidence level of which the quantile is known. */
export function requireLevel(where: string, value: number): void {
  if (!(value > 0 && value <= 1 - 1e-6)) refuseOption(where, "level", "a number in (0, 1 − 1e-6]", String(value));
}

/** `value` must be one of the words. */
export function requireOneOf(where: string, argument: string, value: string, words: readonly string[]): void {
  if (words.includes(value)) return;
  const quoted = words.map((word) => `"${word}"`);
  refuseOption(where, argument, `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`, String(value));
}

/** The temperature, and the scale of the critic where it has one. */
export function requireKernel(
  where: string,
  { temperature, critic }: { readonly temperature: number; readonly critic: Critic },
): void {
  requirePositive(where, "temperature", temperature);
  requireOneOf(where, "critic.kind", critic.kind, ["cosine", "rbf"]);
  if (critic.kind === "rbf") requirePositive(where, "critic.scale", critic.scale);
}

export interface NamedRows {
  readonly name: string;
  readonly rows: Rows;
}

/** At least `least` rows. */
export function requireRows(where: string, { name, rows }: NamedRows, least: number, hint: string): void {
  if (rows.rows >= least) return;
  refuseRows(where, name, `of at least ${least} rows`, rows, hint);
}

/** Rows of equal dimension. */
export function requireSameDimension(where: string, first: NamedRows, second: NamedRows): void {
  if (first.rows.dim === second.rows.dim) return;
  refuseRows(where, second.name, `of dimension ${first.rows.dim}, as \`${first.name}\` is`, second.rows);
}

/** Rows that match one to one. */
export function requireMatched(where: string, first: NamedRows, second: NamedRows, hint: string): void {
  requireSameDimension(where, first, second);
  if (first.rows.rows === second.rows.rows) return;
  refuseRows(where, second.name, `of ${first.rows.rows} rows, as \`${first.name}\` is`, second.rows, hint);
}

/** One value per point of a grid. */
export function requireLength(
  where: string,
  argument: string,
  { weights }: { readonly weights: Float64Array },
  values: ArrayLike<number>,
): void {
  if (values.length === weights.length) return;
  const expected = `of length ${weights.length}, the points of the grid`;
  throw new InputError({ code: "E_SHAPE", where, argument, expected, received: `length ${values.length}` });
}

export function refuseOption(
  where: string,
  argument: string,
  expected: string,
  received: string,
  hint?: string,
): never {
  throw new InputError({ code: "E_OPTION", where, argument, expected, received, hint });
}

function refuseRows(where: string, argument: string, expected: string, { rows, dim }: Rows, hint?: string): never {
  throw new InputError({ code: "E_SHAPE", where, argument, expected, received: `[${rows}, ${dim}]`, hint });
}

const hints: Readonly<Record<string, string>> = {
  temperature: "CLIP-like systems use 0.01 to 0.1.",
  kernelWidth: "It is the width of the kernel in radians; its concentration is 1/kernelWidth².",
};
