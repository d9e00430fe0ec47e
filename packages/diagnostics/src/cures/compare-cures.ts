// Recall and hubness before and after cures of hubs, on queries that no bank has seen.

import {
  assertTwoUnitSamples,
  assertUnitSample,
  copyRows,
  createUncertainty,
  type EngineOptions,
  type Estimate,
  type UncertaintyOptions,
} from "@nce-geometry/energy";
import { referenceEngine } from "@nce-geometry/pairwise";
import { createRandom, meanOfArray, type RowMatrix, type Rows, type RunControl } from "@nce-geometry/tensor";
import { requireInteger, requireOneOf, requireOpenFraction, shapeError } from "../law-tests/option-checks.ts";
import { selectRows } from "../law-tests/pair-angles.ts";
import { anyHit } from "./any-hit.ts";
import { type Cure, defaultCures, resolveCure } from "./cure.ts";
import { fitScores } from "./fit-cure.ts";
import { itemsOfCaptions, questionOf, rowsOfItems } from "./item-captions.ts";
import { type OccurrenceStatistics, occurrenceStatistics } from "./occurrences.ts";
import { type Places, placesOf, type Question } from "./rescored-places.ts";

export interface CompareCuresOptions extends EngineOptions, UncertaintyOptions, RunControl {
  /** Item (row of x) of each caption (row of y). @defaultValue row i of one belongs to row i of the other */
  readonly map?: Int32Array;
  /** Who asks: items for captions, or captions for items. @defaultValue "xToY" */
  readonly direction?: "xToY" | "yToX";
  /** @defaultValue every cure as its authors use it */
  readonly cures?: readonly Cure[];
  /**
   * The queries that say how popular candidates are. Rows: queries of other data. `heldOut`: the queries of a part of the items, whose
   * candidates are taken away too, since a bank that holds the answers of candidates betrays which of them are not to be answered.
   * `queries`: the tested queries themselves, which is transductive. @defaultValue "heldOut"
   */
  readonly bank?: Rows | "heldOut" | "queries";
  /** Share of the items held out for the bank, in (0, 1). @defaultValue 0.5 */
  readonly heldOutShare?: number;
  /** The k of recall@k, integers ≥ 1. @defaultValue [1, 5, 10] */
  readonly recallAt?: readonly number[];
  /** Length of the lists in which hubs are counted, an integer ≥ 1. @defaultValue 10 */
  readonly hubnessAt?: number;
}

export interface BeforeAndAfter {
  readonly before: Estimate;
  readonly after: Estimate;
  /** after − before, paired by query. */
  readonly change: Estimate;
}

export interface CuredRetrieval {
  readonly cure: Cure;
  /** Whether the answer to one query depends on the others asked with it: not a number to compare with the others'. */
  readonly transductive: boolean;
  /** Any target among the first k, keyed by k. */
  readonly recall: Readonly<Record<string, BeforeAndAfter>>;
  readonly hubness: { readonly before: OccurrenceStatistics; readonly after: OccurrenceStatistics };
}

export interface CureComparison {
  readonly direction: "xToY" | "yToX";
  readonly items: number;
  readonly queries: number;
  readonly candidates: number;
  /** Queries in the bank, and where they come from. */
  readonly bank: { readonly source: "given" | "heldOut" | "queries"; readonly rows: number };
  readonly cures: readonly CuredRetrieval[];
}

/**
 * What cures of hubs do to retrieval: recall and hubness before and after, with the same queries and candidates.
 *
 * Math:     scores of {@link Cure}; recall as any target among the first k, ties by expectation; {@link occurrenceStatistics}.
 * Shapes:   x [n, d], y [m, d] of unit rows, map [m] → record.
 * Domain:   at least 2 tested items and 2 bank queries.
 * Limits:   candidates equally popular in the bank → no change;  one target per query and all rows equal → recall k/candidates before and after.
 * Numerics: the sample are the items with all their captions; candidates and bank are held fixed. Cost: some four sweeps a cure; `dualSoftmax` and
 *           `mutualProximity` visit all pairs outside the engine.
 * Throws:   InputError E_SHAPE, E_NOT_FINITE, E_ZERO_ROW, E_OPTION, E_DOMAIN; rejects with `signal.reason`.
 * Source:   as {@link rescoredNeighbours}.
 */
export async function compareCures(x: Rows, y: Rows, options: CompareCuresOptions = {}): Promise<CureComparison> {
  const where = "compareCures";
  const { cures = defaultCures, recallAt = [1, 5, 10], hubnessAt = 10, engine = referenceEngine(), signal } = options;
  const { direction = "xToY", onProgress } = options;
  requireOneOf(where, "direction", direction, ["xToY", "yToX"]);
  for (const k of recallAt) requireInteger(where, "recallAt", k, 1);
  requireInteger(where, "hubnessAt", hubnessAt, 1);
  const resolved = cures.map((cure) => resolveCure(where, cure));
  const trial = await setUp(where, x, y, { ...options, direction });
  const setting = { engine, k: Math.min(hubnessAt, trial.candidates.rows), signal };
  const before = await placesOf(trial.queries, trial.candidates, null, trial.question, setting);
  const report = reporter(where, trial, before, { ...options, recallAt });
  const done: CuredRetrieval[] = [];
  for (const [at, cure] of resolved.entries()) {
    onProgress?.({ done: at, total: resolved.length, label: cure.kind });
    const fitted = await fitScores(where, trial.candidates, trial.bank, cure, { engine, signal });
    const after = await placesOf(trial.queries, trial.candidates, fitted, trial.question, setting);
    const transductive = cure.kind === "dualSoftmax" || trial.source === "queries";
    done.push({ cure: cures[at]!, transductive, ...report(after) });
  }
  return {
    direction,
    items: trial.items,
    queries: trial.queries.rows,
    candidates: trial.candidates.rows,
    bank: { source: trial.source, rows: trial.bank.rows },
    cures: done,
  };
}

interface Trial {
  readonly queries: RowMatrix;
  readonly candidates: RowMatrix;
  readonly bank: Rows;
  readonly source: "given" | "heldOut" | "queries";
  readonly question: Question;
  /** Tested items, and which of them (0 … items − 1) each query belongs to. */
  readonly items: number;
  readonly itemOfQuery: Int32Array;
}

async function setUp(
  where: string,
  x: Rows,
  y: Rows,
  options: CompareCuresOptions & { readonly direction: "xToY" | "yToX" },
): Promise<Trial> {
  const { bank = "heldOut", heldOutShare = 0.5, direction, seed = 0, signal } = options;
  requireOpenFraction(where, "heldOutShare", heldOutShare);
  if (typeof bank === "string") requireOneOf(where, "bank", bank, ["heldOut", "queries"]);
  await assertTwoUnitSamples(where, x, y, { signal });
  const map = itemsOfCaptions(where, x, y, options.map);
  const [rowsX, rowsY] = [await copyRows(x, { signal }), await copyRows(y, { signal })];
  const itemOfX = Int32Array.from({ length: x.rows }, (_, i) => i);
  const sides = { queries: { rows: rowsX, itemOf: itemOfX }, candidates: { rows: rowsY, itemOf: map } };
  const { queries, candidates } =
    direction === "xToY" ? sides : { queries: sides.candidates, candidates: sides.queries };
  const order = createRandom(seed).split("held out").permutation(x.rows);
  const heldOut = bank === "heldOut" ? Math.round(heldOutShare * x.rows) : 0;
  const tested = new Set(order.subarray(heldOut).toSorted());
  if (tested.size < 2 || (bank === "heldOut" && heldOut < 2)) {
    throw shapeError(where, "x", "of at least 2 items to test and 2 to hold out", x);
  }
  const numbers = new Map([...tested].map((item, at) => [item, at]));
  const part = ({ rows, itemOf }: typeof queries, items: ReadonlySet<number>) => {
    const chosen = rowsOfItems(itemOf, items);
    return {
      rows: selectRows(rows, chosen),
      groups: Int32Array.from(chosen, (row) => numbers.get(itemOf[row]!) ?? -1),
    };
  };
  const [asked, offered] = [part(queries, tested), part(candidates, tested)];
  const others = part(queries, new Set(order.subarray(0, heldOut))).rows;
  const given = typeof bank === "string" ? null : await checkedBank(where, bank, x.dim, { signal });
  return {
    queries: asked.rows,
    candidates: offered.rows,
    bank: given ?? (bank === "heldOut" ? others : asked.rows),
    source: given ? "given" : (bank as "heldOut" | "queries"),
    question: questionOf(asked.groups, offered.groups),
    items: tested.size,
    itemOfQuery: asked.groups,
  };
}

async function checkedBank(where: string, bank: Rows, dim: number, control: RunControl): Promise<Rows> {
  if (bank.dim !== dim) throw shapeError(where, "bank", `of dimension ${dim}, as \`x\` is`, bank);
  await assertUnitSample(where, "bank", bank, control);
  return bank;
}

/** Makes the two sides of a report, what was before being the same for all cures. */
function reporter(
  where: string,
  { items, itemOfQuery, candidates, question }: Trial,
  before: Places,
  options: UncertaintyOptions & { readonly recallAt: readonly number[] },
): (after: Places) => Pick<CuredRetrieval, "recall" | "hubness"> {
  const { recallAt, level } = options;
  const uncertainty = createUncertainty(where, items, options);
  const byItem = (values: Float64Array): Estimate => {
    const mean = meanOfArray(values);
    const influence = new Float64Array(items);
    for (const [query, value] of values.entries()) {
      influence[itemOfQuery[query]!]! += ((value - mean) * items) / values.length;
    }
    return uncertainty.fromInfluence(mean, influence, "1");
  };
  const occurrences = ({ indices, k }: Places) =>
    occurrenceStatistics(indices, { k, candidates: candidates.rows, ...(level !== undefined && { level }) });
  const hubnessBefore = occurrences(before);
  const hits = recallAt.map((k) => anyHit(before, question.targets, k));
  return (after) => {
    const recall = recallAt.map((k, at): [string, BeforeAndAfter] => {
      const now = anyHit(after, question.targets, k);
      const change = byItem(now.map((value, i) => value - hits[at]![i]!));
      return [String(k), { before: byItem(hits[at]!), after: byItem(now), change }];
    });
    return { recall: Object.fromEntries(recall), hubness: { before: hubnessBefore, after: occurrences(after) } };
  };
}
