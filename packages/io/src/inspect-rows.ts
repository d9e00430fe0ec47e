// What is in a file of embeddings, before anything is computed with it.

import { type RowBlock, type RowSource, type RunControl, throwIfAborted, yieldToEventLoop } from "@nce-geometry/tensor";

/** Rows with some property; `first` is the index of the first one, null when there is none. */
export interface RowCount {
  readonly rows: number;
  readonly first: number | null;
}

export interface RowInspection {
  readonly rows: number;
  readonly dim: number;
  /** How the numbers are stored. */
  readonly dtype: string;
  /** Rows that hold a NaN. */
  readonly nan: RowCount;
  /** Rows that hold +∞ or −∞. */
  readonly infinite: RowCount;
  /** Rows of zeros only. */
  readonly zero: RowCount;
  /** Euclidean lengths of the rows that are finite; null when there are none. */
  readonly norms: { readonly min: number; readonly mean: number; readonly max: number } | null;
  /** Rows whose length is within 2⁻⁹ of 1, as that of rows normalised in half precision is. */
  readonly unit: number;
  /** Rows equal to an earlier one, number by number; `pair` is the first of them after its original, null when there is none. */
  readonly duplicates: { readonly rows: number; readonly pair: readonly [number, number] | null };
}

/** Numbers per block: some megabytes. */
const blockNumbers = 2 ** 19;

/**
 * One pass over all rows (and a second one over those that may be duplicates).
 *
 * Numerics: lengths in float64. Equal rows are found by a 53-bit hash of their values (−0 counts as 0) and confirmed by comparison.
 * Memory: a block of some megabytes and 16 bytes a row. Cost: O(n·d + n log n).
 * Throws: what the source throws; the signal's reason when aborted.
 */
export async function inspectRows(source: RowSource, control: RunControl = {}): Promise<RowInspection> {
  const { rows, dim, dtype } = source;
  const [nan, infinite, zero] = [counter(), counter(), counter()];
  const norms = { min: Number.POSITIVE_INFINITY, sum: 0, max: 0, count: 0, unit: 0 };
  const hashes = new Float64Array(rows);
  for await (const { block, start, count } of blocks(source, control)) {
    for (let i = 0; i < count; i++) {
      const { hasNaN, hasInfinity, squares, hash } = scanRow(block, i * dim, dim);
      hashes[start + i] = hasNaN ? Number.NaN : hash;
      if (hasNaN) nan.add(start + i);
      if (hasInfinity) infinite.add(start + i);
      if (hasNaN || hasInfinity) continue;
      const norm = Math.sqrt(squares);
      if (norm === 0) zero.add(start + i);
      norms.min = Math.min(norms.min, norm);
      norms.max = Math.max(norms.max, norm);
      norms.sum += norm;
      norms.count++;
      if (Math.abs(norm - 1) <= unitTolerance) norms.unit++;
    }
  }
  return {
    rows,
    dim,
    dtype,
    nan: nan.result(),
    infinite: infinite.result(),
    zero: zero.result(),
    norms: norms.count > 0 ? { min: norms.min, mean: norms.sum / norms.count, max: norms.max } : null,
    unit: norms.unit,
    duplicates: await confirmDuplicates(source, hashes, control),
  };
}

async function* blocks(
  source: RowSource,
  { signal, onProgress }: RunControl,
): AsyncGenerator<{ block: RowBlock; start: number; count: number }> {
  const { rows, dim } = source;
  const step = Math.max(1, Math.floor(blockNumbers / dim));
  for (let start = 0; start < rows; start += step) {
    throwIfAborted(signal);
    const count = Math.min(step, rows - start);
    yield { block: await source.read(start, count), start, count };
    onProgress?.({ done: start + count, total: rows, label: "reading rows" });
    await yieldToEventLoop();
  }
}

/** Rows that were normalised in half precision, eleven bits, are of unit length up to about this much. */
const unitTolerance = 2 ** -9;

interface RowScan {
  readonly hasNaN: boolean;
  readonly hasInfinity: boolean;
  readonly squares: number;
  readonly hash: number;
}

const word = new Float64Array(1);
const halves = new Uint32Array(word.buffer);

function scanRow(block: RowBlock, offset: number, dim: number): RowScan {
  let [squares, low, high] = [0, 0x9e3779b9, 0x85ebca6b];
  let hasNaN = false;
  let hasInfinity = false;
  for (let k = 0; k < dim; k++) {
    const value = block[offset + k]! + 0; // −0 + 0 is 0
    squares += value * value;
    if (Number.isNaN(value)) hasNaN = true;
    else if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) hasInfinity = true;
    word[0] = value;
    low = mix(low, halves[0]!, halves[1]!);
    high = mix(high, halves[1]!, low);
  }
  return { hasNaN, hasInfinity, squares, hash: (high >>> 11) * 2 ** 32 + (low >>> 0) };
}

/** One round of a multiply–xorshift hash on 32 bits. */
function mix(state: number, a: number, b: number): number {
  let h = Math.imul(state ^ a, 0xcc9e2d51);
  h = Math.imul((h ^ (h >>> 15)) + b, 0x1b873593);
  return h ^ (h >>> 13);
}

function counter(): { add(row: number): void; result(): RowCount } {
  let [rows, first]: [number, number | null] = [0, null];
  return {
    add(row) {
      first ??= row;
      rows++;
    },
    result: () => ({ rows, first }),
  };
}

async function confirmDuplicates(
  source: RowSource,
  hashes: Float64Array,
  { signal }: RunControl,
): Promise<RowInspection["duplicates"]> {
  const originals = new Map<number, number[]>();
  for (const hash of repeatedValues(hashes)) originals.set(hash, []);
  let count = 0;
  let pair: readonly [number, number] | null = null;
  for (let row = 0; row < hashes.length && originals.size > 0; row++) {
    const candidates = originals.get(hashes[row]!);
    if (!candidates) continue;
    throwIfAborted(signal);
    const original = await firstEqualRow(source, candidates, row);
    if (original === undefined) {
      candidates.push(row);
    } else {
      count++;
      pair ??= [original, row];
    }
  }
  return { rows: count, pair };
}

function repeatedValues(values: Float64Array): Set<number> {
  const sorted = values.slice().sort();
  const repeated = new Set<number>();
  for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) repeated.add(sorted[i]!);
  return repeated;
}

async function firstEqualRow(
  source: RowSource,
  candidates: readonly number[],
  row: number,
): Promise<number | undefined> {
  if (candidates.length === 0) return undefined;
  const values = await source.read(row, 1);
  for (const candidate of candidates) {
    const other = await source.read(candidate, 1);
    if (other.every((value, k) => value === values[k])) return candidate;
  }
  return undefined;
}
