import type { Rows, RunControl } from "@nce-geometry/tensor";
import type { PairwiseEngine, TopKReductionResult } from "../engine.ts";

export interface TopKOfUnionOptions {
  /** How many neighbours to return, ≥ 1. */
  readonly k: number;
  /**
   * Which set comes first in the numbering of the union, and so wins among equal scores. Keep one numbering when the
   * queries change sides: X queries `own`, Y queries `other`, and X stands first in both.
   *
   * @defaultValue "own"
   */
  readonly first?: "own" | "other";
}

/** Neighbour r of query i lies at i·k + r, best first. */
export interface TopKOfUnionResult {
  readonly queries: number;
  /** Neighbours per query: min(k, size of the union without the query). */
  readonly k: number;
  readonly values: Float64Array;
  /** 1 where the neighbour is of the query's own set, 0 where it is of the other. */
  readonly own: Uint8Array;
  /** Index of the neighbour within its set. */
  readonly indices: Int32Array;
}

/**
 * Mixed-modality search: the k nearest of each query among all other queries and all rows of the other set.
 *
 * Math:     the k largest ⟨x_i, z⟩ over z in X∖{x_i} ∪ Y, descending; among equal scores the lower index in the union.
 * Shapes:   queries [n, d], others [m, d] → [n, k'], k' = min(k, n − 1 + m).
 * Domain:   finite rows; scores are cosines when the rows are of unit length.
 * Limits:   m = 0 → the neighbours within X; equal sets and distinct rows → the twin y_i comes first.
 * Numerics: two sweeps, n² and n·m pairs; a query is left out by its position, not by its score.
 * Throws:   InputError E_SHAPE, E_OPTION, E_NOT_FINITE.
 */
export async function topKOfUnion(
  engine: PairwiseEngine,
  queries: Rows,
  others: Rows,
  options: TopKOfUnionOptions,
  control?: RunControl,
): Promise<TopKOfUnionResult> {
  const { k, first = "own" } = options;
  const [own] = await engine.reduce(queries, queries, [{ kind: "topK", k, diagonal: "exclude" }], control);
  const [other] = await engine.reduce(queries, others, [{ kind: "topK", k }], control);
  return mergeBestFirst(queries.rows, Math.min(k, own.k + other.k), own, other, first === "own");
}

function mergeBestFirst(
  queries: number,
  k: number,
  own: TopKReductionResult,
  other: TopKReductionResult,
  ownWinsTies: boolean,
): TopKOfUnionResult {
  const result = {
    queries,
    k,
    values: new Float64Array(queries * k),
    own: new Uint8Array(queries * k),
    indices: new Int32Array(queries * k),
  };
  for (let query = 0; query < queries; query++) {
    let a = 0;
    let b = 0;
    for (let at = query * k; at < (query + 1) * k; at++) {
      const ownValue = a < own.k ? own.values[query * own.k + a]! : -Infinity;
      const otherValue = b < other.k ? other.values[query * other.k + b]! : -Infinity;
      const takeOwn = b === other.k || (a < own.k && (ownWinsTies ? ownValue >= otherValue : ownValue > otherValue));
      result.values[at] = takeOwn ? ownValue : otherValue;
      result.own[at] = takeOwn ? 1 : 0;
      result.indices[at] = takeOwn ? own.indices[query * own.k + a++]! : other.indices[query * other.k + b++]!;
    }
  }
  return result;
}
