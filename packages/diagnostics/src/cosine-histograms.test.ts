import { expect, test } from "vitest";
import { equalRows, randomRows, unitRows } from "../test/unit-rows.ts";
import { cosineHistograms } from "./cosine-histograms.ts";

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

test("four pairs on the axes", async () => {
  const x = unitRows([
    [1, 0],
    [0, 1],
  ]);
  const y = unitRows([
    [1, 0],
    [-3, 4],
  ]);
  // Matched cosines 1 and 0.8; unmatched −0.6 and 0; within X 0 twice; within Y −0.6 twice.
  expect(await cosineHistograms(x, y, { histogramBins: 4 })).toEqual({
    edges: [-1, -0.5, 0, 0.5, 1],
    matched: [0, 0, 0, 2],
    unmatched: [1, 0, 1, 0],
    withinX: [0, 0, 2, 0],
    withinY: [2, 0, 0, 0],
  });
});

test("every pair is counted once, also where rounding leaves [−1, 1]", async () => {
  const n = 9;
  for (const [x, y] of [
    [randomRows(1, n, 3), randomRows(2, n, 3)],
    [equalRows([1, 2, 3], n), equalRows([-1, -2, -3], n)],
  ] as const) {
    const { matched, unmatched, withinX, withinY } = await cosineHistograms(x, y);
    expect([matched, unmatched, withinX, withinY].map(total)).toEqual([n, n * (n - 1), n * (n - 1), n * (n - 1)]);
  }
  const collapsed = await cosineHistograms(equalRows([1, 2, 3], n), equalRows([1, 2, 3], n));
  for (const counts of [collapsed.matched, collapsed.unmatched, collapsed.withinX])
    expect(counts.at(-1)).toBe(total(counts));
});
