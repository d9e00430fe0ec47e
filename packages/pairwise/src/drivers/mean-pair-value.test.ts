import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { referenceEngine } from "../reference-engine.ts";
import { matrixOf } from "../rows/row-matrix.ts";
import { meanPairValue } from "./mean-pair-value.ts";

const engine = referenceEngine();

test("orthonormal rows within: U = 2, V = 2(n − 1)/n", async () => {
  const n = 7;
  const rows = matrixOf(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, k) => (i === k ? 1 : 0))));
  const { all, offDiagonal } = await meanPairValue(engine, rows, rows, { value: { kind: "squaredDistance" } });
  expect(all).toEqual({ mean: (2 * n * (n - 1)) / n ** 2, total: 2 * n * (n - 1), pairs: n ** 2 });
  expect(offDiagonal).toEqual({ mean: 2, total: 2 * n * (n - 1), pairs: n * (n - 1) });
});

test("across two sets: all pairs, and those with i ≠ j", async () => {
  const { all, offDiagonal } = await meanPairValue(engine, matrixOf([[1], [2], [5]]), matrixOf([[3], [10]]), {
    value: { kind: "distance" },
  });
  expect(all).toEqual({ mean: 4.5, total: 2 + 9 + 1 + 8 + 2 + 5, pairs: 6 });
  expect(offDiagonal).toEqual({ mean: 4.25, total: 9 + 1 + 2 + 5, pairs: 4 });
});

test("gaussian: the self pairs count 1 each in V", async () => {
  const rows = matrixOf([[0], [2]]);
  const { all, offDiagonal } = await meanPairValue(engine, rows, rows, { value: { kind: "gaussian", bandwidth: 2 } });
  expectClose(all.mean, (1 + Math.exp(-0.5)) / 2, { ulps: 2, epsilon: 2 ** -52 });
  expectClose(offDiagonal.mean, Math.exp(-0.5), { ulps: 2, epsilon: 2 ** -52 });
});

test("one row has no pair with i ≠ j", async () => {
  const row = matrixOf([[3]]);
  const { all, offDiagonal } = await meanPairValue(engine, row, row, { value: { kind: "inner" } });
  expect([all.mean, offDiagonal.mean, offDiagonal.pairs]).toEqual([9, Number.NaN, 0]);
});
