import { expect, test } from "vitest";
import { equalRows, randomRows } from "../../test/unit-rows.ts";
import { analyzePair } from "../analyze-pair.ts";
import type { DirectedHubness, PairAnalysis } from "../pair-analysis.ts";
import { hubnessFinding } from "./hubness-finding.ts";

const names = { x: "images", y: "captions" };
const options = { bootstrap: 50, skip: ["spectrum", "projection", "distribution", "centred", "shuffle"] } as const;

test("collapsed rows: ten rows fill every list", async () => {
  const x = equalRows([1, 2], 30);
  const { tone, text } = hubnessFinding(await analyzePair(x, x, options), names);
  expect(tone).toBe("warning");
  expect(text).toMatch(
    /^Among 30 lists of the 10 nearest rows, the most frequent row of captions is in 30 and that of images in 30, an average row in 10; 67 % of captions and 67 % of images are in none: at least half of the rows of captions and of images cannot be found/,
  );
  expect(text).toMatch(/ Ties go to the rows that come first; 60 queries have candidates that tie with the match\.$/);
});

test("skewed, but nearly every row is returned and none is everywhere: the numbers of CLIP", async () => {
  const analysis = await withHubness({ skewness: 1.65, largestCount: 54, antihubShare: 0.008 }, 500);
  expect(hubnessFinding(analysis, names)).toEqual({
    topic: "hubness",
    tone: "good",
    text: "Among 500 lists of the 10 nearest rows, the most frequent row of captions is in 54 and that of images in 54, an average row in 10; 0.8 % of captions and 0.8 % of images are in none: nearly every row is returned by some search.",
  });
});

test("one row in most lists, and rows in none, whatever the skewness", async () => {
  const frequent = await withHubness({ skewness: 0, largestCount: 260, antihubShare: 0 }, 500);
  expect(hubnessFinding(frequent, names)).toMatchObject({
    tone: "warning",
    text: expect.stringMatching(/: a row of captions and a row of images are each in at least half of the lists\.$/),
  });
  const missing = await withHubness({ skewness: 0, largestCount: 30, antihubShare: 0.2 }, 500);
  expect(hubnessFinding(missing, names)).toMatchObject({
    tone: "notice",
    text: expect.stringMatching(/: a part of the rows of captions and of images cannot be found in such lists\.$/),
  });
});

test("the count of an average row is no hub, however short the file", async () => {
  expect(hubnessFinding(await analyzePair(randomRows(4, 60, 8), randomRows(5, 60, 8), options), names).tone).toBe(
    "good",
  );
  const few = randomRows(6, 8, 4);
  expect(hubnessFinding(await analyzePair(few, few, options), names).text).toMatch(
    /^Lists of the 8 nearest rows hold all/,
  );
});

/** An analysis with the hubness of a larger one. */
async function withHubness(
  { skewness, largestCount, antihubShare }: Record<"skewness" | "largestCount" | "antihubShare", number>,
  rows: number,
): Promise<PairAnalysis> {
  const estimate = (value: number) => ({ value, samples: rows, unit: "1" }) as const;
  const analysis = await analyzePair(randomRows(1, 30, 4), randomRows(2, 30, 4), options);
  const hubs: DirectedHubness = {
    ...{ k: 10, queries: rows, expectedCount: 10, chanceAntihubShare: 0 },
    ...{ largestCount, skewness: estimate(skewness), antihubShare: estimate(antihubShare) },
    ...{ robinHood: estimate(0.3), hubShare: estimate(0.1) },
  };
  return { ...analysis, items: rows, captions: rows, hubness: { xToY: hubs, yToX: hubs } };
}
