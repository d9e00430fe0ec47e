// A series in one line of text, for watching.

const blocks = [..."▁▂▃▄▅▆▇█"];

/** The last `width` values as blocks between their extremes; equal values stand in the middle. */
export function sparkline(values: readonly number[], width = 48): string {
  const shown = values.slice(-width);
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  return shown
    .map((value) => blocks[high > low ? Math.round(((value - low) / (high - low)) * (blocks.length - 1)) : 3]!)
    .join("");
}
