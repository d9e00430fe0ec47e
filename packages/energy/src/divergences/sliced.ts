// Averages of one-dimensional transport costs over random slices. Two errors add: that of the slices, and that of the samples, whose
// influences are the potentials averaged over the slices.

import {
  createRandom,
  meanOfArray,
  type Random,
  type RowMatrix,
  type RunControl,
  throwIfAborted,
  yieldToEventLoop,
} from "@nce-geometry/tensor";
import { requireInteger, requireSeed } from "../checks.ts";
import type { WithInfluence } from "./influence.ts";
import type { Transport } from "./transport-on-line.ts";
import type { Sampling } from "./two-sample-options.ts";

export interface SlicingOptions {
  /** Random slices L, an integer ≥ 2. @defaultValue 128 */
  readonly directions?: number;
  /** Seed of the slices. @defaultValue 0 */
  readonly seed?: number;
}

/** Random relabellings behind the note that the laws may be equal. */
const relabellings = 8;

export interface Slicing {
  /** One number per row of the pool for slice `random`. */
  readonly project: (random: Random) => Float64Array;
  readonly transport: (a: Float64Array, b: Float64Array) => Transport;
}

export interface SlicedCost extends WithInfluence {
  /** Variance of the mean over the slices. */
  readonly extraVariance: number;
}

/** Mean cost over the slices of the pool, whose first n rows are the first sample; `alone` where there is no second. */
export async function averageOverSlices(
  pool: RowMatrix,
  n: number,
  { directions = 128, seed = 0 }: SlicingOptions,
  sampling: Sampling | "alone",
  { project, transport }: Slicing,
  { signal, onProgress }: RunControl,
): Promise<SlicedCost> {
  const random = createRandom(seed);
  const costs = new Float64Array(directions);
  const influence = new Float64Array(pool.rows);
  // A single sample has no labels to draw anew.
  const labels = Array.from({ length: sampling === "alone" ? 0 : relabellings }, (_, r) =>
    relabel(pool.rows, n, sampling, random.split("labels").split(r)),
  );
  const nulls = new Float64Array(labels.length);
  for (let slice = 0; slice < directions; slice++) {
    const projected = project(random.split("slices").split(slice));
    const [first, second] = [ordered(projected, 0, n), ordered(projected, n, pool.rows)];
    const { cost, potentialX, potentialY } = transport(first.values, second.values);
    costs[slice] = cost;
    addCentred(influence, first.rows, potentialX, directions);
    addCentred(influence, second.rows, potentialY, directions);
    labels.forEach((isFirst, r) => {
      nulls[r]! += transport(selected(projected, isFirst, 1), selected(projected, isFirst, 0)).cost / directions;
    });
    if (slice % 8 !== 7) continue;
    await yieldToEventLoop();
    throwIfAborted(signal);
    onProgress?.({ done: slice + 1, total: directions, label: "slices" });
  }
  const value = meanOfArray(costs);
  const spread = costs.reduce((sum, cost) => sum + (cost - value) ** 2, 0) / (directions - 1);
  return {
    value,
    ofX: influence.slice(0, n),
    ofY: influence.slice(n),
    extraVariance: spread / directions,
    notes: nullNotes(value, nulls),
  };
}

/** Refuses options outside their domain. */
export function assertSlicing(where: string, { directions = 128, seed = 0 }: SlicingOptions): void {
  requireInteger(where, "directions", directions, 2);
  requireSeed(where, seed);
}

/** Numbers `from` to `to` in ascending order, and where each stood. */
function ordered(values: Float64Array, from: number, to: number): { values: Float64Array; rows: Int32Array } {
  const part = values.subarray(from, to);
  const rows = Int32Array.from(part.keys()).sort((a, b) => part[a]! - part[b]! || a - b);
  return { values: Float64Array.from(rows, (row) => part[row]!), rows: rows.map((row) => row + from) };
}

function addCentred(influence: Float64Array, rows: Int32Array, potentials: Float64Array, count: number): void {
  const mean = meanOfArray(potentials);
  rows.forEach((row, i) => {
    influence[row]! += (potentials[i]! - mean) / count;
  });
}

/** 1 for the rows of the first sample. */
function relabel(rows: number, n: number, sampling: Sampling | "alone", random: Random): Uint8Array {
  const isFirst = new Uint8Array(rows);
  if (sampling === "paired") {
    random.integers(n, { high: 2 }).forEach((swap, i) => {
      isFirst[i + swap * n] = 1;
    });
    return isFirst;
  }
  for (const row of random.permutation(rows).subarray(0, n)) isFirst[row] = 1;
  return isFirst;
}

function selected(values: Float64Array, isFirst: Uint8Array, which: 0 | 1): Float64Array {
  return values.filter((_, i) => isFirst[i] === which).sort();
}

function nullNotes(value: number, nulls: Float64Array): string[] {
  const largest = Math.max(...nulls);
  if (nulls.length === 0 || value > largest) return [];
  const range = `${Math.min(...nulls).toPrecision(2)} to ${largest.toPrecision(2)}`;
  return [
    `${nulls.length} random relabellings of the rows give ${range}: the laws may be equal, and then the error is too small.`,
  ];
}
