// Rows equal to an earlier one: found by hash, confirmed by comparison.

import { type RowBlock, type RowSource, type RunControl, throwIfAborted, yieldToEventLoop } from "@nce-geometry/tensor";
import { rowsPerBlock } from "./row-blocks.ts";

export interface DuplicateRows {
  /** Rows equal to an earlier one, number by number. */
  readonly rows: number;
  /** The first of them after its original, null when there is none. */
  readonly pair: readonly [number, number] | null;
}

/** Numbers of originals that are kept at hand, 32 MiB at most; the others are read again when needed. */
const keptNumbers = 2 ** 22;

interface Original {
  readonly row: number;
  readonly values: RowBlock | undefined;
}

/** Compares the rows whose hashes meet, in one more pass over their blocks. Equal rows have equal hashes; NaN marks a row to skip. */
export async function findDuplicateRows(
  source: RowSource,
  hashes: Float64Array,
  { signal }: RunControl,
): Promise<DuplicateRows> {
  const originals = new Map<number, Original[]>();
  for (const hash of repeatedValues(hashes)) originals.set(hash, []);
  let [rows, room]: [number, number] = [0, keptNumbers];
  let pair: readonly [number, number] | null = null;
  for await (const { row, values } of originals.size > 0 ? candidates(source, hashes, originals, signal) : []) {
    const known = originals.get(hashes[row]!)!;
    const original = await firstEqual(source, known, values);
    if (original === undefined) {
      const keep = room >= source.dim;
      if (keep) room -= source.dim;
      known.push({ row, values: keep ? values.slice() : undefined });
    } else {
      rows++;
      pair ??= [original, row];
    }
  }
  return { rows, pair };
}

function repeatedValues(values: Float64Array): Set<number> {
  const sorted = values.slice().sort();
  const repeated = new Set<number>();
  for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) repeated.add(sorted[i]!);
  return repeated;
}

/** The rows whose hash is among those asked for, in order; only the blocks between the first and the last of them are read. */
async function* candidates(
  source: RowSource,
  hashes: Float64Array,
  wanted: { has(hash: number): boolean },
  signal: RunControl["signal"],
): AsyncGenerator<{ readonly row: number; readonly values: RowBlock }> {
  const { rows, dim } = source;
  const step = rowsPerBlock(dim);
  for (let start = 0; start < rows; start += step) {
    throwIfAborted(signal);
    const here: number[] = [];
    for (let row = start; row < Math.min(rows, start + step); row++) if (wanted.has(hashes[row]!)) here.push(row);
    if (here.length === 0) continue;
    const first = here[0]!;
    const block = await source.read(first, here.at(-1)! - first + 1);
    for (const row of here) yield { row, values: block.subarray((row - first) * dim, (row - first + 1) * dim) };
    await yieldToEventLoop();
  }
}

async function firstEqual(
  source: RowSource,
  known: readonly Original[],
  values: RowBlock,
): Promise<number | undefined> {
  for (const { row, values: kept } of known) {
    const other = kept ?? (await source.read(row, 1));
    if (equalRows(other, values)) return row;
  }
  return undefined;
}

function equalRows(a: RowBlock, b: RowBlock): boolean {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}
