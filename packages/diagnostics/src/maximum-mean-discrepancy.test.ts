import { expectClose } from "@nce-geometry/testkit";
import { expect, test } from "vitest";
import { chordOf, equalRows, inner, meanAndError, meanOverPairs, randomRows, rowOf } from "../test/unit-rows.ts";
import { maximumMeanDiscrepancy } from "./maximum-mean-discrepancy.ts";

const exact = { ulps: 256, epsilon: Number.EPSILON, scale: 1 };

test("two points: 2 − 2e^(−1/(2·factor²)), whatever their distance", async () => {
  const measured = await maximumMeanDiscrepancy(equalRows([1, 0], 4), equalRows([0.6, 0.8], 4));
  expectClose(measured!.medianCrossDistance.value, Math.sqrt(0.8), exact);
  expect(Object.keys(measured!.atBandwidth)).toEqual(["1", "2", "0.5"]);
  for (const { factor, uStatistic, vStatistic } of Object.values(measured!.atBandwidth)) {
    const expected = 2 - 2 * Math.exp(-1 / (2 * factor ** 2));
    expectClose(uStatistic.value, expected, exact);
    expectClose(vStatistic.value, expected, exact);
  }
});

test("both forms equal the sums written out, at the median of all n² distances", async () => {
  const [x, y] = [randomRows(1, 16, 4), randomRows(2, 16, 4, [1, 1])];
  const distances = Array.from({ length: 256 }, (_, p) => chordOf(inner(rowOf(x, p >> 4), rowOf(y, p & 15)))).sort(
    (a, b) => a - b,
  );
  const median = (distances[127]! + distances[128]!) / 2;
  const measured = await maximumMeanDiscrepancy(x, y, { bandwidthFactors: [0.7] });
  const { bandwidth, uStatistic, vStatistic } = measured!.atBandwidth["0.7"]!;
  expectClose(bandwidth, 0.7 * median, exact);
  const kernel = (cosine: number) => Math.exp(-(2 - 2 * cosine) / (2 * bandwidth ** 2));
  const form = (diagonal: "include" | "exclude") =>
    meanOverPairs(x, x, kernel, diagonal) + meanOverPairs(y, y, kernel, diagonal) - 2 * meanOverPairs(x, y, kernel);
  expectClose(uStatistic.value, form("exclude"), exact);
  expectClose(vStatistic.value, form("include"), exact);
});

test("identical sets: V = 0; collapsed sets leave no scale", async () => {
  const x = randomRows(3, 10, 3);
  expectClose((await maximumMeanDiscrepancy(x, x))!.atBandwidth["1"]!.vStatistic.value, 0, exact);
  expect(await maximumMeanDiscrepancy(equalRows([1, 1], 4), equalRows([1, 1], 4))).toBeNull();
});

test("U is unbiased where the two laws are equal", async () => {
  const draws = await Promise.all(
    Array.from({ length: 100 }, (_, r) =>
      maximumMeanDiscrepancy(randomRows(2 * r + 1, 14, 3), randomRows(2 * r + 2, 14, 3), {
        bootstrap: 0,
        bandwidthFactors: [1],
      }),
    ),
  );
  const { mean, error } = meanAndError(draws.map((draw) => draw!.atBandwidth["1"]!.uStatistic.value));
  expect(Math.abs(mean)).toBeLessThan(3 * error);
});

test("message", async () => {
  const x = randomRows(3, 4, 3);
  await expect(maximumMeanDiscrepancy(x, x, { bandwidthFactors: [1, 0] })).rejects.toThrow(
    "maximumMeanDiscrepancy: `bandwidthFactors` must be finite numbers > 0, got 0.",
  );
});
