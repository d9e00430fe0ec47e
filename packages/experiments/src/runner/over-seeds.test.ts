import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { overSeeds, quartilesOf, shareOf } from "./over-seeds.ts";

test("means with the standard errors of means", () => {
  expect(overSeeds([0, 1])).toEqual({ mean: 0.5, standardError: 0.5, seeds: 2 });
  expect(overSeeds([3, 3, 3])).toEqual({ mean: 3, standardError: 0, seeds: 3 });
  expect(overSeeds([7])).toEqual({ mean: 7, standardError: null, seeds: 1 });
  // Spread of 0, 0, 3 is √3; over √3 it is 1.
  expectClose(overSeeds([0, 0, 3]).standardError!, 1, { ulps: 4, epsilon: Number.EPSILON });
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

test("median and quartiles", () => {
  expect(quartilesOf([5, 1, 4, 2, 3])).toEqual({ low: 2, median: 3, high: 4 });
  expect(quartilesOf([1, 2])).toEqual({ low: 1.25, median: 1.5, high: 1.75 });
  expect(quartilesOf([9])).toEqual({ low: 9, median: 9, high: 9 });
});
