// Radii of nearest neighbours as logarithms of the area of the geodesic cap that reaches them.

import { logCapArea } from "@nce-geometry/manifold";
import type { PairwiseEngine } from "@nce-geometry/pairwise";
import type { RowMatrix, RunControl } from "@nce-geometry/tensor";
import { refuseOption } from "../checks.ts";

/** Neighbours fetched beyond those asked for, to be ranked again by exact distance. */
const spare = 4;

/** How many times k the wide caps reach: an estimate that changes with them is not resolved by its samples. */
const widening = 4;

export interface NeighbourQuery {
  readonly k: number;
  /** Whether row i is a candidate for query i: it is not where queries and candidates are one sample. */
  readonly diagonal: "include" | "exclude";
  /** Whether wide caps are wanted too. @defaultValue false */
  readonly wide?: boolean;
}

/** For each query the `places` nearest candidates, nearest first. */
export interface NeighbourCaps {
  /** k, or k + 1 where there are so many candidates: what the k-th becomes when a nearer row is left out. */
  readonly places: number;
  /** log area of the cap through each neighbour, [n, places]; −∞ for a row equal to the query. */
  readonly logCap: Float64Array;
  /** Which row each neighbour is, [n, places]. */
  readonly indices: Int32Array;
  /** Mean over the queries of the log area of the cap through the 4k-th neighbour; absent where there are fewer. */
  readonly wideMean: number | undefined;
}

/**
 * Caps of the k and k + 1 nearest neighbours.
 *
 * Numerics: candidates are found by their inner products and ranked again by ‖x − y‖ from the difference, so that rows closer
 *           than the rounding of an inner product (1e-7 in float64) keep their order among the nearest k + 4.
 */
export async function nearestCaps(
  engine: PairwiseEngine,
  queries: RowMatrix,
  candidates: RowMatrix,
  { k, diagonal, wide = false }: NeighbourQuery,
  control: RunControl,
): Promise<NeighbourCaps> {
  const { rows: n, dim } = queries;
  const [found] = await engine.reduce(
    queries,
    candidates,
    [{ kind: "topK", k: (wide ? widening : 1) * k + spare, diagonal }],
    control,
  );
  const places = Math.min(k + 1, found.k);
  const result = { places, logCap: new Float64Array(n * places), indices: new Int32Array(n * places) };
  const hasWide = wide && found.k >= widening * k;
  let wideSum = 0;
  const angles = new Float64Array(found.k);
  for (let i = 0; i < n; i++) {
    const list = found.indices.subarray(i * found.k, (i + 1) * found.k);
    for (let p = 0; p < found.k; p++) angles[p] = angleBetween(queries, i, candidates, list[p]!);
    const order = Array.from(angles.keys()).sort((a, b) => angles[a]! - angles[b]! || a - b);
    for (let p = 0; p < places; p++) {
      result.logCap[i * places + p] = logCapArea(dim, angles[order[p]!]!);
      result.indices[i * places + p] = list[order[p]!]!;
    }
    if (hasWide) wideSum += logCapArea(dim, angles[order[widening * k - 1]!]!);
  }
  return { ...result, wideMean: hasWide ? wideSum / n : undefined };
}

/** Refuses a k that is not an integer from 1 to the number of candidates. */
export function assertNeighbours(where: string, k: number, candidates: number): void {
  if (Number.isSafeInteger(k) && k >= 1 && k <= candidates) return;
  refuseOption(where, "k", `an integer from 1 to ${candidates}, the number of other rows`, String(k));
}

function angleBetween(x: RowMatrix, i: number, y: RowMatrix, j: number): number {
  let difference = 0;
  let sum = 0;
  for (let k = 0; k < x.dim; k++) {
    const a = x.data[i * x.dim + k]!;
    const b = y.data[j * x.dim + k]!;
    difference += (a - b) ** 2;
    sum += (a + b) ** 2;
  }
  return 2 * Math.atan2(Math.sqrt(difference), Math.sqrt(sum));
}
