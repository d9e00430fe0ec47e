import { expect, test } from "vitest";
import { referenceEngine } from "../reference-engine.ts";
import { matrixOf } from "../rows/row-matrix.ts";
import { histogramEdges } from "./histogram-edges.ts";

test("equal steps between the ends, which are exact", () => {
  expect([...histogramEdges(-1, 1, 4)]).toEqual([-1, -0.5, 0, 0.5, 1]);
  const edges = histogramEdges(0.1, 0.7, 3);
  expect([edges[0], edges[3], edges.length]).toEqual([0.1, 0.7, 4]);
});

test.each([
  [0, Number.MIN_VALUE, 1],
  [1, 1 + 2 ** -52, 7],
  [1, 1 + 5 * 2 ** -52, 1000],
  [-1e100, 1e-100, 17],
  [0, 5 * Number.MIN_VALUE, 64],
  [-1, 2, 10],
])(
  "[%d, %d) in %i bins: edges never decrease, and an engine counts by comparing with them",
  async (low, high, bins) => {
    const edges = histogramEdges(low, high, bins);
    expect([edges[0], edges[bins]]).toEqual([low, high]);
    expect(edges.every((edge, b) => b === 0 || edge >= edges[b - 1]!)).toBe(true);
    // Every edge as a value: its inner product with 1.
    const [one, values] = [matrixOf([[1]]), matrixOf([...edges].map((edge) => [edge]))];
    const histogram = { kind: "histogram", value: { kind: "inner" }, low, high, bins } as const;
    const [{ counts, below, above }] = await referenceEngine().reduce(one, values, [histogram]);
    const expected = Array.from(
      { length: bins },
      (_, b) => edges.filter((v) => v >= edges[b]! && v < edges[b + 1]!).length,
    );
    expect([...counts]).toEqual(expected);
    expect([below, above]).toEqual([0, edges.filter((edge) => edge === high).length]);
  },
);
