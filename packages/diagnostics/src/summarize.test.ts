import { expect, test } from "vitest";
import { equalRows, noisyCopy, permuteRows, randomRows } from "../test/unit-rows.ts";
import { type AnalyzePairOptions, analyzePair } from "./analyze-pair.ts";
import type { Finding } from "./findings/finding.ts";
import { summarize } from "./summarize.ts";

const options: AnalyzePairOptions = { bootstrap: 50, temperatures: [0.5, 0.05] };
const names = { x: "images", y: "captions" };

test("separated modalities whose pairing survives: the three that matter most come first", async () => {
  const x = randomRows(1, 60, 8, [4]);
  const y = noisyCopy(2, x, 0.002, [-1, 1.5]);
  const findings = summarize(await analyzePair(x, y, options), { names });
  expect(findings.map(({ topic }) => topic)).toEqual([
    ...["gap", "retrieval", "mixedSearch", "cosines", "energy", "energy"],
    ...["spectrum", "hubness", "centred", "shuffle"],
  ]);
  expect(findings.filter(({ tone }) => tone === "warning").map(({ topic }) => topic)).toEqual([
    "gap",
    "mixedSearch",
    "cosines",
    "hubness",
  ]);
  expect(textOf(findings, "gap")).toMatch(
    /^The centroids of images and captions are 1\.\d\d apart, .* separate regions of the sphere\.$/,
  );
  expect(textOf(findings, "retrieval")).toMatch(
    /ranked first for \d+ % of the queries images → captions and [\d.]+ % captions → images; chance is 1\.7 % with 60 candidates: the pairing is clear in spite of the gap, but at least half of the matches are ranked first in the direction images → captions only\.$/,
  );
  expect(textOf(findings, "mixedSearch")).toMatch(
    /all of the top 10 are of the query's own kind; without a preference it would be 50 %: a mixed index hides/,
  );
  expect(textOf(findings, "cosines")).toMatch(
    /on average an item is less alike to its own match than to unrelated items of its own modality/,
  );
  expect(textOf(findings, "energy")).toMatch(/^At τ = 0\.05 the match holds/);
  expect(textOf(findings, "shuffle")).toMatch(/^Control passed: .* \(at most \S+ standard deviations from it/);
});

test("identical modalities", async () => {
  const x = randomRows(3, 40, 8);
  const findings = summarize(await analyzePair(x, x, options));
  expect(toneOf(findings, "gap")).toBe("good");
  expect(textOf(findings, "gap")).toBe(
    "The centroids of X and Y are 0.00 apart: there is no gap between the centroids.",
  );
  expect(textOf(findings, "cosines")).toMatch(
    /on average a match is more alike than unrelated rows, of either kind\.$/,
  );
  expect(textOf(findings, "retrieval")).toMatch(/the pairing is found reliably/);
  expect(textOf(findings, "mixedSearch")).toMatch(/neither kind is favoured\.$/);
});

test("unrelated modalities", async () => {
  const findings = summarize(await analyzePair(randomRows(4, 60, 8), randomRows(5, 60, 8), options));
  expect(findings[0]).toMatchObject({ tone: "good", text: expect.stringMatching(/no measurable gap/) });
  expect(findings.filter(({ tone }) => tone === "warning").map(({ topic }) => topic)).toEqual(["retrieval", "cosines"]);
  expect(textOf(findings, "retrieval")).toMatch(/the pairing cannot be told from a random one\.$/);
  expect(textOf(findings, "cosines")).toMatch(
    /: on average matched pairs are no more alike than unmatched ones, as far/,
  );
  expect(textOf(findings, "shuffle")).toMatch(/is at chance .*, as it was before: the control says nothing about it/);
  expect(toneOf(findings, "shuffle")).toBe("notice");
});

test("collapsed rows", async () => {
  const x = equalRows([1, 2], 30);
  const findings = summarize(await analyzePair(x, x, options));
  expect(textOf(findings, "cosines")).toMatch(/all rows of each modality are equal/);
  expect(textOf(findings, "spectrum")).toMatch(/: X and Y have collapsed to a single point\.$/);
  expect(textOf(findings, "retrieval")).toMatch(/random one\. 60 queries have candidates that tie .* would give 100 %/);
  expect(findings.some(({ topic }) => topic === "centred")).toBe(false);
  const warned = findings.filter(({ tone }) => tone === "warning").map(({ topic }) => topic);
  expect(warned).toEqual(["retrieval", "cosines", "spectrum", "hubness"]);
});

test("one tied query, in the singular", async () => {
  // The last row of Y is the first one again, so that the two queries of X with these matches tie.
  const [x, y] = [randomRows(6, 40, 8), permuteRows(randomRows(6, 40, 8), [...Array(39).keys(), 0])];
  const analysis = await analyzePair(x, y, options);
  expect(analysis.retrieval.xToY.tiedQueries).toBe(2);
  const { xToY } = analysis.retrieval;
  const one = { ...analysis, retrieval: { ...analysis.retrieval, xToY: { ...xToY, tiedQueries: 1 } } };
  expect(textOf(summarize(one), "retrieval")).toMatch(
    / 1 query has candidates that tie with the match; it counts with the probability of a hit\.$/,
  );
});

test("parts that were skipped, and a control that failed", async () => {
  const x = randomRows(6, 30, 4);
  const analysis = await analyzePair(x, x, { ...options, skip: ["spectrum", "projection", "distribution", "centred"] });
  const findings = summarize({ ...analysis, shuffle: { ...analysis.shuffle!, retrievalAtChance: false } });
  expect(findings.map(({ topic }) => topic)).toEqual([
    ...["gap", "retrieval", "mixedSearch", "cosines", "energy", "energy", "hubness", "shuffle"],
  ]);
  expect(findings.at(-1)).toMatchObject({
    tone: "warning",
    text: expect.stringMatching(/^Control failed: .* retrieval stays away from chance/),
  });
  expect(summarize({ ...analysis, shuffle: null }).some(({ topic }) => topic === "shuffle")).toBe(false);
});

function textOf(findings: readonly Finding[], topic: Finding["topic"]): string {
  return findings.find((finding) => finding.topic === topic)!.text;
}

function toneOf(findings: readonly Finding[], topic: Finding["topic"]): Finding["tone"] {
  return findings.find((finding) => finding.topic === topic)!.tone;
}
