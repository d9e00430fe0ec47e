import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { deviation, equalRows, lawAt, mean, sampleOf, stacked, uniformRows } from "../../test/sphere-samples.ts";
import { blockMaximumMeanDiscrepancy } from "./block-discrepancy.ts";
import { maximumMeanDiscrepancy } from "./maximum-mean-discrepancy.ts";

const exact = { ulps: 256, epsilon: Number.EPSILON, scale: 1 };
const [p, q] = [lawAt(8, 20), lawAt(8, 5, 1)];

test("laws of concentrations 20 and 5, an angle of 1 apart, in R^8, kernel e^{−2‖x−y‖²}: 0.2735888034", async () => {
  const truth = 0.2735888034;
  expect(Math.abs(p.squaredMMD(q, { scale: 2 }) - truth)).toBeLessThan(1e-10);
  const options = { bandwidthScale: 0.5, bandwidthFactors: [1] };
  const measured = await maximumMeanDiscrepancy(sampleOf(p, 300, 1), sampleOf(q, 400, 2), options);
  const { uStatistic, vStatistic, bandwidth } = measured!.atBandwidth["1"]!;
  expect(bandwidth).toBe(0.5);
  expect(Math.abs(uStatistic.value - truth)).toBeLessThan(3 * uStatistic.standardError!);
  expect(vStatistic.value).toBeGreaterThan(uStatistic.value);
  expect(uStatistic.method).toBe("MMD² bandwidth=0.5, U");
  expect(measured!.bandwidthScale).toEqual({ value: 0.5, samples: 700, unit: "chord", method: "fixed" });
});

test("scales: the cross median moves with the gap, the pooled one is that of all pairs", async () => {
  const [x, y] = [equalRows([1, 0], 3), equalRows([0, 1], 2)];
  const cross = await maximumMeanDiscrepancy(x, y);
  expectClose(cross!.bandwidthScale.value, Math.SQRT2, exact);
  // Of 10 pairs, 6 are across: the median of 4 zeros and 6 times √2 is √2; with 5 and 2 rows 11 of 21 are within.
  const pooled = { bandwidthScale: "pooledMedian" } as const;
  expectClose((await maximumMeanDiscrepancy(x, y, pooled))!.bandwidthScale.value, Math.SQRT2, exact);
  expect(await maximumMeanDiscrepancy(equalRows([1, 0], 5), y, pooled)).toBeNull();
  const { uStatistic } = cross!.atBandwidth["2"]!;
  expectClose(uStatistic.value, 2 - 2 * Math.exp(-1 / 8), exact);
});

test("equal laws: U has mean 0, V is biased by (1/n + 1/m)(1 − E k)", async () => {
  const [us, vs]: [number[], number[]] = [[], []];
  for (let r = 0; r < 100; r++) {
    const options = { bandwidthScale: 1, bandwidthFactors: [1], bootstrap: 0 };
    const measured = await maximumMeanDiscrepancy(uniformRows(10, 3, 2 * r), uniformRows(20, 3, 2 * r + 1), options);
    us.push(measured!.atBandwidth["1"]!.uStatistic.value);
    vs.push(measured!.atBandwidth["1"]!.vStatistic.value);
  }
  expect(Math.abs(mean(us))).toBeLessThan((3 * deviation(us)) / 10);
  // On the sphere of R³ the cosine t is uniform: E e^{−(1−t)} = (1 − e^{−2})/2.
  const bias = (1 / 10 + 1 / 20) * (1 - (1 - Math.exp(-2)) / 2);
  expect(Math.abs(mean(vs) - bias)).toBeLessThan((3 * deviation(vs)) / 10);
});

test.each([
  [{ bandwidthScale: 0 }, '`bandwidthScale` must be "crossMedian", "pooledMedian" or a finite number > 0, got 0.'],
  [{ bandwidthFactors: [1, -1] }, "`bandwidthFactors` must be finite numbers > 0, got -1."],
])("%j is refused", async (options, message) => {
  const x = uniformRows(4, 3, 1);
  await expect(maximumMeanDiscrepancy(x, x, options)).rejects.toThrow(`maximumMeanDiscrepancy: ${message}`);
});

describe("over blocks", () => {
  test("one point against another: 2 − 2e^{−‖a−b‖²/(2σ²)}", async () => {
    const estimate = await blockMaximumMeanDiscrepancy(equalRows([1, 0], 8), equalRows([0, 1], 6), { bandwidth: 2 });
    expectClose(estimate.value, 2 - 2 * Math.exp(-2 / 8), exact);
    expect([estimate.samples, estimate.method]).toEqual([3, "MMD² bandwidth=2, blocks of 2"]);
    expect(estimate.notes).toEqual(["Only 3 blocks stand behind the error."]);
  });

  test.each([2, 12])("blocks of %d: unbiased for separated laws", async (blockRows) => {
    const options = { bandwidth: 0.5, blockRows, bootstrap: 0 };
    const { value, standardError } = await blockMaximumMeanDiscrepancy(
      sampleOf(p, 900, 1),
      sampleOf(q, 700, 2),
      options,
    );
    expect(Math.abs(value - p.squaredMMD(q, { scale: 2 }))).toBeLessThan(3 * standardError!);
  });

  test("intervals cover also at equal laws, also for pairs", async () => {
    let [independent, paired] = [0, 0];
    for (let r = 0; r < 60; r++) {
      const [x, y] = [uniformRows(120, 3, 2 * r), uniformRows(120, 3, 2 * r + 1)];
      const options = { bandwidth: 1, seed: r, bootstrap: 0 };
      const free = (await blockMaximumMeanDiscrepancy(x, y, options)).interval!;
      // Pairs that are equal in half of the cases: the same law, and dependent.
      const tied = stacked({ ...x, rows: 60, data: x.data.slice(0, 180) }, { ...y, rows: 60, data: y.data.slice(180) });
      const bound = (await blockMaximumMeanDiscrepancy(x, tied, { ...options, sampling: "paired" })).interval!;
      independent += free.low <= 0 && 0 <= free.high ? 1 : 0;
      paired += bound.low <= 0 && 0 <= bound.high ? 1 : 0;
    }
    // 95 % of 60 less 3 standard deviations, and a little for t against normal quantiles at 11 blocks.
    expect(independent).toBeGreaterThanOrEqual(50);
    expect(paired).toBeGreaterThanOrEqual(50);
  });

  test.each([
    [{ bandwidth: 0 }, "`bandwidth` must be a finite number > 0, got 0."],
    [
      { bandwidth: 1, blockRows: 4 },
      "`blockRows` must be an integer from 2 to 3, so that there are two blocks, got 4.",
    ],
  ])("%j is refused", async (options, message) => {
    const x = uniformRows(6, 3, 1);
    await expect(blockMaximumMeanDiscrepancy(x, x, options)).rejects.toThrow(`blockMaximumMeanDiscrepancy: ${message}`);
  });
});
