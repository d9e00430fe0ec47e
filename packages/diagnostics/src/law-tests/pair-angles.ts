// The angles of all pairs of one cloud, held as a triangle: what tests of uniformity and energies of pairs are made of.

import { assertUnitSample, copyRows } from "@nce-geometry/energy";
import {
  createRandom,
  type RowMatrix,
  type Rows,
  type RunControl,
  throwIfAborted,
  yieldToEventLoop,
} from "@nce-geometry/tensor";
import { requireInteger, shapeError } from "./option-checks.ts";

/** Which rows are compared with each other. */
export interface CloudSampleOptions {
  /** Rows that are compared with each other, drawn from the seed where there are more; an integer ≥ 2. @defaultValue 1000 */
  readonly maxRows?: number;
  /** Seed of everything random. @defaultValue 0 */
  readonly seed?: number;
}

/** How many of the rows given were used. */
export interface CloudSample {
  readonly rows: number;
  readonly of: number;
}

export interface PairAngles {
  readonly rows: number;
  readonly dim: number;
  /** Angle of (i, j), j < i, at i(i − 1)/2 + j, in radians. */
  readonly angles: Float64Array;
}

/** Refuses what is no cloud of unit rows in dimension ≥ 2, and gives its rows, or a drawn part of them, in memory. */
export async function sampleCloud(
  where: string,
  x: Rows,
  options: CloudSampleOptions & RunControl,
): Promise<{ readonly cloud: RowMatrix; readonly sample: CloudSample }> {
  const { maxRows = 1000, seed = 0, signal } = options;
  requireInteger(where, "maxRows", maxRows, 2);
  if (x.dim < 2) throw shapeError(where, "x", "of dimension ≥ 2", x, "The unit sphere of R¹ is two points.");
  await assertUnitSample(where, "x", x, { signal });
  const all = await copyRows(x, { signal });
  const sample = { rows: Math.min(maxRows, x.rows), of: x.rows };
  if (x.rows <= maxRows) return { cloud: all, sample };
  const chosen = createRandom(seed).split("cloud").permutation(x.rows).subarray(0, maxRows).toSorted();
  return { cloud: selectRows(all, chosen), sample };
}

/** The rows of the given numbers, in that order. */
export function selectRows({ dim, data }: RowMatrix, chosen: ArrayLike<number>): RowMatrix {
  const selected = new Float64Array(chosen.length * dim);
  for (let i = 0; i < chosen.length; i++) {
    selected.set(data.subarray(chosen[i]! * dim, (chosen[i]! + 1) * dim), i * dim);
  }
  return { rows: chosen.length, dim, data: selected };
}

/** 2 atan2(‖x − y‖, ‖x + y‖) of all pairs: as accurate for near-duplicates and near-antipodes as for others. */
export async function pairAngles({ rows, dim, data }: RowMatrix, control: RunControl): Promise<PairAngles> {
  const angles = new Float64Array((rows * (rows - 1)) / 2);
  let at = 0;
  for (let i = 1; i < rows; i++) {
    for (let j = 0; j < i; j++) {
      let difference = 0;
      let sum = 0;
      for (let k = i * dim, l = j * dim; k < (i + 1) * dim; k++, l++) {
        difference += (data[k]! - data[l]!) ** 2;
        sum += (data[k]! + data[l]!) ** 2;
      }
      angles[at++] = 2 * Math.atan2(Math.sqrt(difference), Math.sqrt(sum));
    }
    if (i % 64 !== 0) continue;
    await yieldToEventLoop();
    throwIfAborted(control.signal);
    control.onProgress?.({ done: at, total: angles.length, label: "pairs" });
  }
  return { rows, dim, angles };
}

/** Mean of f over the pairs that each row is in, and over all pairs. */
export function rowMeansOfPairs(
  { rows, angles }: PairAngles,
  f: (angle: number) => number,
): { readonly rows: Float64Array; readonly mean: number } {
  const sums = new Float64Array(rows);
  let at = 0;
  for (let i = 1; i < rows; i++) {
    for (let j = 0; j < i; j++) {
      const value = f(angles[at++]!);
      sums[i]! += value;
      sums[j]! += value;
    }
  }
  const means = sums.map((sum) => sum / (rows - 1));
  return { rows: means, mean: means.reduce((total, value) => total + value, 0) / rows };
}
