// The nearest rows of each query, block by block, so that neither queries nor lists need to fit in memory.

import { type Cure, rescoredNeighbours } from "@nce-geometry/diagnostics";
import { normalizedRowSource, referenceEngine } from "@nce-geometry/pairwise";
import { InputError, type RowMatrix, type RowSource, type RunControl } from "@nce-geometry/tensor";

/** The list of one query, best first. */
export interface NeighbourList {
  readonly query: number;
  readonly rows: readonly number[];
  /** Cosines, or the scores of a cure, which compare within a list only. */
  readonly scores: readonly number[];
}

export interface ListOptions extends RunControl {
  readonly top: number;
  readonly cure?: Cure;
  /** Rows that say how popular each candidate is, for a cure; for the queries from the first to the last number. */
  readonly bankFor?: (from: number, to: number) => RowMatrix | undefined;
}

const blockRows = 256;

/** Lists in the order of the queries. */
export async function* neighbourLists(
  queries: RowSource,
  candidates: RowMatrix,
  options: ListOptions,
): AsyncGenerator<NeighbourList> {
  const { top, cure, bankFor, signal, onProgress } = options;
  const unit = normalizedRowSource(queries);
  // A cure that looks at all queries together cannot work block by block.
  const step = cure?.kind === "dualSoftmax" ? queries.rows : blockRows;
  for (let start = 0; start < queries.rows; start += step) {
    const count = Math.min(step, queries.rows - start);
    const data = Float64Array.from(await unit.read(start, count));
    const block: RowMatrix = { rows: count, dim: queries.dim, data };
    const { k, values, indices } = cure
      ? await rescoredNeighbours(block, candidates, { cure, k: top, ...bank(bankFor?.(start, start + count)), signal })
      : (await referenceEngine().reduce(block, candidates, [{ kind: "topK", k: top }], { signal }))[0];
    for (let q = 0; q < count; q++) {
      const cut = <T>(all: ArrayLike<T>): T[] => Array.from({ length: k }, (_, place) => all[q * k + place]!);
      yield { query: start + q, rows: cut(indices), scores: cut(values) };
    }
    onProgress?.({ done: start + count, total: queries.rows, label: "queries" });
  }
}

function bank(rows: RowMatrix | undefined): { readonly bank?: RowMatrix } {
  return rows ? { bank: rows } : {};
}

/** The other half of the queries for each half: no query says how popular its own answer is. */
export function halvesOf(queries: RowMatrix): (from: number, to: number) => RowMatrix {
  const half = Math.floor(queries.rows / 2);
  if (half < 2) {
    throw new InputError({
      code: "E_SHAPE",
      where: "retrieve",
      argument: "--cure",
      expected: "at least 4 queries where they are each other's bank",
      received: String(queries.rows),
      hint: "Name rows of queries with --bank.",
    });
  }
  const part = (from: number, to: number): RowMatrix => ({
    rows: to - from,
    dim: queries.dim,
    data: queries.data.slice(from * queries.dim, to * queries.dim),
  });
  const [first, second] = [part(0, half), part(half, queries.rows)];
  return (from) => (from < half ? second : first);
}
