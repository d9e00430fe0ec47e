import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import {
  equalRows,
  lawAt,
  mean,
  rotateRows,
  sampleOf,
  shuffled,
  stacked,
  takeRows,
  uniformRows,
} from "../../test/sphere-samples.ts";
import { energyDistance } from "./energy-distance.ts";
import { maximumMeanDiscrepancy } from "./maximum-mean-discrepancy.ts";
import { permutationTest } from "./permutation-test.ts";

const exact = { ulps: 256, epsilon: Number.EPSILON, scale: 1 };
const [x, y] = [sampleOf(lawAt(4, 5), 20, 1), sampleOf(lawAt(4, 2, 1), 30, 2)];

test("the statistic is the unbiased form, or the paired form of pairs", async () => {
  const kernel = { kind: "maximumMeanDiscrepancy", bandwidth: 0.7 } as const;
  const fixed = { bandwidthScale: 0.7, bandwidthFactors: [1] };
  const energy = await permutationTest(x, y, { permutations: 9 });
  expectClose(energy.statistic.value, (await energyDistance(x, y)).uStatistic.value, exact);
  const squared = await permutationTest(x, y, { permutations: 9, statistic: kernel });
  expectClose(
    squared.statistic.value,
    (await maximumMeanDiscrepancy(x, y, fixed))!.atBandwidth["1"]!.uStatistic.value,
    exact,
  );
  const pairs = takeRows(
    y,
    Array.from({ length: 20 }, (_, i) => i),
  );
  const paired = await permutationTest(x, pairs, { permutations: 9, sampling: "paired" });
  const forms = await energyDistance(x, pairs, { sampling: "paired" });
  expectClose(paired.statistic.value, forms.pairedStatistic!.value, exact);
  expect([energy.statistic.method, squared.statistic.method, paired.statistic.method]).toEqual([
    "energy distance, U, permuted rows",
    "MMD² bandwidth=0.7, U, permuted rows",
    "energy distance, paired, swapped pairs",
  ]);
});

test("separated laws: the smallest p-value, and no note", async () => {
  const { pValue, statistic, nullMean, nullDeviation } = await permutationTest(x, y, { permutations: 199 });
  expect(pValue).toBe(1 / 200);
  expect(statistic.notes).toBeUndefined();
  expect(statistic.value).toBeGreaterThan(5 * nullDeviation);
  expect(Math.abs(nullMean)).toBeLessThan((4 * nullDeviation) / Math.sqrt(199));
});

describe("equal laws: p-values are uniform", () => {
  test.each(["independent", "paired"] as const)("%s", async (sampling) => {
    const values: number[] = [];
    for (let r = 0; r < 120; r++) {
      const a = uniformRows(20, 3, 2 * r);
      // Pairs are exchangeable, and alike where they are pairs.
      const b = sampling === "paired" ? rotateRowsTowards(a, r) : uniformRows(25, 3, 2 * r + 1);
      values.push((await permutationTest(a, b, { permutations: 99, seed: r, sampling })).pValue);
    }
    // A uniform mean over 120 has a standard deviation of 0.026; shares of p ≤ 0.1 one of 0.027.
    expect(Math.abs(mean(values) - 0.505)).toBeLessThan(0.08);
    expect(values.filter((p) => p <= 0.1).length / 120).toBeLessThanOrEqual(0.1 + 0.082);
  });

  function rotateRowsTowards(a: typeof x, seed: number): typeof x {
    const noise = uniformRows(a.rows, a.dim, 10_000 + seed);
    const data = a.data.map((value, i) => value + 0.5 * noise.data[i]!);
    for (let i = 0; i < a.rows; i++) {
      const norm = Math.hypot(...data.subarray(i * 3, i * 3 + 3));
      for (let k = i * 3; k < i * 3 + 3; k++) data[k]! /= norm;
    }
    return { ...a, data };
  }
});

test("equal samples: every relabelling ties or beats them, and a note says so", async () => {
  const { pValue, statistic } = await permutationTest(x, shuffled(x), { permutations: 99 });
  expect(pValue).toBe(1);
  expect(statistic.notes).toEqual(["Relabelled rows give as much with p = 1.00: the laws may be equal."]);
  const flat = await permutationTest(equalRows([1, 0], 4), equalRows([1, 0], 5), { permutations: 9 });
  expect(flat.pValue).toBe(1);
});

test("a seed gives the same p-value; rotation of all rows changes none", async () => {
  const a = uniformRows(12, 3, 1);
  const b = uniformRows(14, 3, 2);
  const { pValue } = await permutationTest(a, b, { seed: 3 });
  expect((await permutationTest(a, b, { seed: 3 })).pValue).toBe(pValue);
  expect((await permutationTest(rotateRows(a), rotateRows(b), { seed: 3 })).pValue).toBe(pValue);
});

test.each([
  [{ permutations: 0 }, "`permutations` must be an integer ≥ 1, got 0."],
  [{ seed: 0.5 }, "`seed` must be a safe integer, got 0.5."],
  [
    { statistic: { kind: "maximumMeanDiscrepancy", bandwidth: -1 } as const },
    "`statistic.bandwidth` must be a finite number > 0, got -1.",
  ],
  [
    { statistic: { kind: "wasserstein" as "energyDistance" } },
    '`statistic.kind` must be "energyDistance" or "maximumMeanDiscrepancy", got wasserstein.',
  ],
])("%j is refused", async (options, message) => {
  await expect(permutationTest(x, y, options)).rejects.toThrow(`permutationTest: ${message}`);
});

test("too many rows are refused before any work", async () => {
  const many = equalRows([1, 0], 4000);
  await expect(permutationTest(many, stacked(many, many))).rejects.toThrow(
    "permutationTest: `x, y` must be at most 4096 rows together, got 12000. All pair values are held in memory: draw rows from both samples.",
  );
});
