// Loops and tensor operations give the same log-sum-exps and gradients; which of them runs shows only in time.

import {
  add,
  createRandom,
  fromData,
  mul,
  scoreMatrix,
  sin,
  square,
  sum,
  type Tensor,
  valueAndGrad,
} from "@nce-geometry/tensor";
import { expectAllClose, gradientCheck } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { asTensor, EPSILON, growth, type Matrix, randomRows, unitRows } from "../../test/helpers.ts";
import { symmetricInfoNCE } from "../symmetric-info-nce.ts";
import { type LogSums, type LogSumsOptions, logSums } from "./log-sums.ts";
import { readsAtOnce } from "./reads-at-once.ts";
import { rowLogSums } from "./row-log-sums.ts";

const { NEGATIVE_INFINITY: none } = Number;

/** By the definition, from plain numbers. */
function byDefinition(logits: Matrix, { skipDiagonal }: LogSumsOptions): { rows: number[]; columns: number[] } {
  const kept = logits.map((row, i) => row.map((value, j) => (skipDiagonal && i === j ? none : value)));
  const logSum = (values: readonly number[]) => {
    const largest = Math.max(...values);
    if (largest === none) return none;
    return largest + Math.log(values.reduce((total, value) => total + Math.exp(value - largest), 0));
  };
  return { rows: kept.map(logSum), columns: kept[0]!.map((_, j) => logSum(kept.map((row) => row[j]!))) };
}

const settings = [
  { label: "a square", logits: randomRows(1, 6, 6), skipDiagonal: false },
  { label: "a square without its diagonal", logits: randomRows(2, 6, 6), skipDiagonal: true },
  { label: "a wide matrix", logits: randomRows(3, 3, 7), skipDiagonal: false },
  {
    label: "entries left out, a whole row and a whole column among them",
    logits: [
      [1, none, 2],
      [none, none, none],
      [0, none, 3],
    ],
    skipDiagonal: false,
  },
  { label: "a single entry left out", logits: [[4]], skipDiagonal: true },
  {
    label: "a range too wide to share exponentials",
    logits: [
      [0, 900],
      [-900, 3],
    ],
    skipDiagonal: false,
  },
];

describe.each(settings)("$label", ({ logits, skipDiagonal }) => {
  const options = { skipDiagonal, columns: true };
  const expected = byDefinition(logits, options);
  const tolerance = { ulps: 32, epsilon: EPSILON, scale: 4 };

  test("values", () => {
    const { rows, columns } = logSums(asTensor(logits), options);
    expectAllClose(rows.dataSync(), expected.rows, tolerance);
    expectAllClose(columns!.dataSync(), expected.columns, tolerance);
    expect(logSums(asTensor(logits), { ...options, columns: false }).columns).toBeUndefined();
  });

  test("the gradient has the entries e^{l − logSum}", () => {
    const f = (t: Tensor) => {
      const { rows, columns } = logSums(t, options);
      return add(mul(sum(rows), 2), mul(sum(columns!), 3));
    };
    const [gradient] = valueAndGrad((t) => f(t!), [asTensor(logits)]).gradients;
    const weight = (value: number, of: number) => (value === none || of === none ? 0 : Math.exp(value - of));
    const entries = logits.flatMap((row, i) =>
      row.map((value, j) =>
        skipDiagonal && i === j ? 0 : 2 * weight(value, expected.rows[i]!) + 3 * weight(value, expected.columns[j]!),
      ),
    );
    expectAllClose(gradient!.dataSync(), entries, tolerance);
  });
});

describe("rows instead of a matrix", () => {
  const [a, b] = [randomRows(4, 5, 3), randomRows(5, 7, 3)];
  const tolerance = { ulps: growth({ n: 12, d: 3, temperature: 0.1 }), epsilon: EPSILON, scale: 10 };

  test.each([
    { skipDiagonal: false, columns: true },
    { skipDiagonal: true, columns: true },
    { skipDiagonal: true, columns: false },
  ])("values and gradients are those of the matrix of products (%o)", (options) => {
    const weighted = ({ rows, columns }: LogSums) =>
      columns ? add(sum(square(rows)), sum(sin(columns))) : sum(square(rows));
    const inputs = [asTensor(a), asTensor(b)];
    const direct = valueAndGrad((x, y) => weighted(rowLogSums(x!, y!, options)!), inputs);
    const through = (x: Tensor, y: Tensor) => logSums(scoreMatrix(x, y, { kind: "cosine" }), options);
    const matrix = valueAndGrad((x, y) => weighted(through(x!, y!)), inputs);
    expectAllClose(direct.value.dataSync(), matrix.value.dataSync(), tolerance);
    for (const k of [0, 1]) expectAllClose(direct.gradients[k]!.dataSync(), matrix.gradients[k]!.dataSync(), tolerance);
  });

  test("left to the matrix: long rows, scores too far apart, NaN", () => {
    const options = { skipDiagonal: false, columns: true };
    const left = (rows: Matrix) => rowLogSums(asTensor(rows), asTensor(rows), options);
    expect(left(unitRows(1, 3, 17))).toBeUndefined();
    expect(left([[18], [-18]])).toBeUndefined();
    expect(left([[17], [-17]])).toBeDefined();
    expect(left([[Number.NaN], [1]])).toBeUndefined();
  });
});

test("a derivative of the derivative goes through tensor operations, and is right", async () => {
  const [x, y] = [asTensor(unitRows(6, 4, 3)), asTensor(unitRows(7, 4, 3))];
  const options = { temperature: 0.5, denominator: "pooled" } as const;
  const slope = (a: Tensor) => {
    // y lies below every differentiation, so that it has to follow the backend of a.
    const fixed = fromData(a.backend, y.dataSync(), y.shape);
    return sum(square(valueAndGrad((u) => symmetricInfoNCE(u!, fixed, options), [a]).gradients[0]!));
  };
  const seen: boolean[] = [];
  const look = (v: Tensor) => {
    seen.push(readsAtOnce(v));
    return sum(v);
  };
  valueAndGrad((u) => valueAndGrad((v) => look(v!), [u!]).value, [x]);
  expect([readsAtOnce(x), ...seen]).toEqual([true, false]);
  const check = await gradientCheck((a) => slope(a!), [x], { random: createRandom(3) });
  expect(check.relativeError).toBeLessThan(check.tolerance);
});
