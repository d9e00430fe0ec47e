// IEEE 754 binary16, which JavaScript engines do not all know: 1 sign, 5 exponent and 10 fraction bits.

let table: Float32Array | undefined;

/** The value of each of the 65,536 codes; every one is exactly a float32. Built on first use. */
export function float16Table(): Float32Array {
  table ??= Float32Array.from({ length: 65536 }, (_, code) => decodeFloat16(code));
  return table;
}

function decodeFloat16(code: number): number {
  const sign = code & 0x8000 ? -1 : 1;
  const exponent = (code >> 10) & 0x1f;
  const fraction = code & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/**
 * The nearest binary16 code, ties to even; beyond 65519.99… it is ±∞.
 *
 * Math: the code of q · 2^{e−10} with e = max(⌊log₂|x|⌋, −14) and q = |x| / 2^{e−10} rounded; the division is exact.
 */
export function encodeFloat16(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(binaryExponent(size), -14);
  const steps = roundHalfToEven(size / 2 ** (exponent - 10));
  // A carry out of the fraction runs into the exponent field, which is what rounding up to the next binade means.
  return sign | (steps < 1024 ? steps : ((exponent + 15) << 10) + (steps - 1024));
}

function binaryExponent(size: number): number {
  if (size === 0) return Number.NEGATIVE_INFINITY;
  const guess = Math.floor(Math.log2(size));
  return 2 ** guess > size ? guess - 1 : 2 ** (guess + 1) <= size ? guess + 1 : guess;
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
