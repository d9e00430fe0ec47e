import { expect, test } from "vitest";
import { encodeFloat16, float16Table } from "./float16.ts";

/** Straight from the definition: (−1)^s · 2^{e−15} · 1.f, subnormal for e = 0, ∞ and NaN for e = 31. */
function definition(code: number): number {
  const bits = code.toString(2).padStart(16, "0");
  const [sign, exponent, fraction] = [bits[0] === "1" ? -1 : 1, Number.parseInt(bits.slice(1, 6), 2), bits.slice(6)];
  const f = [...fraction].reduce((sum, bit, index) => sum + Number(bit) * 2 ** -(index + 1), 0);
  if (exponent === 31) return f === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * 2 ** -14 * f : sign * 2 ** (exponent - 15) * (1 + f);
}

test("all 65,536 codes decode as defined, and encode back", () => {
  const table = float16Table();
  for (let code = 0; code < 65536; code++) {
    if (!Object.is(table[code], definition(code))) throw new Error(`code ${code}: ${table[code]}`);
    if (!Number.isNaN(table[code]) && encodeFloat16(table[code]!) !== code)
      throw new Error(`code ${code} encodes otherwise`);
  }
  expect(Number.isNaN(table[encodeFloat16(Number.NaN)]!)).toBe(true);
});

test("rounding is to nearest, ties to even", () => {
  const table = float16Table();
  for (const code of [0, 1, 0x3ff, 0x400, 0x3c00, 0x3c01, 0x7bfe]) {
    const [low, high] = [table[code]!, table[code + 1]!];
    const middle = (low + high) / 2;
    const even = code % 2 === 0 ? code : code + 1;
    expect(encodeFloat16(middle)).toBe(even);
    expect(encodeFloat16(middle - (high - low) * 1e-6)).toBe(code);
    expect(encodeFloat16(middle + (high - low) * 1e-6)).toBe(code + 1);
  }
  expect([65519.99, 65520, -65520, 1e300].map(encodeFloat16)).toEqual([0x7bff, 0x7c00, 0xfc00, 0x7c00]);
  expect(encodeFloat16(1e-9)).toBe(0);
});
