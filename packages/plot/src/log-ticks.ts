import { textWidth } from "./text.ts";

/** Where the ticks go and how much room their labels have. */
export interface LogTickOptions {
  /** Values to mark if their labels fit side by side. */
  readonly preferred: readonly number[];
  /** Length of the axis in px. */
  readonly width: number;
  /** Font size of the labels in px. */
  readonly size: number;
}

/** Ticks of a logarithmic axis over [low, high]: the preferred ones, else 1, 2, 5 times powers of ten, else fewer. */
export function logTicks(low: number, high: number, options: LogTickOptions): readonly number[] {
  const { preferred, width, size } = options;
  const place = (value: number): number => (width * Math.log(value / low)) / Math.log(high / low);
  const fits = (ticks: readonly number[]): boolean =>
    ticks.slice(1).every((tick, i) => {
      const before = ticks[i]!;
      const need = (textWidth(String(tick), size) + textWidth(String(before), size)) / 2 + 6;
      return place(tick) - place(before) >= need;
    });
  const candidates = [preferred, ...[[1, 2, 5], [1, 3], [1]].map((multiples) => powers(low, high, multiples))];
  const least = Math.min(2, preferred.length);
  return candidates.find((ticks) => ticks.length >= least && fits(ticks)) ?? [preferred[0]!, preferred.at(-1)!];
}

function powers(low: number, high: number, multiples: readonly number[]): readonly number[] {
  const found: number[] = [];
  for (let power = 1; power <= high; power *= 10) {
    for (const multiple of multiples) {
      const value = multiple * power;
      if (value >= low && value <= high) found.push(value);
    }
  }
  return found;
}
