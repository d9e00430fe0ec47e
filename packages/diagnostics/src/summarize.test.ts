import { expect, test } from "vitest";
import { equalRows, noisyCopy, randomRows } from "../test/unit-rows.ts";
import { type AnalyzePairOptions, analyzePair } from "./analyze-pair.ts";
import type { Finding } from "./pair-analysis.ts";
import { summarize } from "./summarize.ts";

const options: AnalyzePairOptions = { bootstrap: 50, temperatures: [0.5, 0.05] };
const names = { x: "images", y: "captions" };

test("separated modalities whose pairing survives", async () => {
  const x = randomRows(1, 60, 8, [4]);
  const y = noisyCopy(2, x, 0.002, [-1, 1.5]);
  const findings = summarize(await analyzePair(x, y, options), { names });
  expect(findings.map(({ topic }) => topic)).toEqual([
    ...["gap", "cosines", "retrieval", "mixedSearch", "energy", "energy"],
    ...["spectrum", "hubness", "centred", "shuffle"],
  ]);
  expect(findings.filter(({ tone }) => tone === "warning").map(({ topic }) => topic)).toEqual([
    "gap",
    "cosines",
    "mixedSearch",
  ]);
  expect(textOf(findings, "gap")).toMatch(
    /^The centroids of images and captions are 1\.\d\d apart, .* separate regions of the sphere\.$/,
  );
  expect(textOf(findings, "cosines")).toMatch(
    /less alike to its own match than to unrelated items of its own modality/,
  );
  expect(textOf(findings, "retrieval")).toMatch(
    /chance is 1\.7 % with 60 candidates: the pairing is found in spite of the gap/,
  );
  expect(textOf(findings, "mixedSearch")).toMatch(
    /all of the top 10 are of the query's own kind; without a gap it would be 50 %: a mixed index hides/,
  );
  expect(textOf(findings, "energy")).toMatch(/^At τ = 0\.05 the match holds/);
  expect(textOf(findings, "shuffle")).toMatch(/^Control passed/);
});

test("identical modalities", async () => {
  const x = randomRows(3, 40, 8);
  const findings = summarize(await analyzePair(x, x, options));
  expect(toneOf(findings, "gap")).toBe("good");
  expect(textOf(findings, "gap")).toMatch(/^The centroids of X and Y are 0\.00 apart, .* no measurable gap/);
  expect(textOf(findings, "cosines")).toMatch(/a match is more alike than anything unrelated/);
  expect(textOf(findings, "retrieval")).toMatch(/the pairing is found reliably/);
  expect(textOf(findings, "mixedSearch")).toMatch(/neither kind crowds out the other/);
});

test("unrelated modalities: the pairing cannot be told from a random one", async () => {
  const findings = summarize(await analyzePair(randomRows(4, 60, 8), randomRows(5, 60, 8), options));
  expect(toneOf(findings, "retrieval")).toBe("warning");
  expect(textOf(findings, "retrieval")).toMatch(/cannot be told from a random one\.$/);
});

test("collapsed rows", async () => {
  const x = equalRows([1, 2], 12);
  const findings = summarize(await analyzePair(x, x, options));
  expect(textOf(findings, "spectrum")).toMatch(/collapsed to a single point/);
  expect(textOf(findings, "retrieval")).toMatch(/random one\. 24 queries have candidates that tie/);
  expect(findings.some(({ topic }) => topic === "centred")).toBe(false);
});

test("parts that were skipped, and a control that failed", async () => {
  const x = randomRows(6, 20, 4);
  const analysis = await analyzePair(x, x, { ...options, skip: ["spectrum", "projection", "centred"] });
  const shuffle = { ...analysis.shuffle!, retrievalAtChance: false };
  const findings = summarize({ ...analysis, shuffle });
  expect(findings.map(({ topic }) => topic)).toEqual([
    "gap",
    "cosines",
    "retrieval",
    "mixedSearch",
    "energy",
    "energy",
    "hubness",
    "shuffle",
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
