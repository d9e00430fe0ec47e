import { expectClose } from "@nce-geometry/testkit";
import { describe, expect, test } from "vitest";
import { equalRows, meanOverPairs, permuteRows, randomRows } from "../test/unit-rows.ts";
import { analyzeCloud } from "./analyze-cloud.ts";
import { summarizeCloud } from "./findings/summarize-cloud.ts";

const options = { bootstrap: 0 };
const raised = (findings: ReturnType<typeof summarizeCloud>) =>
  findings.filter(({ severity }) => severity !== "none").map(({ topic }) => topic);

describe("one cloud", () => {
  test("numbers by their definitions", async () => {
    const x = randomRows(1, 30, 6, [1]);
    const { meanCosine, uniformity, centroidNorm, histogram, hubness, rows, dim } = await analyzeCloud(x, options);
    const cosine = meanOverPairs(x, x, (value) => value, "exclude");
    expectClose(meanCosine.value, cosine, { ulps: 900, epsilon: 2 ** -52, scale: 1 });
    // n²‖μ‖² = n + n(n − 1)·mean cosine.
    expectClose(centroidNorm.value ** 2, (1 + 29 * cosine) / 30, { ulps: 900, epsilon: 2 ** -52, scale: 1 });
    const kernel = meanOverPairs(x, x, (value) => Math.exp(-4 + 4 * value), "exclude");
    expectClose(uniformity.value, Math.log(kernel), { ulps: 900, epsilon: 2 ** -52, scale: 4 });
    expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe((30 * 29) / 2);
    expectClose(
      histogram.uniform!.reduce((sum, count) => sum + count, 0),
      (30 * 29) / 2,
      { ulps: 2 ** 20, epsilon: 2 ** -52 },
    );
    expect([rows, dim, hubness.queries, hubness.expected]).toEqual([30, 6, 30, 10]);
  });

  test("uniform rows raise nothing; neither does their order matter", async () => {
    const x = randomRows(2, 200, 8);
    const analysis = await analyzeCloud(x, options);
    expect(raised(summarizeCloud(analysis))).toEqual([]);
    const other = await analyzeCloud(permuteRows(x, [...Array(200).keys()].reverse()), options);
    expectClose(other.uniformity.value, analysis.uniformity.value, { ulps: 900, epsilon: 2 ** -52, scale: 4 });
  });

  test("a narrow cone, and one point", async () => {
    const cone = summarizeCloud(await analyzeCloud(randomRows(3, 100, 16, [8]), options), { name: "images" });
    expect(raised(cone)).toEqual(expect.arrayContaining(["concentration", "uniformity"]));
    expect(cone[0]!.text).toMatch(/^Two unrelated rows of images .*: all rows lie in a narrow cone/);
    expect(cone[0]!.evidence.map(({ path }) => path)).toEqual(["centroidNorm", "meanCosine"]);
    const point = await analyzeCloud(equalRows([1, 2, 2], 40), options);
    expectClose(point.centroidNorm.value, 1, { ulps: 64, epsilon: 2 ** -52 });
    expect([point.spectrum.effectiveRank.value, point.shape!.stableRank]).toEqual([0, null]);
    expect(summarizeCloud(point)[0]!.text).toBe("All rows of X are equal: they have collapsed to a single point.");
  });

  test("the preset says how many rows it took; presets and rows are checked", async () => {
    const { settings } = await analyzeCloud(randomRows(4, 40, 3), { ...options, preset: "quick" });
    expect([settings.preset, settings.sample]).toEqual(["quick", 40]);
    await expect(analyzeCloud(randomRows(4, 4, 3), { preset: "slow" as never })).rejects.toThrow(/`preset` must be/);
    await expect(analyzeCloud(randomRows(4, 1, 3))).rejects.toThrow(/`x` must be of at least 2 rows/);
  });
});
