/**
 * Edges of the bins of a histogram reduction: bin b holds the values v with edges[b] ≤ v < edges[b + 1].
 *
 * Math:     e_b = low + (high − low)·b/bins, e_0 = low and e_bins = high exactly, never decreasing.
 * Shapes:   → [bins + 1].
 * Domain:   low < high finite, bins ≥ 1.
 * Numerics: every engine counts by comparing with exactly these numbers, so that counts of neighbouring, nested and
 *           collected intervals fit together. In an interval of a few ulps some bins are empty because edges coincide.
 */
export function histogramEdges(low: number, high: number, bins: number): Float64Array {
  const edges = Float64Array.from({ length: bins + 1 }, (_, b) => Math.min(high, low + (high - low) * (b / bins)));
  edges[bins] = high;
  return edges;
}
