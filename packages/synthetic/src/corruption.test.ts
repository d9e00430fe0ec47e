import { createRandom } from "@nce-geometry/tensor";
import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { expectMean } from "../test/z-score.ts";
import { type CorruptedPairsOptions, corruptWithinCategories, generateCorruptedPairs } from "./corruption.ts";
import { dot, rowOf } from "./rows.ts";

const generate = (options: Partial<CorruptedPairsOptions>, seed = "corruption") =>
  generateCorruptedPairs(createRandom(seed), { kind: "corruptedPairs", pairs: 60, dim: 8, ...options });
const labels = (n: number, categories: number) => Int32Array.from({ length: n }, (_, i) => i % categories);

describe("corruptWithinCategories", () => {
  test("a permutation within categories, of the stated fraction, without fixed points among the corrupted", () => {
    for (const fraction of [0, 0.25, 0.5, 0.75, 1]) {
      const categories = labels(80, 4);
      const { order, corrupted } = corruptWithinCategories(createRandom("order"), categories, fraction);
      expect([...order].sort((a, b) => a - b)).toEqual([...Array(80).keys()]);
      expect([...order].every((row, i) => categories[row] === categories[i])).toBe(true);
      expect(corrupted.length).toBe(fraction * 80);
      expect([...corrupted]).toEqual([...order.keys()].filter((i) => order[i] !== i));
    }
  });

  test("two in place of one; one alone stays", () => {
    const { corrupted } = corruptWithinCategories(createRandom(0), Int32Array.of(0, 0, 0, 0, 1), 0.25);
    expect(corrupted.length).toBe(2);
    expect(corruptWithinCategories(createRandom(0), Int32Array.of(0, 1, 2), 1).corrupted.length).toBe(0);
  });

  test("a larger fraction corrupts more of the same rows", () => {
    const few = corruptWithinCategories(createRandom(1), labels(100, 5), 0.2).corrupted;
    const many = new Set(corruptWithinCategories(createRandom(1), labels(100, 5), 0.6).corrupted);
    expect(few.every((row) => many.has(row))).toBe(true);
  });

  test("every wrong partner is equally likely", () => {
    const draws = 3000;
    const partners = Int32Array.from(
      { length: draws },
      (_, seed) => corruptWithinCategories(createRandom(seed), labels(5, 1), 1).order[0]!,
    );
    for (let j = 1; j < 5; j++)
      expectMean(
        Float64Array.from(partners, (p) => (p === j ? 1 : 0)),
        1 / 4,
      );
  });

  test("messages", () => {
    expect(() => corruptWithinCategories(createRandom(0), [0], 1.5)).toThrow(
      "corruptWithinCategories: `fraction` must be a number in [0, 1], got 1.5.",
    );
    expect(() => corruptWithinCategories(createRandom(0), [], 1)).toThrow(
      "corruptWithinCategories: `categories` must be at least one category label, got none.",
    );
  });
});

describe("generateCorruptedPairs", () => {
  const recallOf = ({ x, y }: ReturnType<typeof generate>) => {
    let hits = 0;
    for (let i = 0; i < x.rows; i++) {
      let best = 0;
      for (let j = 1; j < y.rows; j++) if (dot(rowOf(x, i), rowOf(y, j)) > dot(rowOf(x, i), rowOf(y, best))) best = j;
      if (best === i) hits++;
    }
    return hits / x.rows;
  };

  test("the truth names the pairs, and where the right partners went", () => {
    const clean = generate({ fraction: 0 });
    const spoilt = generate({ fraction: 0.5 });
    expect(spoilt.x).toEqual(clean.x);
    expect(clean.truth.corrupted).toEqual([]);
    for (let i = 0; i < 60; i++) {
      expect([...rowOf(spoilt.y, spoilt.truth.partner[i]!)]).toEqual([...rowOf(clean.y, i)]);
      expect(spoilt.truth.corrupted.includes(i)).toBe(rowOf(spoilt.y, i)[0] !== rowOf(clean.y, i)[0]);
      expect(spoilt.categories[spoilt.truth.partner[i]!]).toBe(spoilt.categories[i]);
    }
  });

  test("recall is (1 − p)R + p·R_wrong in the mean over what is corrupted, and R, R_wrong at the ends", () => {
    // Narrow categories and wide noise, so that wrong partners of the category come first at times.
    const hard = { pairs: 60, categories: 6, spread: 0.05, noise: 0.1 };
    expect(recallOf(generate({ ...hard, fraction: 0 }))).toBe(generate({ ...hard, fraction: 0 }).truth.recall.right);
    const { right, wrong, expected } = generate({ ...hard, fraction: 0.4 }).truth.recall;
    expectClose(expected, 0.6 * right + 0.4 * wrong, { ulps: 64, epsilon: 2 ** -52 });
    expect(wrong).toBeGreaterThan(0.02);
    // The same rows, corrupted anew: only the stream "corruption" changes.
    const { x, categories } = generate({ ...hard, fraction: 0 });
    const { y } = generate({ ...hard, fraction: 0 });
    const first = Int32Array.from({ length: 60 }, (_, i) => {
      let best = 0;
      for (let j = 1; j < 60; j++) if (dot(rowOf(x, i), rowOf(y, j)) > dot(rowOf(x, i), rowOf(y, best))) best = j;
      return best;
    });
    const recalls = Float64Array.from({ length: 2000 }, (_, seed) => {
      const { order } = corruptWithinCategories(createRandom(seed), categories, 0.4);
      return first.reduce((sum, top, i) => sum + (order[i] === top ? 1 : 0), 0) / 60;
    });
    expectMean(recalls, expected);
  });

  test("messages", () => {
    expect(() => generate({ categories: 61 })).toThrow(
      "generateCorruptedPairs: `categories` must be an integer in [1, pairs = 60], got 61.",
    );
    expect(() => generate({ fraction: 2 })).toThrow(
      "generateCorruptedPairs: `fraction` must be a number in [0, 1], got 2.",
    );
  });
});
