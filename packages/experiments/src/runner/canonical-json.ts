// One way to write a JSON value: what two runs are compared by, byte for byte.

import { InputError } from "@nce-geometry/tensor";
import type { Json } from "../experiment.ts";

/**
 * A JSON value in its canonical form: no spaces, the keys of every record in ascending order of their UTF-16 units.
 *
 * Shapes:   value → text. Numbers as ECMAScript prints them, the shortest text that gives them back; −0 is 0.
 * Domain:   null, booleans, finite numbers, strings, arrays and records of them, without undefined, cycles or class instances.
 * Limits:   {b: 1, a: [2]} → `{"a":[2],"b":1}`;  text of a parsed text → the same text.
 * Throws:   InputError E_NOT_FINITE and E_DOMAIN, naming the place.
 * Source:   RFC 8785.
 */
export function canonicalJson(
  value: Json,
  options: { readonly where?: string; readonly argument?: string } = {},
): string {
  const { where = "canonicalJson", argument = "value" } = options;
  return write(value, { where, argument });
}

/** The value that a reader of {@link canonicalJson} gets: −0 is 0, keys are in order, nothing is shared. */
export function asJson<T extends Json>(value: T, options?: Parameters<typeof canonicalJson>[1]): T {
  return JSON.parse(canonicalJson(value, options)) as T;
}

/** UTF-8 of {@link canonicalJson}. */
export function canonicalBytes(value: Json, options?: Parameters<typeof canonicalJson>[1]): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value, options));
}

interface Place {
  readonly where: string;
  readonly argument: string;
}

function write(value: unknown, place: Place): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (Number.isFinite(value)) return JSON.stringify(value);
    const hint = "JSON has no other numbers: report what is not a number as null, and say why.";
    throw new InputError({ code: "E_NOT_FINITE", ...place, expected: "a finite number", received: `${value}`, hint });
  }
  if (Array.isArray(value)) {
    // Array.from also visits holes.
    const parts = Array.from(value, (item, i) => write(item, { ...place, argument: `${place.argument}[${i}]` }));
    return `[${parts.join(",")}]`;
  }
  if (!isRecord(value)) {
    throw new InputError({ code: "E_DOMAIN", ...place, expected: "JSON", received: kindOf(value) });
  }
  const parts = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${write(value[key], { ...place, argument: `${place.argument}.${key}` })}`);
  return `{${parts.join(",")}}`;
}

/** Whether a value is a plain record. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function kindOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return value === undefined ? "undefined" : `a ${typeof value}`;
  return `an object of class ${value.constructor?.name ?? "unknown"}`;
}

// Every platform has it, but neither its DOM nor its Node types belong in this package.
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
