// What the functions of this project answer to each pathology. The command line's tests walk this table.

import type { InputErrorCode, RowMatrix } from "@nce-geometry/tensor";
import type { PathologyCase } from "./pathology.ts";
import { rowOf } from "./rows.ts";

export type ExpectedAnswer =
  /** An InputError of this code; where `row` is a number, its message names that row. */
  | { readonly kind: "error"; readonly code: InputErrorCode; readonly row: number | null }
  /** A record with these numbers at these paths; null where it says that there is no such number. */
  | { readonly kind: "values"; readonly values: Readonly<Record<string, number | null>> }
  /** An answer without further promise, all of whose numbers are finite. */
  | { readonly kind: "finite" }
  /** NaN: what is in the data propagates. */
  | { readonly kind: "nan" }
  /** NaN or an infinity: likewise. */
  | { readonly kind: "notFinite" };

/** Answers by function. */
export interface ExpectedAnswers {
  /** `normalizeRowMatrix(x)` and, on tensors, `normalizeRows(x)`. */
  readonly normalizeRowMatrix: ExpectedAnswer;
  /** `inspectRows(x)`. */
  readonly inspectRows: ExpectedAnswer;
  /** `checkEmbeddings(x)`. */
  readonly checkEmbeddings: ExpectedAnswer;
  /** `encodeNpy(x)`. */
  readonly encodeNpy: ExpectedAnswer;
  /** `analyzePair(x, y)` on the rows as they are; an error is that of every function of the diagnostics. */
  readonly analyzePair: ExpectedAnswer;
  /** `analyzePair` on the rows after `normalizeRowMatrix`. */
  readonly analyzeNormalized: ExpectedAnswer;
  /** `loss` of `infoNCE(x, y)` at τ = 0.1 on the rows as they are, on tensors and on rows. */
  readonly infoNCE: ExpectedAnswer;
}

const finite: ExpectedAnswer = { kind: "finite" };

/** The answers to a case whose rows are x and y. */
export function expectedAnswers(name: PathologyCase, x: RowMatrix, y: RowMatrix): ExpectedAnswers {
  return { ...usual(x), ...(unusual[name]?.(x, y) ?? {}) };
}

function usual(x: RowMatrix): ExpectedAnswers {
  return {
    normalizeRowMatrix: finite,
    inspectRows: inspection(x.rows, {}),
    checkEmbeddings: finite,
    encodeNpy: finite,
    analyzePair: values({ items: x.rows, dim: x.dim }),
    analyzeNormalized: values({ items: x.rows, dim: x.dim }),
    infoNCE: finite,
  };
}

type Unusual = (x: RowMatrix, y: RowMatrix) => Partial<ExpectedAnswers>;

const unusual: { readonly [name in PathologyCase]?: Unusual } = {
  identical: () => analysis({ "gap.centroid": 0, "cosines.matched": 1, "retrieval.xToY.recall.1": 1 }),
  antipodal: () => analysis({ "cosines.matched": -1, "cosines.alignment": 4, "retrieval.xToY.recall.1": 0 }),
  collapsed: ({ rows }) => ({
    inspectRows: inspection(rows, { "duplicates.rows": rows - 1 }),
    ...analysis({
      ...{ "gap.centroid": 0, "gap.relative": null, "uniformity.x": 0, maximumMeanDiscrepancy: null, centred: null },
      ...{ "retrieval.xToY.recall.1": 1 / rows, "retrieval.xToY.strict.recall.1": 1, "mixedSearch.x.1": 0.5 },
    }),
    infoNCE: values({ loss: Math.log(rows) }),
  }),
  collapsedApart: ({ rows }) => ({
    inspectRows: inspection(rows, { "duplicates.rows": rows - 1 }),
    ...analysis({
      ...{ "gap.centroid": Math.SQRT2, "gap.relative": 1, "uniformity.x": 0, centred: null, "mixedSearch.x.1": 1 },
      ...{ "retrieval.xToY.recall.1": 1 / rows, "energyDistance.vStatistic": 2 * Math.SQRT2 },
    }),
    infoNCE: values({ loss: Math.log(rows) }),
  }),
  duplicateRows: ({ rows }) => ({
    inspectRows: inspection(rows, { "duplicates.rows": 1, "duplicates.pair.0": 2, "duplicates.pair.1": 5 }),
    // The two copies are found half of the time each.
    ...analysis({ "retrieval.xToY.recall.1": (rows - 1) / rows, "retrieval.xToY.tiedQueries": 2 }),
  }),
  float16Rounded: () => ({ analyzePair: error("E_OPTION", 0) }),
  unnormalized: ({ rows }) => ({
    inspectRows: inspection(rows, { unit: 0 }),
    analyzePair: error("E_OPTION", 0),
  }),
  extremeLengths: ({ rows }) => ({
    inspectRows: inspection(rows, { unit: 0 }),
    // Its squared length is not finite.
    analyzePair: error("E_NOT_FINITE", 0),
  }),
  zeroRow: ({ rows }) => ({
    inspectRows: inspection(rows, { "zero.rows": 1, "zero.first": 3, unit: rows - 1 }),
    ...refused("E_ZERO_ROW", 3),
  }),
  nan: ({ rows }) => ({
    inspectRows: inspection(rows, { "nan.rows": 1, "nan.first": 4, unit: rows - 1 }),
    ...refused("E_NOT_FINITE", 4),
    infoNCE: { kind: "nan" },
  }),
  infinite: ({ rows }) => ({
    inspectRows: inspection(rows, { "infinite.rows": 1, "infinite.first": 6, unit: rows - 1 }),
    ...refused("E_NOT_FINITE", 6),
    infoNCE: { kind: "notFinite" },
  }),
  singleRow: () => ({
    analyzePair: error("E_SHAPE", null),
    analyzeNormalized: error("E_SHAPE", null),
    infoNCE: values({ loss: 0 }),
  }),
  oneDimension: (x, y) => ({
    inspectRows: inspection(x.rows, { "duplicates.rows": x.rows - new Set(x.data).size }),
    ...analysis({ "retrieval.xToY.recall.1": recallOfSigns(x, y) }),
  }),
  empty: () => ({
    inspectRows: values({ rows: 0, norms: null, unit: 0, "nan.rows": 0, "zero.rows": 0, "duplicates.rows": 0 }),
    encodeNpy: error("E_SHAPE", null),
    analyzePair: error("E_SHAPE", null),
    analyzeNormalized: error("E_SHAPE", null),
    infoNCE: error("E_SHAPE", null),
  }),
};

function values(entries: Readonly<Record<string, number | null>>): ExpectedAnswer {
  return { kind: "values", values: entries };
}

function error(code: InputErrorCode, row: number | null): ExpectedAnswer {
  return { kind: "error", code, row };
}

function analysis(entries: Readonly<Record<string, number | null>>): Partial<ExpectedAnswers> {
  return { analyzePair: values(entries), analyzeNormalized: values(entries) };
}

/** By all that need a direction for every row. */
function refused(code: InputErrorCode, row: number): Partial<ExpectedAnswers> {
  const answer = error(code, row);
  return { normalizeRowMatrix: answer, checkEmbeddings: answer, analyzePair: answer, analyzeNormalized: answer };
}

function inspection(rows: number, changes: Readonly<Record<string, number | null>>): ExpectedAnswer {
  const nothing = { "nan.rows": 0, "infinite.rows": 0, "zero.rows": 0, "duplicates.rows": 0 };
  return values({ rows, unit: rows, ...nothing, ...changes });
}

/** A match of the same sign ties with all candidates of that sign; one of the other sign is beaten by any of them. */
function recallOfSigns(x: RowMatrix, y: RowMatrix): number {
  let sum = 0;
  for (let i = 0; i < x.rows; i++) {
    const sign = rowOf(x, i)[0]!;
    const same = y.data.filter((value) => value === sign).length;
    if (rowOf(y, i)[0] === sign) sum += 1 / same;
    else if (same === 0) sum += 1 / y.rows;
  }
  return sum / x.rows;
}
