import { linearTicks } from "./linear-ticks.ts";
import { textWidth } from "./text.ts";

/** Where the ticks may stand and how much room their labels have. */
export interface DecadeTickOptions {
  /** Values to mark if their labels fit. @defaultValue none */
  readonly preferred?: readonly number[] | undefined;
  readonly format: (value: number) => string;
  /** Length of the axis in px. */
  readonly length: number;
  /** Font size of the labels in px. */
  readonly size: number;
  readonly direction: "across" | "up";
}

/** Ticks of a logarithmic axis over [low, high], 0 < low < high: the preferred ones, else 1, 2, 5 times powers of ten (more within a decade), else fewer. */
export function decadeTicks(low: number, high: number, options: DecadeTickOptions): readonly number[] {
  const { preferred = [], format, length, size, direction } = options;
  const place = (value: number): number => (length * Math.log(value / low)) / Math.log(high / low);
  const need = (value: number): number => (direction === "up" ? size * 1.5 : textWidth(format(value), size) + 6);
  const fits = (ticks: readonly number[]): boolean =>
    ticks.slice(1).every((tick, i) => place(tick) - place(ticks[i]!) >= (need(tick) + need(ticks[i]!)) / 2);
  const rarer = [1, 2, 3, 5, 10, 20, 50].map((stride) => powers(low, high, [1], stride));
  const round = powers(low, high, [1, 2, 5], 1);
  const within = round.length < 4 ? [powers(low, high, [1, 2, 3, 4, 5, 6, 7, 8, 9], 1)] : [];
  const candidates = [...within, round, powers(low, high, [1, 3], 1), ...rarer];
  if (preferred.length > 0 && fits(preferred)) return preferred;
  const found = candidates.find((ticks) => ticks.length > 1 && fits(ticks));
  return found ?? linearTicks(low, high, { count: 3, format, length, size, direction });
}

// The values multiple·10^k in [low, high], k a multiple of the stride; read from text they are the nearest numbers.
function powers(low: number, high: number, multiples: readonly number[], stride: number): readonly number[] {
  const first = Math.floor(Math.log10(low) / stride) * stride;
  const found: number[] = [];
  for (let power = first; power <= Math.log10(high); power += stride) {
    for (const multiple of multiples) {
      const value = Number(`${multiple}e${power}`);
      if (value >= low && value <= high) found.push(value);
    }
  }
  return found;
}
