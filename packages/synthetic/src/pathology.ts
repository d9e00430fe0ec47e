// Rows that go wrong in one stated way each: what every function that takes rows must have an answer for.

import type { Random, RowMatrix } from "@nce-geometry/tensor";
import { roundToFloat16 } from "./float16.ts";
import { requireCount, requireOneOf } from "./option-checks.ts";
import { type ExpectedAnswers, expectedAnswers } from "./pathology-answers.ts";
import { makeRows, rowOf, uniformRows, unit } from "./rows.ts";

/** The cases, from none to the worst. */
export const pathologyCases = [
  "clean",
  "identical",
  "antipodal",
  "collapsed",
  "collapsedApart",
  "duplicateRows",
  "float16Rounded",
  "unnormalized",
  "extremeLengths",
  "zeroRow",
  "nan",
  "infinite",
  "singleRow",
  "oneDimension",
  "empty",
] as const;

export type PathologyCase = (typeof pathologyCases)[number];

export interface PathologyOptions {
  readonly kind: "pathology";
  /** Which case. @defaultValue "clean" */
  readonly case?: PathologyCase;
  /** Rows n of the cases that have several, at least 8. @defaultValue 12 */
  readonly pairs?: number;
  /** Dimension d of the cases that have several, at least 2. @defaultValue 8 */
  readonly dim?: number;
}

export interface PathologyTruth {
  readonly kind: "pathology";
  readonly case: PathologyCase;
  /** What is unusual, a sentence. */
  readonly description: string;
  /** The row of x that is wrong, the first where there are several; null where none is. */
  readonly row: number | null;
  /** By function: what it answers. */
  readonly answers: ExpectedAnswers;
}

/** The rows that cases spoil. */
const spoilt = { zero: 3, nan: 4, infinite: 6, duplicate: 5, original: 2 };

/**
 * One case of two paired modalities; x is spoilt, y is its partner.
 *
 * Shapes:   → x, y [n, d]; n = 1 for `singleRow`, 0 for `empty`, d = 1 for `oneDimension`.
 * Limits:   `clean` is unit rows with noisy partners, in which nothing is wrong.
 * Throws:   InputError E_OPTION.
 */
export function generatePathology(
  random: Random,
  options: PathologyOptions,
): { readonly x: RowMatrix; readonly y: RowMatrix; readonly truth: PathologyTruth } {
  const where = "generatePathology";
  const { case: name = "clean", pairs = 12, dim = 8 } = options;
  requireOneOf(where, "case", name, pathologyCases);
  requireCount(where, "pairs", pairs, 8);
  requireCount(where, "dim", dim, 2);
  const clean = cleanPair(random, name === "singleRow" ? 1 : pairs, dim);
  const { description, row, x, y } = makers[name](clean);
  return { x, y, truth: { kind: "pathology", case: name, description, row, answers: expectedAnswers(name, x, y) } };
}

interface Pair {
  readonly x: RowMatrix;
  readonly y: RowMatrix;
}
type Made = Pair & { readonly description: string; readonly row: number | null };

const makers: Readonly<Record<PathologyCase, (clean: Pair) => Made>> = {
  clean: (pair) => ({ ...pair, description: "Unit rows with noisy partners: nothing is wrong.", row: null }),
  identical: ({ x }) => ({ x, y: x, description: "Both modalities are the same rows.", row: null }),
  antipodal: ({ x }) => ({
    x,
    y: mapRows(x, (row) => row.map((value) => -value)),
    description: "Every partner is the opposite of its row.",
    row: null,
  }),
  collapsed: ({ x }) => ({
    x: mapRows(x, () => firstAxis(x.dim)),
    y: mapRows(x, () => firstAxis(x.dim)),
    description: "All rows of both modalities are the first axis.",
    row: null,
  }),
  collapsedApart: ({ x }) => ({
    x: mapRows(x, () => firstAxis(x.dim)),
    y: mapRows(x, () => firstAxis(x.dim).reverse()),
    description: "All rows of x are the first axis, all rows of y the last one.",
    row: null,
  }),
  duplicateRows: ({ x, y }) => ({
    x: mapRows(x, (row, i) => (i === spoilt.duplicate ? rowOf(x, spoilt.original) : row)),
    y: mapRows(y, (row, i) => (i === spoilt.duplicate ? rowOf(y, spoilt.original) : row)),
    description: `Pair ${spoilt.duplicate} is pair ${spoilt.original} again.`,
    row: spoilt.duplicate,
  }),
  float16Rounded: ({ x, y }) => ({
    x: mapRows(x, (row) => row.map(roundToFloat16)),
    y: mapRows(y, (row) => row.map(roundToFloat16)),
    description: "Rows rounded to half precision, so that lengths are 1 to three digits only.",
    row: 0,
  }),
  unnormalized: ({ x, y }) => ({
    x: mapRows(x, (row, i) => row.map((value) => value * 2 ** (i + 1))),
    y,
    description: "Row i of x has length 2^(i+1).",
    row: 0,
  }),
  extremeLengths: ({ x, y }) => ({
    x: mapRows(x, (row, i) => row.map((value) => value * (i % 2 === 0 ? 2 ** 900 : 2 ** -900))),
    y,
    description: "Rows of x have lengths 2^900 and 2^-900 in turn: their squares over- and underflow.",
    row: 0,
  }),
  zeroRow: ({ x, y }) => ({
    x: mapRows(x, (row, i) => (i === spoilt.zero ? row.fill(0) : row)),
    y,
    description: `Row ${spoilt.zero} of x is zero.`,
    row: spoilt.zero,
  }),
  nan: ({ x, y }) => ({
    x: mapRows(x, (row, i) => (i === spoilt.nan ? row.with(1, Number.NaN) : row)),
    y,
    description: `Row ${spoilt.nan} of x holds a NaN.`,
    row: spoilt.nan,
  }),
  infinite: ({ x, y }) => ({
    x: mapRows(x, (row, i) => (i === spoilt.infinite ? row.with(0, Number.NEGATIVE_INFINITY) : row)),
    y,
    description: `Row ${spoilt.infinite} of x holds −∞.`,
    row: spoilt.infinite,
  }),
  singleRow: (pair) => ({ ...pair, description: "One pair.", row: null }),
  oneDimension: ({ x, y }) => ({
    x: signs(x),
    y: signs(y),
    description: "Rows of one number, 1 or −1.",
    row: null,
  }),
  empty: ({ x, y }) => ({ x: emptyLike(x), y: emptyLike(y), description: "No rows.", row: null }),
};

function cleanPair(random: Random, rows: number, dim: number): Pair {
  const x = uniformRows(random.split("rows"), rows, dim);
  const noise = random.split("noise").normal(rows * dim);
  const y = makeRows(rows, dim, (row, i) => row.set(unit(rowOf(x, i).map((v, k) => v + 0.1 * noise[i * dim + k]!))));
  return { x, y };
}

function mapRows(matrix: RowMatrix, map: (row: Float64Array, i: number) => Float64Array): RowMatrix {
  return makeRows(matrix.rows, matrix.dim, (row, i) => row.set(map(rowOf(matrix, i).slice(), i)));
}

function firstAxis(dim: number): Float64Array {
  return new Float64Array(dim).with(0, 1);
}

function signs(matrix: RowMatrix): RowMatrix {
  return makeRows(matrix.rows, 1, (row, i) => row.fill(rowOf(matrix, i)[0]! < 0 ? -1 : 1));
}

function emptyLike({ dim }: RowMatrix): RowMatrix {
  return { rows: 0, dim, data: new Float64Array(0) };
}
