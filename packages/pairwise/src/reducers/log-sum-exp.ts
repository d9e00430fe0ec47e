import type { Diagonal, LogSumExpReduction, LogSumExpResult, PairGroups } from "../engine.ts";
import { excludedColumn, type PairTile } from "../tiles/pair-tile.ts";
import type { Reducer } from "./reducer.ts";

/** Running log-sum-exps: entry i stands for Σ = sum[i]·e^{reference(max[i])}. */
interface LogSums {
  readonly max: Float64Array;
  readonly sum: Float64Array;
}

/** Row and column log-sum-exps, with the largest logit so far taken out of every sum. */
export function logSumExpReducer(reduction: LogSumExpReduction, n: number, m: number): Reducer<LogSumExpResult> {
  const rows = emptyLogSums(n);
  const columns = emptyLogSums(m);
  const { critic, temperature, diagonal = "include" } = reduction;
  return {
    visit(tile) {
      const all = tile.logits(critic, temperature);
      const [logits, skipped] =
        typeof diagonal === "string" ? [all, diagonal] : [acrossGroups(tile, all, diagonal), "include" as const];
      addRows(rows, tile, logits, skipped);
      addColumns(columns, tile, logits, skipped);
    },
    finish: () => ({ rows: logs(rows), columns: logs(columns) }),
  };
}

/** The logits with −∞, an empty term, where row and column are of one group. */
function acrossGroups({ x, y, stride }: PairTile, logits: Float64Array, { rows, columns }: PairGroups): Float64Array {
  const masked = logits.slice();
  for (let i = 0; i < x.count; i++) {
    const group = rows[x.start + i]!;
    for (let j = 0; j < y.count; j++) if (columns[y.start + j] === group) masked[i * stride + j] = -Infinity;
  }
  return masked;
}

function addRows(state: LogSums, tile: PairTile, logits: Float64Array, diagonal: Diagonal): void {
  const { x, y, stride } = tile;
  const columns = y.count;
  for (let i = 0; i < x.count; i++) {
    const at = i * stride;
    const skip = excludedColumn(tile, i, diagonal);
    let max = state.max[x.start + i]!;
    for (let j = 0; j < columns; j++) {
      if (j !== skip && logits[at + j]! > max) max = logits[at + j]!;
    }
    const shift = reference(max);
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      if (j !== skip) sum += Math.exp(logits[at + j]! - shift);
    }
    absorb(state, x.start + i, max, sum);
  }
}

function addColumns(state: LogSums, tile: PairTile, logits: Float64Array, diagonal: Diagonal): void {
  const { x, y, stride } = tile;
  const max = state.max.slice(y.start, y.start + y.count);
  for (let i = 0; i < x.count; i++) {
    const skip = excludedColumn(tile, i, diagonal);
    for (let j = 0; j < y.count; j++) {
      if (j !== skip && logits[i * stride + j]! > max[j]!) max[j] = logits[i * stride + j]!;
    }
  }
  const shift = max.map(reference);
  const sum = new Float64Array(y.count);
  for (let i = 0; i < x.count; i++) {
    const skip = excludedColumn(tile, i, diagonal);
    for (let j = 0; j < y.count; j++) {
      if (j !== skip) sum[j]! += Math.exp(logits[i * stride + j]! - shift[j]!);
    }
  }
  for (let j = 0; j < y.count; j++) absorb(state, y.start + j, max[j]!, sum[j]!);
}

/** Adds `sum`, taken relative to the new maximum, to entry `index`. */
function absorb(state: LogSums, index: number, max: number, sum: number): void {
  const before = state.sum[index]!;
  const shift = reference(state.max[index]!) - reference(max);
  // An empty sum is not rescaled: 0·e^{+∞} would be NaN.
  state.sum[index] = (before === 0 || shift === 0 ? before : before * Math.exp(shift)) + sum;
  state.max[index] = max;
}

/** What is subtracted from the exponents: the maximum, unless −∞ − (−∞) or ∞ − ∞ would make it NaN. */
function reference(max: number): number {
  return Number.isFinite(max) ? max : 0;
}

function emptyLogSums(length: number): LogSums {
  return { max: new Float64Array(length).fill(-Infinity), sum: new Float64Array(length) };
}

function logs({ max, sum }: LogSums): Float64Array {
  return sum.map((value, i) => reference(max[i]!) + Math.log(value));
}
