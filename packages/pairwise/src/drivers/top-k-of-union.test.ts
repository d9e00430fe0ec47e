import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { expect, test } from "vitest";
import { referenceEngine } from "../reference-engine.ts";
import { matrixOf, rowMatrix } from "../rows/row-matrix.ts";
import { topKOfUnion } from "./top-k-of-union.ts";

const engine = referenceEngine({ tileRows: 4 });

test.each([
  [1, "own"],
  [3, "own"],
  [3, "other"],
  [100, "own"],
  [100, "other"],
] as const)("k = %i, %s first: as sorting the union, ties by index", async (k, first) => {
  const x = integerRows("x", 11, 3);
  const y = integerRows("y", 6, 3);
  const result = await topKOfUnion(engine, x, y, { k, first });
  const kept = Math.min(k, 10 + 6);
  expect([result.queries, result.k]).toEqual([11, kept]);
  for (let i = 0; i < 11; i++) {
    const own = Array.from({ length: 11 }, (_, j) => ({ value: inner(x, i, x, j), own: 1, index: j }));
    const other = Array.from({ length: 6 }, (_, j) => ({ value: inner(x, i, y, j), own: 0, index: j }));
    const mates = own.filter(({ index }) => index !== i);
    // A stable sort keeps the order of the union among equals.
    const union = (first === "own" ? [...mates, ...other] : [...other, ...mates]).sort((a, b) => b.value - a.value);
    const got = Array.from({ length: kept }, (_, r) => ({
      value: result.values[i * kept + r],
      own: result.own[i * kept + r],
      index: result.indices[i * kept + r],
    }));
    expect(got).toEqual(union.slice(0, kept));
  }
});

test("the twin of a query is its nearest neighbour, the query itself never", async () => {
  const rows = matrixOf([
    [1, 0],
    [0, 1],
    [-1, 0],
  ]);
  const result = await topKOfUnion(engine, rows, rows, { k: 1 });
  expect([...result.own]).toEqual([0, 0, 0]);
  expect([...result.indices]).toEqual([0, 1, 2]);
});

test("without others, the neighbours within", async () => {
  const none = rowMatrix(new Float64Array(0), 0, 1);
  const result = await topKOfUnion(engine, matrixOf([[1], [2], [3]]), none, { k: 5 });
  expect(result.k).toBe(2);
  expect([...result.indices]).toEqual([2, 1, 2, 0, 1, 0]);
  const alone = await topKOfUnion(engine, matrixOf([[1]]), matrixOf([[4]]), { k: 5 });
  expect([alone.k, alone.own[0], alone.values[0]]).toEqual([1, 0, 4]);
});

test("k must be at least 1", async () => {
  await expect(topKOfUnion(engine, matrixOf([[1]]), matrixOf([[4]]), { k: 0 })).rejects.toThrow(
    expect.objectContaining({ message: "reduce: `reductions[0].k` must be a whole number ≥ 1, got 0." }),
  );
});

function integerRows(label: string, rows: number, dim: number): RowMatrix {
  const data = createRandom(label).integers(rows * dim, { low: -1, high: 2 });
  return rowMatrix(Float64Array.from(data), rows, dim);
}

function inner(x: RowMatrix, i: number, y: RowMatrix, j: number): number {
  let sum = 0;
  for (let k = 0; k < x.dim; k++) sum += x.data[i * x.dim + k]! * y.data[j * y.dim + k]!;
  return sum;
}
