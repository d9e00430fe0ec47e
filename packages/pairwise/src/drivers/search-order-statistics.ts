// Order statistics from counts: every bracket that still holds too many values is cut into bins, all brackets in one sweep.

import type {
  CollectReduction,
  CollectResult,
  Diagonal,
  HistogramReduction,
  HistogramResult,
  PairValue,
} from "../engine.ts";
import { histogramEdges } from "../reducers/histogram-edges.ts";

/** An interval [low, high) of values that contains wanted order statistics. */
export interface Bracket {
  readonly low: number;
  readonly high: number;
  /** Values below `low`, and within the interval. */
  readonly before: number;
  readonly count: number;
  /** The wanted ranks in it, counted from 0 among all values, ascending and distinct. */
  readonly ranks: readonly number[];
}

export interface OrderStatisticsSearch {
  /** Where all values lie. */
  readonly range: Bracket;
  readonly value: PairValue;
  readonly diagonal: Diagonal;
  /** Bins per histogram, and the most values collected from one bracket. */
  readonly bins: number;
  reduce(
    reductions: readonly (HistogramReduction | CollectReduction)[],
  ): Promise<readonly (HistogramResult | CollectResult)[]>;
}

/** The value of every wanted rank. */
export async function searchOrderStatistics(search: OrderStatisticsSearch): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>();
  let open: readonly Bracket[] = search.range.ranks.length > 0 ? [search.range] : [];
  while (open.length > 0) {
    const results = await search.reduce(open.flatMap((bracket) => requests(search, bracket)));
    let next = 0;
    open = open.flatMap((bracket) => {
      const first = results[next++]!;
      if ("values" in first) return takeSorted(bracket, first.values, found);
      return zoom(bracket, first, results[next++] as HistogramResult, found);
    });
  }
  return found;
}

/** Few values are collected; many are counted in bins, those that equal the lower edge apart. */
function requests(search: OrderStatisticsSearch, bracket: Bracket): (HistogramReduction | CollectReduction)[] {
  const { value, diagonal, bins } = search;
  const { low, high, count } = bracket;
  if (count <= bins) return [{ kind: "collect", value, diagonal, low, high, limit: count }];
  // Without this, values tied at 0 would be cornered only by halving the exponent again and again.
  const atLow = { kind: "histogram", value, diagonal, low, high: nextUp(low), bins: 1 } as const;
  return [{ kind: "histogram", value, diagonal, low, high, bins }, atLow];
}

function takeSorted(bracket: Bracket, values: Float64Array, found: Map<number, number>): [] {
  if (values.length !== bracket.count) throw unsteady(bracket, values.length);
  const sorted = values.slice().sort();
  for (const rank of bracket.ranks) found.set(rank, sorted[rank - bracket.before]!);
  return [];
}

/** Settles the ranks that fall on the lower edge itself and gives the bins that hold the others. */
function zoom(bracket: Bracket, bins: HistogramResult, atLow: HistogramResult, found: Map<number, number>): Bracket[] {
  const { counts } = bins;
  const edges = histogramEdges(bracket.low, bracket.high, counts.length);
  const inner: Bracket[] = [];
  let before = bracket.before;
  let ranks = bracket.ranks.filter((rank) => rank >= before + atLow.counts[0]!);
  for (const rank of bracket.ranks) if (rank < before + atLow.counts[0]!) found.set(rank, bracket.low);
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin]!;
    const inside = ranks[0] !== undefined && ranks[0] < before + count ? ranks.filter((r) => r < before + count) : [];
    if (inside.length > 0) {
      inner.push({ low: edges[bin]!, high: edges[bin + 1]!, before, count, ranks: inside });
      ranks = ranks.slice(inside.length);
    }
    before += count;
  }
  if (before !== bracket.before + bracket.count) throw unsteady(bracket, before - bracket.before);
  return inner;
}

/** The smallest number above a finite one. */
function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const bits = new BigInt64Array(1);
  const number = new Float64Array(bits.buffer);
  number[0] = value;
  bits[0]! += value > 0 ? 1n : -1n;
  return number[0]!;
}

function unsteady({ low, high, count }: Bracket, got: number): Error {
  return new Error(`the engine found ${got} values in [${low}, ${high}) where it should have found ${count}`);
}
