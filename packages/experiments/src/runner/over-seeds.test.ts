import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { intervalOverSeeds, overSeeds, quartilesOf, shareOf, shareOverSeeds } from "./over-seeds.ts";

test("means with the standard errors of means", () => {
  expect(overSeeds([0, 1])).toEqual({ mean: 0.5, standardError: 0.5, seeds: 2 });
  expect(overSeeds([3, 3, 3])).toEqual({ mean: 3, standardError: 0, seeds: 3 });
  expect(overSeeds([7])).toEqual({ mean: 7, standardError: null, seeds: 1 });
  // The mean of these is rounded; they are equal all the same.
  expect(overSeeds(new Array<number>(20).fill(27.631021114097162)).standardError).toBe(0);
  // Spread of 0, 0, 3 is √3; over √3 it is 1.
  expectClose(overSeeds([0, 0, 3]).standardError!, 1, { ulps: 4, epsilon: Number.EPSILON });
});

test("intervals of means are wide for few seeds", () => {
  const { interval } = intervalOverSeeds([0, 1]);
  // One degree of freedom is Cauchy's law; the quantile is solved for in log tails of size 1.
  const half = Math.tan((Math.PI * 0.95) / 2) / 2;
  expectClose(interval!.high, 0.5 + half, { ulps: 64, epsilon: Number.EPSILON });
  expectClose(interval!.low, 0.5 - half, { ulps: 64, epsilon: Number.EPSILON });
  expect(intervalOverSeeds([3, 3, 3]).interval).toEqual({ low: 3, high: 3 });
  expect(intervalOverSeeds([7])).toEqual({ ...overSeeds([7]), interval: null });
});

test("shares with score intervals", () => {
  const none = shareOf([false, false, false, false]);
  const z = 1.959963984540054;
  expect([none.value, none.low, none.runs]).toEqual([0, 0, 4]);
  expectClose(none.high, (z * z) / (4 + z * z), { ulps: 64, epsilon: Number.EPSILON });
  const half = shareOf([true, false]);
  expect(half.value).toBe(0.5);
  expectClose(half.low + half.high, 1, { ulps: 4, epsilon: Number.EPSILON });
});

describe("shares of runs of which several are of one seed", () => {
  const holding = (counts: readonly number[], runs: number) =>
    counts.map((count) => Array.from({ length: runs }, (_, k) => k < count));

  test("one run of each seed, or all of a seed alike: the share over independent seeds", () => {
    const alone = shareOf([true, false, false, true, false]);
    for (const runs of [1, 8]) {
      const { value, low, high, effectiveRuns } = shareOverSeeds(
        holding(
          [1, 0, 0, 1, 0].map((one) => one * runs),
          runs,
        ),
      );
      expect([value, low, high, effectiveRuns]).toEqual([alone.value, alone.low, alone.high, 5]);
    }
  });

  test("none and all count each seed once; seeds that agree better than chance count each run once", () => {
    expect(shareOverSeeds(holding([0, 0, 0], 4))).toEqual({
      ...shareOf([false, false, false]),
      runs: 12,
      seeds: 3,
      effectiveRuns: 3,
    });
    expect(shareOverSeeds(holding([4, 4, 4], 4)).low).toBe(shareOf([true, true, true]).low);
    expect(shareOverSeeds(holding([2, 2, 2], 4)).effectiveRuns).toBe(12);
    expect(shareOverSeeds(holding([0], 4)).effectiveRuns).toBe(1);
  });

  test("the worked example: 6, 2, 0, 0 of 8", () => {
    const { value, effectiveRuns, low, high } = shareOverSeeds(holding([6, 2, 0, 0], 8));
    // p = ¼, h − 2 = 4, 0, −2, −2, v = (4/3)·24/1024 = 1/32, p(1 − p)/v = 6.
    expectClose(effectiveRuns, 6, { ulps: 8, epsilon: Number.EPSILON });
    expect(value).toBe(0.25);
    // The ends solve (p − x)² = z²·x(1 − x)/6.
    const z = 1.959963984540054;
    for (const x of [low, high]) {
      expectClose((value - x) ** 2, (z * z * x * (1 - x)) / 6, { ulps: 64, epsilon: Number.EPSILON, scale: 1 });
    }
  });

  test("seeds of different numbers of runs: runs count alike", () => {
    const { value, runs, seeds, effectiveRuns } = shareOverSeeds([[true], [false, false, false]]);
    // p = ¼, h − p·m = ¾, −¾, v = 2·(9/8)/16.
    expect([value, runs, seeds]).toEqual([0.25, 4, 2]);
    expect(effectiveRuns).toBe(2);
  });
});

test("median and quartiles", () => {
  expect(quartilesOf([5, 1, 4, 2, 3])).toEqual({ low: 2, median: 3, high: 4 });
  expect(quartilesOf([1, 2])).toEqual({ low: 1.25, median: 1.5, high: 1.75 });
  expect(quartilesOf([9])).toEqual({ low: 9, median: 9, high: 9 });
});
