import type { HistogramReduction, HistogramResult } from "../engine.ts";
import { excludedColumn } from "../tiles/pair-tile.ts";
import { histogramEdges } from "./histogram-edges.ts";
import type { Reducer } from "./reducer.ts";

/** Counts by comparison with {@link histogramEdges}, so that zooming into a bin never moves a value. */
export function histogramReducer(reduction: HistogramReduction): Reducer<HistogramResult> {
  const { low, high, bins, diagonal = "include" } = reduction;
  const groups = typeof diagonal === "object" ? diagonal : undefined;
  const edges = histogramEdges(low, high, bins);
  const binsPerUnit = bins / (high - low);
  const counts = new Float64Array(bins);
  let below = 0;
  let above = 0;
  let pairs = 0;
  return {
    visit(tile) {
      const values = tile.values(reduction.value);
      const { x, y, stride } = tile;
      const columns = y.count;
      for (let i = 0; i < x.count; i++) {
        const skip = typeof diagonal === "string" ? excludedColumn(tile, i, diagonal) : -1;
        const group = groups?.rows[x.start + i];
        for (let j = 0; j < columns; j++) {
          if (j === skip || (groups && groups.columns[y.start + j] === group)) continue;
          const value = values[i * stride + j]!;
          pairs++;
          if (value < low) below++;
          else if (value >= high) above++;
          else counts[binOf(value, edges, (value - low) * binsPerUnit)]!++;
        }
      }
    },
    finish: () => ({ counts, below, above, pairs }),
  };
}

/** The b with edges[b] ≤ value < edges[b + 1]: the guess when it is right, else by bisection. */
function binOf(value: number, edges: Float64Array, guess: number): number {
  const bin = Math.floor(guess);
  if (value >= edges[bin]! && value < edges[bin + 1]!) return bin;
  let low = 0;
  let high = edges.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (value >= edges[middle]!) low = middle;
    else high = middle;
  }
  return low;
}
