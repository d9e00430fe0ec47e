/** Middles of boxes of these heights stacked from 0 downwards without gaps, and their total height. */
export function stackedMiddles(heights: readonly number[]): {
  readonly middles: readonly number[];
  readonly total: number;
} {
  let total = 0;
  const middles = heights.map((height) => {
    total += height;
    return total - height / 2;
  });
  return { middles, total };
}
