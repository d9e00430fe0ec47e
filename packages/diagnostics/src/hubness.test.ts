import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { axisRows, equalRows, randomRows, unitRows } from "../test/unit-rows.ts";
import { hubness } from "./hubness.ts";

const exact = { ulps: 32, epsilon: Number.EPSILON };

test("one row in all lists: skewness (n − 2)/√(n − 1), Robin Hood 1 − 1/n", async () => {
  const n = 6;
  // All queries at angle 0; rows of y at increasing angles, so that the first is everyone's nearest.
  const y = unitRows(Array.from({ length: n }, (_, i) => [Math.cos(i / 8), Math.sin(i / 8)]));
  const { xToY } = await hubness(equalRows([1, 0], n), y, { hubnessAt: 1 });
  expectClose(xToY.skewness.value, (n - 2) / Math.sqrt(n - 1), exact);
  expectClose(xToY.robinHood.value, 1 - 1 / n, exact);
  expectClose(xToY.antihubShare.value, (n - 1) / n, exact);
  expectClose(xToY.hubShare.value, 1 / n, exact);
  expect([xToY.k, xToY.largestCount]).toEqual([1, n]);
});

test("each row in its own list only: no hubness", async () => {
  const { xToY, yToX } = await hubness(axisRows(5, 5), axisRows(5, 5), { hubnessAt: 1 });
  for (const one of [xToY, yToX]) {
    expect([
      one.skewness.value,
      one.robinHood.value,
      one.antihubShare.value,
      one.hubShare.value,
      one.largestCount,
    ]).toEqual([0, 0, 0, 0, 1]);
  }
});

test("k ≥ n: every row is in every list", async () => {
  const { xToY } = await hubness(randomRows(1, 5, 3), randomRows(2, 5, 3), { hubnessAt: 9 });
  expect([xToY.k, xToY.skewness.value, xToY.robinHood.value, xToY.largestCount]).toEqual([5, 0, 0, 5]);
});

test("counts of y come from lists of x", async () => {
  // Both rows of x are nearest to y_0; the nearest of y_0 is x_0 and of y_1 is x_1.
  const x = unitRows([
    [1, 0],
    [10, 1],
  ]);
  const y = unitRows([
    [1, 0],
    [0, 1],
  ]);
  const { xToY, yToX } = await hubness(x, y, { hubnessAt: 1 });
  expect([xToY.largestCount, yToX.largestCount]).toEqual([2, 1]);
});

test("message", async () => {
  const x = randomRows(1, 4, 3);
  await expect(hubness(x, x, { hubnessAt: 2.5 })).rejects.toThrow(
    "hubness: `hubnessAt` must be integers ≥ 1, got 2.5.",
  );
});
