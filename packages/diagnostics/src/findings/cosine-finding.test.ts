import { expect, test } from "vitest";
import { narrowAndWide, weakPair } from "../../test/pair-shapes.ts";
import { equalRows, noisyCopy, randomRows } from "../../test/unit-rows.ts";
import { analyzePair } from "../analyze-pair.ts";
import { cosineFinding } from "./cosine-finding.ts";

const names = { x: "images", y: "captions" };
const options = { bootstrap: 200, skip: ["spectrum", "projection", "distribution", "centred", "shuffle"] } as const;

test("independent modalities whose matched cosine happens to be the largest", async () => {
  const analysis = await analyzePair(randomRows(4, 60, 8), randomRows(5, 60, 8), options);
  const { matched, unmatched, within } = analysis.cosines;
  expect(matched.value).toBeGreaterThan(Math.max(unmatched.value, within.x.value, within.y.value));
  expect(matched.interval!.low).toBeLessThan(0);
  expect(cosineFinding(analysis, names)).toMatchObject({
    tone: "warning",
    text: expect.stringMatching(
      /: on average matched pairs are no more alike than unmatched ones, as far as can be seen\.$/,
    ),
  });
});

test("matches that are less alike than other pairs", async () => {
  const x = randomRows(1, 60, 8);
  const analysis = await analyzePair(x, { ...x, data: x.data.map((value) => -value) }, options);
  expect(cosineFinding(analysis, names)).toMatchObject({
    tone: "warning",
    text: expect.stringMatching(
      /: on average matched pairs are less alike than unmatched ones, and an item is less alike/,
    ),
  });
});

test("a weak pairing is a good one on average, and no word is said of every item", async () => {
  const { x, y } = weakPair(1, 150, 8, 0.5);
  const { tone, text } = cosineFinding(await analyzePair(x, y, options), names);
  expect([tone, text.split(": ").at(-1)]).toEqual([
    "good",
    "on average a match is more alike than unrelated rows, of either kind.",
  ]);
});

test("less alike than the rows of one modality alone", async () => {
  const { x } = narrowAndWide(2, 60, 32);
  const y = noisyCopy(3, x, 0.15);
  expect(cosineFinding(await analyzePair(x, y, options), names)).toMatchObject({
    tone: "notice",
    text: expect.stringMatching(/a match is less alike than two unrelated rows of images\.$/),
  });
});

test("collapsed rows", async () => {
  const point = equalRows([1, 2, 3], 30);
  const of = async (x: typeof point, y: typeof point) => cosineFinding(await analyzePair(x, y, options), names);
  const pattern = (which: string) =>
    new RegExp(`: all rows of ${which} are equal, so that cosines cannot tell matches`);
  expect(await of(point, point)).toMatchObject({
    tone: "warning",
    text: expect.stringMatching(pattern("each modality")),
  });
  expect((await of(point, randomRows(4, 30, 3))).text).toMatch(pattern("images"));
  expect((await of(randomRows(4, 30, 3), point)).text).toMatch(pattern("captions"));
});
