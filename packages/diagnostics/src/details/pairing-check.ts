// Whether rows of one number belong together, or the nearest item lies somewhere else in the file.

import { createUncertainty, type EngineOptions, type Estimate, type UncertaintyOptions } from "@nce-geometry/energy";
import { referenceEngine } from "@nce-geometry/pairwise";
import { createRandom, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import { requireInteger } from "../law-tests/option-checks.ts";
import { centroidOf, dot } from "../pair-products.ts";
import { assertPairs, type Pairing, type PairingOptions } from "../pairing.ts";
import { gatherRows } from "../sample-pairs.ts";

export interface PairingCheckOptions extends PairingOptions, EngineOptions, UncertaintyOptions, RunControl {
  /** Captions that are asked for their item, drawn from the seed where there are more; an integer ≥ 2. @defaultValue 500 */
  readonly maxQueries?: number;
}

export interface PairingCheck {
  /** Captions that asked. */
  readonly queries: number;
  /** Share of them that no item is nearer to than their own. */
  readonly ownFirst: Estimate;
  /**
   * The most frequent number of rows from a caption's own item to its nearest one, other than 0, of −n/2 … n/2 around the end of the
   * file, and how frequent it is; null where every nearest item is the own one.
   */
  readonly shift: { readonly rows: number; readonly share: Estimate } | null;
  /**
   * Median of (s₁ − s₂)/(s₁ − s̄): how far the nearest item is ahead of the second, as a share of how far it is ahead of all. About
   * 1/(3 log n) where the items are strangers; 0 where all are equal.
   */
  readonly standout: Estimate;
}

/**
 * Looks for files that slipped against each other: the nearest item of a caption always so many rows from its own.
 *
 * Math:     d_j = nearest(j) − item(j) mod n; share of the most frequent d ≠ 0; median of (s₁ − s₂)/(s₁ − s̄) over captions.
 * Shapes:   x [n, d], y [m, d] of unit rows → record; n = m without `map`.
 * Domain:   n ≥ 2. An item within 1e-9 of the score of the own one is not nearer.
 * Limits:   matches nearest → ownFirst 1, shift null;  y moved by s rows → shift −s with share 1;  rows permuted → standout as before,
 *           ownFirst 1/n, no shift frequent.
 * Numerics: cost of one sweep of the queries with all items.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION; rejects with `signal.reason`.
 */
export async function pairingCheck(x: Rows, y: Rows, options: PairingCheckOptions = {}): Promise<PairingCheck> {
  requireInteger("pairingCheck", "maxQueries", options.maxQueries ?? defaultQueries, 2);
  return pairingCheckOf(x, y, await assertPairs("pairingCheck", x, y, options), options);
}

const defaultQueries = 500;

/** The check of rows that have been checked. */
export async function pairingCheckOf(
  x: Rows,
  y: Rows,
  { n, m, owners }: Pairing,
  options: Omit<PairingCheckOptions, "map">,
): Promise<PairingCheck> {
  const { maxQueries = defaultQueries, seed = 0, engine = referenceEngine(), signal } = options;
  const chosen = createRandom(seed).split("pairing").permutation(m).slice(0, maxQueries);
  const queries = await gatherRows(y, chosen, { signal });
  const [nearest] = await engine.reduce(queries, x, [{ kind: "topK", k: 2 }], { signal });
  const centroid = await centroidOf(x, { signal });
  const count = queries.rows;
  const uncertainty = createUncertainty("pairingCheck", count, options);
  const own = owners ? chosen.map((row) => owners[row]!) : chosen;
  const ownRows = await gatherRows(x, own, { signal });
  const rowAt = ({ data, dim }: RowMatrix, q: number) => data.subarray(q * dim, (q + 1) * dim) as Float64Array;
  const distances = own.map((item, q) => {
    // An item that scores as the own one, such as a copy of it, is not ahead.
    const ahead = nearest.values[q * nearest.k]! - dot(rowAt(queries, q), rowAt(ownRows, q)) > 1e-9;
    return ahead ? (nearest.indices[q * nearest.k]! - item + n) % n : 0;
  });
  const standouts = Float64Array.from({ length: count }, (_, q) => {
    const [first, second] = [nearest.values[q * nearest.k]!, nearest.values[q * nearest.k + 1]!];
    const mean = dot(rowAt(queries, q), centroid);
    return first - mean > 8 * Number.EPSILON ? (first - second) / (first - mean) : 0;
  });
  const shareOf = (distance: number) =>
    uncertainty.share(Float64Array.from(distances, (d) => (d === distance ? 1 : 0)));
  const shift = mostFrequent(distances.filter((distance) => distance !== 0));
  return {
    queries: count,
    ownFirst: shareOf(0),
    shift: shift === undefined ? null : { rows: shift > n / 2 ? shift - n : shift, share: shareOf(shift) },
    standout: uncertainty.median(standouts, "1"),
  };
}

function mostFrequent(values: Int32Array): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, timesA], [b, timesB]) => timesB - timesA || a - b)[0]?.[0];
}
