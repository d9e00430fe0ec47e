import { expect, test } from "vitest";
import { duplicatedPair, weakPair } from "../../test/pair-shapes.ts";
import { equalRows, noisyCopy, randomRows } from "../../test/unit-rows.ts";
import { analyzePair } from "../analyze-pair.ts";
import { retrieval } from "../retrieval.ts";
import { pairingVisibility } from "./pairing-visibility.ts";
import { retrievalFinding } from "./retrieval-finding.ts";

const names = { x: "images", y: "captions" };
const options = { bootstrap: 50, skip: ["spectrum", "projection", "distribution", "centred", "shuffle"] } as const;

test("recall@1 at chance, but the ranks are not: the pairing is visible", async () => {
  const { x, y } = weakPair(1, 150, 3, 1.5);
  const analysis = await analyzePair(x, y, options);
  const { xToY, yToX } = analysis.retrieval;
  for (const { recall, chance } of [xToY, yToX]) expect(recall[1]!.interval!.low).toBeLessThan(chance.recall[1]!);
  expect(retrievalFinding(analysis, names)).toMatchObject({
    tone: "notice",
    text: expect.stringMatching(/: the pairing is visible, but the match is rarely ranked first\.$/),
  });
});

test("a random pairing is called random, or hardly told from it, for every seed", async () => {
  const verdicts = new Map<string, number>();
  for (let seed = 0; seed < 40; seed++) {
    const analysis = await analyzePair(randomRows(seed, 40, 4), randomRows(seed + 1000, 40, 4), options);
    const { tone, text } = retrievalFinding(analysis, names);
    expect(tone).toBe("warning");
    const verdict = /the pairing (can.*) be told/.exec(text)![1]!;
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  }
  expect(verdicts.get("cannot")).toBeGreaterThan(20);
});

test("duplicates: half of the matches are first by chance, and nothing is reliable about it", async () => {
  const { x, y } = duplicatedPair(2, 60, 16);
  const { tone, text } = retrievalFinding(await analyzePair(x, y, options), names);
  expect(tone).toBe("notice");
  expect(text).toMatch(
    /^The match is ranked first for 50 % .*: the pairing is clear, but not every match is ranked first\./,
  );
  expect(text).toMatch(
    /120 queries have candidates that tie .* counting every tie as a hit would give 100 % and 100 %\.$/,
  );
});

test("matches that are farthest of all", async () => {
  const x = randomRows(3, 60, 8);
  const analysis = await analyzePair(x, { ...x, data: x.data.map((value) => -value) }, options);
  expect(pairingVisibility(analysis.retrieval.xToY)).toBe("reversed");
  expect(retrievalFinding(analysis, names)).toMatchObject({
    tone: "warning",
    text: expect.stringMatching(/matches are ranked behind unrelated rows, more often than at random\.$/),
  });
});

test("all queries tie: chance, although the intervals are one point", async () => {
  for (let n = 2; n < 60; n++) {
    const x = equalRows([1, 2, 3], n);
    const { xToY } = await retrieval(x, x, options);
    expect(pairingVisibility(xToY)).toBe("none");
  }
});

test("two pairs cannot show a pairing, and a recall that chance reaches shows nothing", async () => {
  const two = randomRows(4, 2, 8);
  expect(retrievalFinding(await analyzePair(two, two, options), names).text).toMatch(
    /chance is 50 % .*: the pairing can hardly/,
  );
  const x = randomRows(5, 12, 8);
  const { tone, text } = retrievalFinding(await analyzePair(x, x, { ...options, recallAt: [10] }), names);
  expect(tone).toBe("notice");
  expect(text).toMatch(
    /^The match is among the first 10 for 100 % .*; chance is 83 % with 12 candidates: .* by chance as well\.$/,
  );
});

test("a wide gap between separate regions, and a pairing that is found both ways", async () => {
  const x = randomRows(6, 60, 32, [9]);
  const y = noisyCopy(7, x, 0.08, [-1.6]);
  const { tone, text } = retrievalFinding(await analyzePair(x, y, options), names);
  expect(tone).toBe("good");
  expect(text).toMatch(/ in spite of the gap, since the candidates of one search all lie on the same side of it\.$/);
});
