import { referenceEngine } from "@nce-geometry/pairwise";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { randomRows } from "../../test/unit-rows.ts";
import { occurrenceStatistics } from "./occurrences.ts";

const exact = { ulps: 64, epsilon: 2 ** -52 };

test("one of m in all lists: Robin Hood and Gini 1 − 1/m, skewness (m − 2)/√(m − 1)", () => {
  const m = 7;
  const all = occurrenceStatistics(new Int32Array(30).fill(2), { k: 1, candidates: m });
  expectClose(all.robinHood.value, 1 - 1 / m, exact);
  expectClose(all.gini.value, 1 - 1 / m, exact);
  expectClose(all.skewness.value, (m - 2) / Math.sqrt(m - 1), exact);
  expectClose(all.antihubShare.value, (m - 1) / m, exact);
  expectClose(all.hubShare.value, 1 / m, exact);
  expectClose(all.expected, 30 / m, exact);
  expect([all.largestCount, all.queries, all.candidates, all.k]).toEqual([30, 30, m, 1]);
  // Leaving queries out leaves it so.
  expectClose(all.gini.standardError!, 0, { ...exact, scale: 1 });
});

test("all equally often: nothing", () => {
  const lists = occurrenceStatistics(
    Int32Array.from({ length: 12 }, (_, at) => at % 4),
    { k: 2, candidates: 4 },
  );
  const { skewness, robinHood, gini, antihubShare, hubShare } = lists;
  expect([skewness, robinHood, gini, antihubShare, hubShare].map(({ value }) => value)).toEqual([0, 0, 0, 0, 0]);
});

test("occurrences 0, 1, 2, 5 by hand", () => {
  const { gini, robinHood, skewness } = occurrenceStatistics(Int32Array.of(1, 2, 2, 3, 3, 3, 3, 3), {
    k: 1,
    candidates: 4,
  });
  // Differences 1 + 2 + 5 + 1 + 4 + 3 = 16 over 4·8;  |N − 2|: 2 + 1 + 0 + 3 = 6 over 16;  Σ(N − 2)³ = −8 − 1 + 27 = 18, Σ(N − 2)² = 14.
  expectClose(gini.value, 0.5, exact);
  expectClose(robinHood.value, 6 / 16, exact);
  expectClose(skewness.value, 18 / 4 / (14 / 4) ** 1.5, exact);
});

test("uniform points, n = 2000, k = 10, d = 3: little hubness", async () => {
  const x = randomRows(1, 2000, 3);
  const [lists] = await referenceEngine().reduce(x, x, [{ kind: "topK", k: 10, diagonal: "exclude" }]);
  const { skewness, robinHood } = occurrenceStatistics(lists.indices, { k: 10, candidates: 2000 });
  // Known values 0.09 and 0.09; of 2000 dependent counts the skewness has a deviation of some √(6/2000) = 0.055.
  expect(Math.abs(skewness.value - 0.09)).toBeLessThan(3 * 0.055);
  expect(Math.abs(robinHood.value - 0.09)).toBeLessThan(0.01);
});

describe("messages", () => {
  test.each([
    [
      Int32Array.of(0, 1, 2),
      { k: 2, candidates: 3 },
      "occurrenceStatistics: `indices` must be lists of k of at least 2 queries, got 3 numbers.",
    ],
    [
      Int32Array.of(0, 3),
      { k: 1, candidates: 3 },
      "occurrenceStatistics: `indices` must be candidates 0 … 2, got 3 at 1.",
    ],
    [Int32Array.of(0, 1), { k: 0, candidates: 3 }, "occurrenceStatistics: `k` must be an integer ≥ 1, got 0."],
    [Int32Array.of(0, 1), { k: 4, candidates: 3 }, "occurrenceStatistics: `candidates` must be an integer ≥ 4, got 3."],
  ])("%#", (indices, options, message) => {
    expect(() => occurrenceStatistics(indices, options)).toThrow(message);
  });
});
