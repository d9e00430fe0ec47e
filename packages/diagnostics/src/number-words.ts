// Numbers as they stand in a sentence.

/** Two significant digits or two decimals, whichever shows more; whole from 100 on. */
export function inFixed(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  if (size >= 0.1 || size === 0) return value.toFixed(2);
  return Number(value.toPrecision(2)).toString();
}

/** A share in percent; the ends 0 % and 100 % only for exactly 0 and 1. */
export function inPercent(share: number): string {
  const percent = 100 * share;
  if (share === 0 || share === 1) return `${percent} %`;
  if (percent < 0.1) return `${Number(percent.toPrecision(1))} %`;
  if (percent > 99.9) return "more than 99.9 %";
  return `${percent.toFixed(percent < 10 || percent > 99 ? 1 : 0)} %`;
}
