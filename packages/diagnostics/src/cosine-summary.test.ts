import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { axisRows, inner, meanOverPairs, noisyCopy, randomRows, rowOf, unitRows } from "../test/unit-rows.ts";
import { cosineSummary, pairCosines } from "./cosine-summary.ts";

const exact = { ulps: 64, epsilon: Number.EPSILON, scale: 1 };

test("means over pairs equal the sums written out", async () => {
  const x = randomRows(1, 12, 5, [1]);
  const y = noisyCopy(2, x, 0.3);
  const summary = await cosineSummary(x, y);
  const matched = Array.from({ length: 12 }, (_, i) => inner(rowOf(x, i), rowOf(y, i)));
  const mean = matched.reduce((sum, value) => sum + value) / 12;
  expectClose(summary.matched.value, mean, exact);
  expectClose(
    summary.matchedDeviation.value,
    Math.sqrt(matched.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 12),
    exact,
  );
  expectClose(
    summary.unmatched.value,
    meanOverPairs(x, y, (c) => c, "exclude"),
    exact,
  );
  expectClose(
    summary.within.x.value,
    meanOverPairs(x, x, (c) => c, "exclude"),
    exact,
  );
  expectClose(
    summary.within.y.value,
    meanOverPairs(y, y, (c) => c, "exclude"),
    exact,
  );
  expectClose(summary.alignment.value, 2 - 2 * mean, exact);
});

test("identical orthonormal modalities", async () => {
  const x = axisRows(4, 6);
  const { matched, alignment, unmatched, within } = await cosineSummary(x, x);
  expect([matched.value, alignment.value]).toEqual([1, 0]);
  expectClose(unmatched.value, 0, exact);
  expectClose(within.x.value, 0, exact);
});

test("pairCosines gives the cosine of each pair", async () => {
  const x = unitRows([
    [1, 0],
    [0, 1],
    [1, 0],
  ]);
  const y = unitRows([
    [1, 0],
    [0, -1],
    [3, 4],
  ]);
  expect([...(await pairCosines(x, y))]).toEqual([1, -1, 0.6]);
});
