import { npyHeader } from "./encode-npy.ts";

/**
 * The bytes of a one-dimensional .npy file: int64 when all numbers are integers, else float64; texts in UCS-4, as wide as the longest.
 */
export function encodeNpyVector(values: ArrayLike<number> | readonly string[]): Uint8Array {
  const [descr, data] =
    typeof values[0] === "string" ? textOf(values as readonly string[]) : numbersOf(values as ArrayLike<number>);
  const header = npyHeader(descr, [values.length]);
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length);
  return bytes;
}

function numbersOf(values: ArrayLike<number>): readonly [string, ArrayBufferView] {
  const numbers = Float64Array.from(values);
  // −0 has no integer.
  const whole = numbers.every((value) => Number.isSafeInteger(value) && !Object.is(value, -0));
  return whole ? ["<i8", BigInt64Array.from(numbers, BigInt)] : ["<f8", numbers];
}

function textOf(values: readonly string[]): readonly [string, ArrayBufferView] {
  const points = values.map((text) => Array.from(text, (letter) => letter.codePointAt(0)!));
  const width = points.reduce((most, { length }) => Math.max(most, length), 1);
  const data = new Uint32Array(values.length * width);
  for (const [row, text] of points.entries()) data.set(text, row * width);
  return [`<U${width}`, data];
}
