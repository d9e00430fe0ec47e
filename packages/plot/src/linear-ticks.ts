import { textWidth } from "./text.ts";

/** How many ticks are wished for and how much room their labels have. */
export interface LinearTickOptions {
  readonly count: number;
  readonly format: (value: number) => string;
  /** Length of the axis in px. */
  readonly length: number;
  /** Font size of the labels in px. */
  readonly size: number;
  /** Whether the labels stand side by side or above one another. */
  readonly direction: "across" | "up";
}

/** Round numbers in [low, high], about `count` of them, or fewer where their labels would touch or could not be told apart. */
export function linearTicks(low: number, high: number, options: LinearTickOptions): readonly number[] {
  for (let count = Math.floor(options.count); count > 1; count--) {
    const ticks = roundNumbers(low, high, count);
    if (ticks.length > 0 && fits(ticks, high - low, options)) return ticks;
  }
  return roundNumbers(low, high, 1).slice(0, 1);
}

// Multiples of 1, 2 or 5 times a power of ten.
function roundNumbers(low: number, high: number, count: number): readonly number[] {
  const rough = (high - low) / count;
  const power = Math.floor(Math.log10(rough));
  const lead = rough / 10 ** power;
  const multiple = lead >= Math.sqrt(50) ? 10 : lead >= Math.sqrt(10) ? 5 : lead >= Math.sqrt(2) ? 2 : 1;
  // Dividing by a whole number rounds once; multiplying by 0.1 would round twice.
  const value = (i: number): number => (power < 0 ? (i * multiple) / 10 ** -power : i * multiple * 10 ** power);
  const step = value(1);
  const first = Math.ceil(low / step);
  const length = Math.min(1000, Math.floor(high / step) - first + 1);
  return Array.from({ length: Math.max(0, length) }, (_, i) => value(first + i)).filter(
    (tick) => tick >= low && tick <= high,
  );
}

function fits(ticks: readonly number[], span: number, { format, length, size, direction }: LinearTickOptions): boolean {
  const labels = ticks.map(format);
  const need = (label: string): number => (direction === "up" ? size * 1.25 : textWidth(label, size) + 6);
  return ticks.slice(1).every((tick, i) => {
    const apart = ((tick - ticks[i]!) / span) * length;
    return labels[i] !== labels[i + 1] && apart >= (need(labels[i]!) + need(labels[i + 1]!)) / 2;
  });
}
