import { createRandom, type RowMatrix } from "@nce-geometry/tensor";
import { expectAllClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { axisRows, equalRows, inner, randomRows, rowOf, unitRows } from "../../test/unit-rows.ts";
import type { Cure } from "./cure.ts";
import { rescoredNeighbours } from "./rescored-neighbours.ts";

const [queries, candidates, bank] = [randomRows(1, 9, 4, [1]), randomRows(2, 12, 4, [1]), randomRows(3, 20, 4, [1])];
const cosine = (x: RowMatrix, i: number, y: RowMatrix, j: number) => inner(rowOf(x, i), rowOf(y, j));
const bankCosines = (j: number) =>
  Float64Array.from({ length: 20 }, (_, b) => cosine(bank, b, candidates, j))
    .sort()
    .reverse();
const logSum = (values: Float64Array, tau: number) => Math.log(values.reduce((sum, s) => sum + Math.exp(s / tau), 0));
const mean = (values: Float64Array) => values.reduce((sum, s) => sum + s, 0) / values.length;
const deviation = (values: Float64Array) =>
  Math.sqrt(values.reduce((sum, s) => sum + (s - mean(values)) ** 2, 0) / (values.length - 1));
const ofQuery = (i: number) => Float64Array.from({ length: 12 }, (_, j) => cosine(queries, i, candidates, j));
const inverted = (i: number, j: number, tau: number) =>
  cosine(queries, i, candidates, j) / tau - logSum(bankCosines(j), tau);
const first = (x: RowMatrix, i: number) => {
  const scores = Float64Array.from({ length: 12 }, (_, j) => cosine(x, i, candidates, j));
  return scores.indexOf(Math.max(...scores));
};
const active = new Set(Array.from({ length: 20 }, (_, b) => first(bank, b)));

/** Φ(z) by Simpson's rule from −12, in 2000 panels: error below 1e-12. */
function normal(z: number): number {
  const [steps, from] = [4000, -12];
  const h = (z - from) / steps;
  let sum = 0;
  for (let k = 0; k <= steps; k++) {
    const weight = k === 0 || k === steps ? 1 : k % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-((from + k * h) ** 2) / 2);
  }
  return (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

const byHand: readonly (readonly [Cure, (i: number, j: number) => number])[] = [
  [{ kind: "csls", k: 3 }, (i, j) => 2 * cosine(queries, i, candidates, j) - mean(bankCosines(j).subarray(0, 3))],
  [{ kind: "invertedSoftmax", temperature: 0.1 }, (i, j) => inverted(i, j, 0.1)],
  [
    { kind: "queryBank", temperature: 0.1 },
    (i, j) => (active.has(first(queries, i)) ? inverted(i, j, 0.1) : cosine(queries, i, candidates, j)),
  ],
  [
    { kind: "dualSoftmax", temperature: 0.2 },
    (i, j) => {
      const column = Float64Array.from({ length: 9 }, (_, q) => cosine(queries, q, candidates, j));
      const s = cosine(queries, i, candidates, j);
      return s * Math.exp(s / 0.2 - logSum(column, 0.2));
    },
  ],
  [
    { kind: "localScaling", k: 4 },
    (i, j) => -(2 - 2 * cosine(queries, i, candidates, j)) / Math.sqrt(2 - 2 * bankCosines(j)[3]!),
  ],
  [
    { kind: "mutualProximity" },
    (i, j) => {
      const s = cosine(queries, i, candidates, j);
      const [own, others] = [ofQuery(i), bankCosines(j)];
      return (
        Math.log(normal((s - mean(own)) / deviation(own))) + Math.log(normal((s - mean(others)) / deviation(others)))
      );
    },
  ],
];

describe.each(byHand)("%j", (cure, score) => {
  test("its scores, best first", async () => {
    const result = await rescoredNeighbours(queries, candidates, { cure, bank, k: 12 });
    expect([result.cure, result.transductive, result.k]).toEqual([cure.kind, cure.kind === "dualSoftmax", 12]);
    for (let i = 0; i < 9; i++) {
      const expected = Array.from({ length: 12 }, (_, j) => score(i, j));
      const order = expected.map((_, j) => j).sort((a, b) => expected[b]! - expected[a]!);
      expect(Array.from(result.indices.subarray(i * 12, (i + 1) * 12))).toEqual(order);
      const values = order.map((j) => expected[j]!);
      // The moments of proximity come from fourth powers of distances, hence the room.
      expectAllClose(result.values.subarray(i * 12, (i + 1) * 12), values, { ulps: 1e5, epsilon: 2 ** -52, scale: 1 });
    }
  });
});

test("the bank of the test is one where the gate of queryBank is open for some and shut for others", () => {
  const open = Array.from({ length: 9 }, (_, i) => active.has(first(queries, i)));
  expect(new Set(open).size).toBe(2);
});

test("equally popular candidates keep the cosine's order", async () => {
  const axes = axisRows(5, 5);
  const noise = createRandom(1).normal(25);
  const asked = unitRows(
    Array.from({ length: 5 }, (_, i) => Array.from({ length: 5 }, (_, k) => (k === i ? 2 : 0) + noise[5 * i + k]!)),
  );
  for (const cure of [{ kind: "csls", k: 2 }, { kind: "invertedSoftmax" }, { kind: "localScaling", k: 2 }] as const) {
    const { indices } = await rescoredNeighbours(asked, axes, { cure, bank: axes, k: 5 });
    const plain = Array.from({ length: 5 }, (_, i) => {
      const scores = rowOf(asked, i);
      return Array.from(scores, (_, j) => j).sort((a, b) => scores[b]! - scores[a]!);
    });
    expect(Array.from(indices)).toEqual(plain.flat());
  }
});

describe("messages", () => {
  test.each([
    [
      { cure: { kind: "csls" } as const },
      "rescoredNeighbours: `bank` must be rows of queries, got none. Queries of training data are a good bank.",
    ],
    [
      { cure: { kind: "csls" } as const, bank: randomRows(1, 4, 3) },
      "rescoredNeighbours: `bank` must be of dimension 4, as `candidates` is, got [4, 3].",
    ],
    [{ cure: { kind: "csls", k: 0 } as const, bank }, "rescoredNeighbours: `cure.k` must be an integer ≥ 1, got 0."],
    [
      { cure: { kind: "hubs" } as unknown as Cure, bank },
      "rescoredNeighbours: `cure.kind` must be one of csls, invertedSoftmax, queryBank, dualSoftmax, localScaling, mutualProximity, got hubs.",
    ],
    [
      { cure: { kind: "queryBank", temperature: 0 } as const, bank },
      "rescoredNeighbours: `cure.temperature` must be a finite number > 0, got 0.",
    ],
    [
      { cure: { kind: "localScaling", k: 2 } as const, bank: equalRows([1, 0, 0, 0], 3), same: true },
      "rescoredNeighbours: `bank` must be without candidates that equal k of its rows, got 2 queries that equal candidate 0. Local scaling divides by the distance of the k-th nearest bank query; raise k or remove duplicates.",
    ],
    [
      { cure: { kind: "mutualProximity" } as const, bank: equalRows([1, 0, 0, 0], 3), same: true },
      "rescoredNeighbours: `bank` must be of queries with different cosines to each candidate, got equal cosines with candidate 0.",
    ],
  ])("%#", async (options, message) => {
    const offered = "same" in options ? equalRows([1, 0, 0, 0], 3) : candidates;
    await expect(rescoredNeighbours(queries, offered, options)).rejects.toThrow(message);
  });
});
