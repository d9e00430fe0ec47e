// Float64 numbers inside JSON, bit for bit: base64 of their little-endian bytes.

import { InputError } from "@nce-geometry/tensor";

/** A matrix as JSON. */
export interface NumberArray {
  /** [rows, columns]; a vector has one row. */
  readonly shape: readonly [number, number];
  /** Base64 of the row-major numbers as little-endian float64. */
  readonly float64: string;
}

// Every platform has them, but neither its DOM nor its Node types belong in this package.
declare function atob(base64: string): string;
declare function btoa(bytes: string): string;

/** Bytes that are turned into characters at once: fewer than a call may have arguments. */
const chunk = 8192;

/** The numbers as JSON. */
export function encodeNumbers(data: Float64Array, rows: number, columns: number): NumberArray {
  const bytes = new Uint8Array(data.length * 8);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < data.length; i++) view.setFloat64(8 * i, data[i]!, true);
  let text = "";
  for (let at = 0; at < bytes.length; at += chunk) text += String.fromCharCode(...bytes.subarray(at, at + chunk));
  return { shape: [rows, columns], float64: btoa(text) };
}

/** The numbers of JSON from anywhere; E_FORMAT where they are not `rows` × `columns` finite float64. */
export function decodeNumbers(
  where: string,
  argument: string,
  value: unknown,
  [rows, columns]: readonly [number, number],
): Float64Array {
  const { shape, float64 } = (value ?? {}) as Partial<NumberArray>;
  const refuse = (part: string, expected: string, received: string): never => {
    throw new InputError({ code: "E_FORMAT", where, argument: `${argument}.${part}`, expected, received });
  };
  if (!Array.isArray(shape) || shape.length !== 2 || shape[0] !== rows || shape[1] !== columns) {
    refuse("shape", `[${rows}, ${columns}]`, JSON.stringify(shape) ?? "none");
  }
  if (typeof float64 !== "string") refuse("float64", "a string", typeof float64);
  const text = fromBase64(float64 as string);
  if (text === undefined) return refuse("float64", "base64", "other characters");
  const length = rows * columns;
  if (text.length !== 8 * length) refuse("float64", `base64 of ${8 * length} bytes`, `${text.length} bytes`);
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const data = Float64Array.from({ length }, (_, i) => view.getFloat64(8 * i, true));
  const bad = data.findIndex((number) => !Number.isFinite(number));
  if (bad >= 0) refuse("float64", "finite numbers", `${data[bad]} at index ${bad}`);
  return data;
}

function fromBase64(text: string): string | undefined {
  // Blanks, which atob skips, are no more than a sign of damage here.
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  try {
    return atob(text);
  } catch {
    return undefined;
  }
}
