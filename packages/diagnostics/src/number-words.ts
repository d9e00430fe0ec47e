// Numbers as they stand in a sentence.

/** Two significant digits or two decimals, whichever shows more; whole from 100 on; with a minus sign, not a hyphen. */
export function inFixed(value: number): string {
  const size = Math.abs(value);
  return `${value < 0 ? "−" : ""}${unsigned(size)}`;
}

function unsigned(size: number): string {
  if (size >= 100) return size.toFixed(0);
  if (size >= 10) return size.toFixed(1);
  if (size >= 0.1 || size === 0) return size.toFixed(2);
  return Number(size.toPrecision(2)).toString();
}

/** A share in percent; the ends 0 % and 100 % only for exactly 0 and 1. */
export function inPercent(share: number): string {
  const percent = 100 * share;
  if (share === 0 || share === 1) return `${percent} %`;
  if (percent < 0.1) return `${Number(percent.toPrecision(1))} %`;
  if (percent > 99.9) return "more than 99.9 %";
  return `${percent.toFixed(percent < 10 || percent > 99 ? 1 : 0)} %`;
}
