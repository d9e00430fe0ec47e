// The standard errors rest on influence values; the jackknife measures the same by leaving out one pair after the other.
// A lost factor (the 2 of a mean over pairs, the 1/value of a logarithm) shows as a ratio of 2 or more.

import { expect, test } from "vitest";
import { type AnalyzePairOptions, analyzePair, type Estimate, type PairAnalysis } from "../src/index.ts";
import { dropRow, noisyCopy, randomRows } from "./unit-rows.ts";

const n = 48;
const x = randomRows(1, n, 4, [1.5]);
const y = noisyCopy(2, x, 0.3, [0, 1]);
const options: AnalyzePairOptions = {
  bootstrap: 0,
  bandwidthFactors: [1],
  temperatures: [0.5],
  skip: ["spectrum", "projection", "distribution", "centred", "shuffle"],
};

const whole = await analyzePair(x, y, options);
const without: PairAnalysis[] = [];
for (let i = 0; i < n; i++) without.push(await analyzePair(dropRow(x, i), dropRow(y, i), options));

test.each<[string, (analysis: PairAnalysis) => Estimate, number]>([
  ["centroid gap", ({ gap }) => gap.centroid, 0.05],
  ["centroid norm", ({ gap }) => gap.centroidNorm.y, 0.05],
  ["centroid cosine", ({ gap }) => gap.centroidCosine!, 0.05],
  ["relative gap", ({ gap }) => gap.relative!, 0.05],
  ["matched cosine", ({ cosines }) => cosines.matched, 1e-9],
  ["its deviation", ({ cosines }) => cosines.matchedDeviation, 0.15],
  ["unmatched cosine", ({ cosines }) => cosines.unmatched, 0.05],
  ["within cosine", ({ cosines }) => cosines.within.x, 0.05],
  ["alignment", ({ cosines }) => cosines.alignment, 1e-9],
  ["uniformity", ({ uniformity }) => uniformity.x, 0.1],
  ["energy distance", ({ energyDistance }) => energyDistance.uStatistic, 0.1],
  // The jackknife moves the bandwidth with the median, the influence values hold it.
  ["discrepancy", ({ maximumMeanDiscrepancy }) => maximumMeanDiscrepancy!.atBandwidth["1"]!.uStatistic, 0.3],
  ["potential term", ({ energy }) => energy["0.5"]!.potentialTerm, 1e-9],
])("%s", (_, pick, relative) => {
  const values = without.map((analysis) => pick(analysis).value);
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const jackknife = Math.sqrt(((n - 1) / n) * values.reduce((sum, value) => sum + (value - mean) ** 2, 0));
  expect(Math.abs(pick(whole).standardError! / jackknife - 1)).toBeLessThan(relative);
});
