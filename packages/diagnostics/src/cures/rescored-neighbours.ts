import { assertTwoUnitSamples, assertUnitSample, type EngineOptions } from "@nce-geometry/energy";
import { referenceEngine } from "@nce-geometry/pairwise";
import { InputError, type Rows, type RunControl } from "@nce-geometry/tensor";
import { requireInteger, shapeError } from "../law-tests/option-checks.ts";
import { type Cure, resolveCure } from "./cure.ts";
import { fitScores } from "./fit-cure.ts";
import { placesOf } from "./rescored-places.ts";

export interface RescoredNeighboursOptions extends EngineOptions, RunControl {
  readonly cure: Cure;
  /** Queries that say how popular each candidate is; best ones that none of the candidates answers. Not needed by `dualSoftmax`. */
  readonly bank?: Rows;
  /** Candidates of each query, an integer ≥ 1. @defaultValue 10 */
  readonly k?: number;
}

export interface RescoredNeighbours {
  readonly cure: Cure["kind"];
  /** Whether the answer to one query depends on the others asked with it. */
  readonly transductive: boolean;
  readonly k: number;
  /** [n, k], best first; scores up to what is the same for all candidates of a query. */
  readonly values: Float64Array;
  readonly indices: Int32Array;
}

/**
 * The nearest candidates of each query after a cure of hubs.
 *
 * Math:     the k largest of the scores of {@link Cure}; among equal ones the lower index.
 * Shapes:   queries [n, d], candidates [m, d], bank [b, d] of unit rows → [n, k'], k' = min(k, m).
 * Domain:   n, m ≥ 1, b ≥ 2.
 * Limits:   all candidates equally popular in the bank → the cosine's own order;  one candidate only → it.
 * Numerics: `dualSoftmax` and `mutualProximity` visit all pairs outside the engine.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION, E_DOMAIN; rejects with `signal.reason`.
 * Source:   csls: A. Conneau et al., ICLR 2018; invertedSoftmax: S. Smith et al., ICLR 2017; queryBank: S. Bogolin et al., CVPR 2022;
 *           dualSoftmax: X. Cheng et al., 2021; localScaling: L. Zelnik-Manor and P. Perona, NeurIPS 2004; mutualProximity: D. Schnitzer et al., JMLR 13 (2012).
 */
export async function rescoredNeighbours(
  queries: Rows,
  candidates: Rows,
  options: RescoredNeighboursOptions,
): Promise<RescoredNeighbours> {
  const where = "rescoredNeighbours";
  const { cure, bank, k = 10, engine = referenceEngine(), signal, onProgress } = options;
  const resolved = resolveCure(where, cure);
  requireInteger(where, "k", k, 1);
  await assertTwoUnitSamples(where, queries, candidates, { signal }, 1);
  const transductive = cure.kind === "dualSoftmax";
  if (!transductive) await assertBank(where, bank, candidates, { signal });
  const fitted = await fitScores(where, candidates, bank ?? queries, resolved, { engine, signal });
  const n = queries.rows;
  const none = {
    targets: { offsets: new Int32Array(n + 1), columns: new Int32Array(0) },
    groups: { rows: new Int32Array(n), columns: new Int32Array(candidates.rows) },
  };
  const places = await placesOf(queries, candidates, fitted, none, { engine, k, signal, onProgress });
  return { cure: cure.kind, transductive, k: places.k, values: places.values, indices: places.indices };
}

async function assertBank(where: string, bank: Rows | undefined, candidates: Rows, control: RunControl): Promise<void> {
  if (!bank) {
    const hint = "Queries of training data are a good bank.";
    throw new InputError({
      code: "E_OPTION",
      where,
      argument: "bank",
      expected: "rows of queries",
      received: "none",
      hint,
    });
  }
  if (bank.dim !== candidates.dim) {
    throw shapeError(where, "bank", `of dimension ${candidates.dim}, as \`candidates\` is`, bank);
  }
  await assertUnitSample(where, "bank", bank, control);
}
