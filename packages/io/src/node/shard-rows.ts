// Rows cut into shards: each written once, checked and summarised on the way.

import { InputError, type RowSource } from "@nce-geometry/tensor";
import { scanRow } from "../scan-row.ts";

/** What rows are like; plain JSON. */
export interface RowStatistics {
  readonly rows: number;
  /** Rows with a NaN or an infinity. */
  readonly notFinite: number;
  /** Rows of zeros only. */
  readonly zero: number;
  /** Euclidean lengths of the rows that are finite; null when there are none. */
  readonly norms: { readonly min: number; readonly mean: number; readonly max: number } | null;
}

/** Of rows in several parts. */
export function mergeStatistics(parts: readonly RowStatistics[]): RowStatistics {
  const sum = (of: (part: RowStatistics) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const known = parts.flatMap(({ norms, rows, notFinite }) => (norms ? [{ ...norms, count: rows - notFinite }] : []));
  const count = known.reduce((total, part) => total + part.count, 0);
  return {
    rows: sum(({ rows }) => rows),
    notFinite: sum(({ notFinite }) => notFinite),
    zero: sum(({ zero }) => zero),
    norms:
      count === 0
        ? null
        : {
            min: Math.min(...known.map(({ min }) => min)),
            mean: known.reduce((mean, part) => mean + part.mean * (part.count / count), 0),
            max: Math.max(...known.map(({ max }) => max)),
          },
  };
}

export interface ShardOptions {
  readonly start: number;
  readonly rows: number;
  /** What to do with a row that is not finite or of zeros. */
  readonly badRows: "refuse" | "keep";
  /** For messages. */
  readonly argument: string;
}

/** Rows `start …` as a source of their own; `statistics` is complete when each of them has been read once, in order. */
export function shardOf(
  source: RowSource,
  { start, rows, badRows, argument }: ShardOptions,
): { readonly source: RowSource; statistics(): RowStatistics } {
  const { dim, dtype } = source;
  let [notFinite, zero, finite, mean] = [0, 0, 0, 0];
  let [min, max] = [Number.POSITIVE_INFINITY, 0];
  const refuse = (code: "E_NOT_FINITE" | "E_ZERO_ROW", expected: string, received: string): void => {
    if (badRows === "keep") return;
    const hint = "Remove the row and its match, compute it again, or keep such rows.";
    throw new InputError({ code, where: "ingest", argument, expected, received, hint });
  };
  const read: RowSource["read"] = async (first, count, out) => {
    const block = await source.read(start + first, count, out);
    for (let i = 0; i < count; i++) {
      const { hasNaN, hasInfinity, isZero, norm } = scanRow(block, i * dim, dim);
      const row = start + first + i;
      if (hasNaN || hasInfinity) {
        notFinite++;
        refuse("E_NOT_FINITE", "finite", `${hasNaN ? "NaN" : "an infinity"} in row ${row}`);
        continue;
      }
      if (isZero) {
        zero++;
        refuse("E_ZERO_ROW", "rows of positive length", `zeros in row ${row}`);
      }
      min = Math.min(min, norm);
      max = Math.max(max, norm);
      mean += (norm - mean) / ++finite;
    }
    return block;
  };
  const statistics = (): RowStatistics => ({
    rows,
    notFinite,
    zero,
    norms: finite > 0 ? { min, mean, max } : null,
  });
  return { source: { rows, dim, dtype, read }, statistics };
}
