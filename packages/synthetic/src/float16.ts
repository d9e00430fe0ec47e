/** The nearest number of IEEE half precision, ties to even; beyond 65519.99… an infinity. */
export function roundToFloat16(value: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const size = Math.abs(value);
  // 11 significant bits, but no finer than the smallest subnormal, 2^−24.
  const exponent = Math.max(Math.floor(Math.log2(size)), -14);
  const unit = 2 ** (exponent - 10);
  const rounded = roundHalfEven(size / unit) * unit;
  return Math.sign(value) * (rounded >= 65520 ? Number.POSITIVE_INFINITY : rounded);
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
