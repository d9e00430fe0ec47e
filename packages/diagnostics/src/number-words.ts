// Numbers as they stand in a sentence.

/** Two significant digits or two decimals, whichever shows more; whole from 100 on; with minus signs, not hyphens. */
export function inFixed(value: number): string {
  return `${value < 0 ? "−" : ""}${unsigned(Math.abs(value))}`;
}

function unsigned(size: number): string {
  if (size >= 100) return size.toFixed(0);
  if (size >= 10) return size.toFixed(1);
  if (size >= 0.1 || size === 0) return size.toFixed(2);
  return withMinus(Number(size.toPrecision(2)));
}

/** A share in percent; the ends 0 % and 100 % only for exactly 0 and 1. */
export function inPercent(share: number): string {
  const percent = 100 * share;
  if (share === 0 || share === 1) return `${percent} %`;
  if (percent < 0.1) return `${withMinus(Number(percent.toPrecision(1)))} %`;
  if (percent > 99.9) return "more than 99.9 %";
  return `${percent.toFixed(percent < 10 || percent > 99 ? 1 : 0)} %`;
}

/** A number as JavaScript writes it, with minus signs. */
export function withMinus(value: number): string {
  return String(value).replaceAll("-", "−");
}

/** `1 query`, `2 queries`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function inList(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
