import { expectAllClose, expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { harmonicNumber } from "./harmonic-number.ts";
import { expectedPlaces, strangersBefore, tieBlocks } from "./match-places.ts";
import { retrievalChance } from "./retrieval-chance.ts";

const exact = { ulps: 64, epsilon: Number.EPSILON };
const depths = { recallAt: [1, 5, 10], gainAt: [10] };

describe("strangers before a match", () => {
  test("one match: every place with the same probability; no strangers: none", () => {
    expectAllClose(strangersBefore(4, 1, 1), [0.2, 0.2, 0.2, 0.2, 0.2], exact);
    expect([...strangersBefore(0, 3, 2)]).toEqual([1]);
  });

  test("two strangers and two matches: all six orders written out", () => {
    // MMSS MSMS MSSM SMMS SMSM SSMM.
    expectAllClose(strangersBefore(2, 2, 1), [3 / 6, 2 / 6, 1 / 6], exact);
    expectAllClose(strangersBefore(2, 2, 2), [1 / 6, 2 / 6, 3 / 6], exact);
  });

  test("mean E·s/(R + 1), also where the smallest probability is below the range of numbers", () => {
    const law = strangersBefore(3000, 400, 300);
    const mean = law.reduce((sum, probability, u) => sum + probability * u, 0);
    // 3000 ratios of rounding ε each.
    expectClose(mean, (3000 * 300) / 401, { ulps: 3000, epsilon: Number.EPSILON });
  });
});

test("blocks: strangers are what is left of the counts when the query's own matches are taken off", () => {
  // Scores 0.9 (own), 0.8 (own, own, stranger), 0.7 (stranger), and a stranger above all.
  const ranks = {
    targetScore: Float64Array.of(0.8, 0.9, 0.8),
    greater: Int32Array.of(2, 1, 2),
    equal: Int32Array.of(2, 0, 2),
  };
  expect(tieBlocks(ranks, 0, 3)).toEqual([
    { strangersAhead: 1, strangersTied: 0, matchesAhead: 0, matches: 1 },
    { strangersAhead: 1, strangersTied: 1, matchesAhead: 1, matches: 2 },
  ]);
});

test("without ties every measure is that of the ranks 2, 3 and 5", () => {
  const places = expectedPlaces(
    [
      { strangersAhead: 1, strangersTied: 0, matchesAhead: 0, matches: 2 },
      { strangersAhead: 2, strangersTied: 0, matchesAhead: 2, matches: 1 },
    ],
    { recallAt: [1, 2, 3], gainAt: [3] },
  );
  expect([places.hit, places.rank, places.reciprocalRank]).toEqual([[0, 1, 1], 2, 0.5]);
  expectAllClose(places.recalled, [0, 1 / 3, 2 / 3], exact);
  expectClose(places.averagePrecision, (1 / 2 + 2 / 3 + 3 / 5) / 3, exact);
  const gain = 1 / Math.log2(3) + 1 / Math.log2(4);
  expectClose(places.gain[0]!, gain / (1 + 1 / Math.log2(3) + 1 / Math.log2(4)), exact);
});

describe("chance", () => {
  const chanceOf = (candidates: number, matches: number, at = depths) =>
    retrievalChance({ candidates, queries: new Map([[matches, 7]]), independent: 7 }, at);

  test("5000 images with 25 000 captions", () => {
    const [captions, images] = [chanceOf(25_000, 5), chanceOf(5000, 1)];
    // 1 − C(N − 5, k)/C(N, k), as a product of factors 1 − 5/(N − i).
    for (const k of [1, 5, 10]) {
      let missed = 1;
      for (let i = 0; i < k; i++) missed *= 1 - 5 / (25_000 - i);
      expectClose(captions.recall[k]!, 1 - missed, { ulps: 25_000, epsilon: Number.EPSILON, scale: 1 });
      expectClose(captions.fractionRecall[k]!, k / 25_000, { ulps: 25_000, epsilon: Number.EPSILON, scale: 1 });
    }
    expect([1, 5, 10].map((k) => Number(captions.recall[k]!.toPrecision(6)))).toEqual([2e-4, 9.9968e-4, 0.00199856]);
    expectAllClose(Object.values(images.recall), [2e-4, 1e-3, 2e-3], exact);
    expectClose(captions.meanRank, 25_001 / 6, { ulps: 25_000, epsilon: Number.EPSILON });
  });

  test("1000 candidates, one match: H_N/N, nDCG@10 = 0.00454356, ranks in the middle", () => {
    const chance = chanceOf(1000, 1);
    expectClose(chance.meanReciprocalRank, harmonicNumber(1000) / 1000, exact);
    expectClose(chance.meanAveragePrecision, chance.meanReciprocalRank, exact);
    expect(Number(chance.normalizedDiscountedGain[10]!.toPrecision(6))).toBe(0.00454356);
    expect([chance.medianRank, chance.meanRank]).toEqual([500.5, 500.5]);
    expectClose(chance.deviation.recall[5]!, Math.sqrt((0.005 * 0.995) / 7), exact);
  });

  test("queries with different numbers of matches are averaged", () => {
    const mixed = retrievalChance(
      {
        candidates: 12,
        queries: new Map([
          [1, 3],
          [4, 1],
        ]),
        independent: 4,
      },
      depths,
    );
    const [one, four] = [chanceOf(12, 1), chanceOf(12, 4)];
    for (const k of [1, 5, 10]) expectClose(mixed.recall[k]!, (3 * one.recall[k]! + four.recall[k]!) / 4, exact);
    expectClose(mixed.meanRank, (3 * 6.5 + 13 / 5) / 4, exact);
  });
});
