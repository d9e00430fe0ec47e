import type { TopKReduction, TopKReductionResult } from "../engine.ts";
import { excludedColumn } from "../tiles/pair-tile.ts";
import type { Reducer } from "./reducer.ts";

/** The best k columns of each row, kept in a heap with the worst on top, so that tiles may come in any order. */
export function topKReducer(reduction: TopKReduction, n: number, m: number): Reducer<TopKReductionResult> {
  const k = Math.min(reduction.k, Math.max(0, m - (reduction.diagonal === "exclude" ? 1 : 0)));
  const values = new Float64Array(n * k);
  const indices = new Int32Array(n * k);
  const sizes = new Int32Array(n);
  return {
    visit(tile) {
      if (k === 0) return;
      const scores = tile.values({ kind: "inner" });
      for (let i = 0; i < tile.x.count; i++) {
        const row = tile.x.start + i;
        const skip = excludedColumn(tile, i, reduction.diagonal);
        const base = row * k;
        let size = sizes[row]!;
        const { count, start } = tile.y;
        const at = i * tile.stride;
        // Most candidates stay behind the worst kept, which one comparison settles.
        let worst = size < k ? Number.NEGATIVE_INFINITY : values[base]!;
        for (let j = 0; j < count; j++) {
          const score = scores[at + j]!;
          if (score < worst || j === skip) continue;
          const index = start + j;
          if (size < k) siftUp(values, indices, base, size++, score, index);
          else if (isWorse(values[base]!, indices[base]!, score, index)) {
            siftDown(values, indices, base, k, score, index);
          }
          if (size === k) worst = values[base]!;
        }
        sizes[row] = size;
      }
    },
    finish() {
      for (let row = 0; row < n; row++) sortBestFirst(values, indices, row * k, k);
      return { k, values, indices };
    },
  };
}

/** Whether candidate a stands behind candidate b: lower value, or the same and a higher index. */
function isWorse(aValue: number, aIndex: number, bValue: number, bIndex: number): boolean {
  return aValue < bValue || (aValue === bValue && aIndex > bIndex);
}

/** Adds a candidate to the heap at `base`, which holds `size` so far. */
function siftUp(values: Float64Array, indices: Int32Array, base: number, size: number, v: number, index: number): void {
  let hole = size;
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    if (!isWorse(v, index, values[base + parent]!, indices[base + parent]!)) break;
    values[base + hole] = values[base + parent]!;
    indices[base + hole] = indices[base + parent]!;
    hole = parent;
  }
  values[base + hole] = v;
  indices[base + hole] = index;
}

/** Replaces the top of the heap at `base` by a candidate. */
function siftDown(
  values: Float64Array,
  indices: Int32Array,
  base: number,
  size: number,
  v: number,
  index: number,
): void {
  let hole = 0;
  for (let child = 1; child < size; child = 2 * hole + 1) {
    const right = base + child + 1;
    if (child + 1 < size && isWorse(values[right]!, indices[right]!, values[right - 1]!, indices[right - 1]!)) child++;
    if (!isWorse(values[base + child]!, indices[base + child]!, v, index)) break;
    values[base + hole] = values[base + child]!;
    indices[base + hole] = indices[base + child]!;
    hole = child;
  }
  values[base + hole] = v;
  indices[base + hole] = index;
}

/** Heap sort: the worst goes to the end, again and again. */
function sortBestFirst(values: Float64Array, indices: Int32Array, base: number, size: number): void {
  for (let end = size - 1; end > 0; end--) {
    const v = values[base + end]!;
    const index = indices[base + end]!;
    values[base + end] = values[base]!;
    indices[base + end] = indices[base]!;
    siftDown(values, indices, base, end, v, index);
  }
}
