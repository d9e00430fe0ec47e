import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { movedRows, noisyModel, normalRows } from "../../test/model-rows.ts";
import { equalRows, meanAndError, unitRows } from "../../test/unit-rows.ts";
import { drawPairs, representationalSimilarity } from "./representational-similarity.ts";
import { averageRanks, spearman } from "./spearman.ts";

const close = { ulps: 1000, epsilon: 2 ** -52, scale: 1 };

test("ranks of ties are averaged", () => {
  expect(Array.from(averageRanks(Float64Array.of(5, 1, 5, 3)))).toEqual([3.5, 1, 3.5, 2]);
  // 1 − 6Σδ²/(n(n² − 1)) without ties: δ = 0, 1, −1, 0.
  expectClose(spearman(Float64Array.of(1, 2, 3, 4), Float64Array.of(0, 9, 5, 10))!, 1 - (6 * 2) / (4 * 15), close);
  expect(spearman(Float64Array.of(1, 2), Float64Array.of(3, 3))).toBeNull();
});

test("drawn pairs are of two different items, each as often as any other", () => {
  const { first, second } = drawPairs(5, 9, 3);
  expect(first.length).toBe(9);
  const counts = new Float64Array(25);
  const many = 4000;
  // Ten pairs exist, so that nine are drawn at a time.
  for (let seed = 0; seed * 9 < many; seed++) {
    const pairs = drawPairs(5, 9, seed);
    for (const [p, i] of pairs.first.entries()) counts[5 * i + pairs.second[p]!]!++;
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  for (let i = 0; i < 5; i++) {
    expect(counts[6 * i]).toBe(0);
    for (let j = 0; j < 5; j++) {
      if (i !== j) expect(Math.abs(counts[5 * i + j]! - total / 20)).toBeLessThan(4 * Math.sqrt(total / 20));
    }
  }
  expect(second.every((j, p) => j !== first[p])).toBe(true);
  expect(drawPairs(4, 6, 0)).toEqual({
    first: Int32Array.of(1, 2, 2, 3, 3, 3),
    second: Int32Array.of(0, 0, 1, 0, 1, 2),
  });
});

test("1 for a turned and scaled copy, and for cosines that are an increasing function of the others", async () => {
  const a = normalRows(1, 12, 4);
  expectClose((await representationalSimilarity(a, movedRows(3, a, 5))).similarity!.value, 1, close);
  // Within a quarter circle angles θ and θ/2 order the cosines alike; all differences of 0, 1, 4, 9, 11 differ.
  const circle = (factor: number) =>
    unitRows([0, 1, 4, 9, 11].map((t) => [Math.cos(factor * t), Math.sin(factor * t)]));
  expectClose((await representationalSimilarity(circle(0.14), circle(0.07))).similarity!.value, 1, close);
});

test("independent models: 0 on average; Mantel's test has the right size, drawn pairs or all", async () => {
  for (const pairs of [50_000, 60]) {
    const values: number[] = [];
    let small = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const pair = [normalRows(`a${seed}`, 16, 3), normalRows(`b${seed}`, 16, 5)] as const;
      const result = await representationalSimilarity(...pair, { pairs, permutations: 19, seed });
      values.push(result.similarity!.value);
      if (result.permuted!.pValue <= 0.25) small++;
      expect([result.pairs, result.of]).toEqual([Math.min(pairs, 120), 120]);
    }
    const { mean, error } = meanAndError(values);
    expect(Math.abs(mean)).toBeLessThan(3 * error);
    expect(Math.abs(small / 60 - 0.25)).toBeLessThan(3 * Math.sqrt((0.25 * 0.75) / 60));
  }
});

test("the jackknife's error is the deviation over samples", async () => {
  const runs = [];
  for (let seed = 1; seed <= 60; seed++) {
    const a = normalRows(`x${seed}`, 40, 3);
    runs.push((await representationalSimilarity(a, noisyModel(`y${seed}`, a, 0.7))).similarity!);
  }
  const { error } = meanAndError(runs.map(({ value }) => value));
  const stated = Math.sqrt(runs.reduce((sum, { standardError }) => sum + standardError! ** 2, 0) / 60);
  // Known to 9 % from 60 values; a jackknife of 20 groups errs upwards, as its influences are not linear.
  expect(stated / (error * Math.sqrt(60))).toBeGreaterThan(0.73);
  expect(stated / (error * Math.sqrt(60))).toBeLessThan(1.5);
});

describe("ends and messages", () => {
  const a = normalRows(1, 8, 3);
  test("a model of equal rows has no order of cosines", async () => {
    const result = await representationalSimilarity(equalRows([1, 0], 8), a);
    expect([result.similarity, result.permuted]).toEqual([null, null]);
  });

  test.each([
    [{ pairs: 2 }, "representationalSimilarity: `pairs` must be an integer ≥ 3, got 2."],
    [{ groups: 1 }, "representationalSimilarity: `groups` must be an integer ≥ 2, got 1."],
  ])("%j", async (options, message) => {
    await expect(representationalSimilarity(a, a, options)).rejects.toThrow(message);
  });
});
