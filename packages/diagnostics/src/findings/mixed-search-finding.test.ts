import { expect, test } from "vitest";
import { narrowAndWide } from "../../test/pair-shapes.ts";
import { randomRows } from "../../test/unit-rows.ts";
import { analyzePair } from "../analyze-pair.ts";
import { mixedSearchBias } from "./mixed-search-bias.ts";
import { mixedSearchFinding } from "./mixed-search-finding.ts";

const names = { x: "images", y: "captions" };
const options = { bootstrap: 50, skip: ["spectrum", "projection", "distribution", "centred", "shuffle"] } as const;

test("rows of one modality are returned to everyone: far above the reference one way, far below the other", async () => {
  const { x, y } = narrowAndWide(1, 60, 32);
  const analysis = await analyzePair(x, y, options);
  expect(analysis.mixedSearch.x[10]!.value).toBeGreaterThan(0.9);
  expect(analysis.mixedSearch.y[10]!.value).toBeLessThan(0.15);
  const pattern = (frequent: string, rare: string) =>
    new RegExp(
      `: queries of both kinds get mostly rows of ${frequent} \\(those of ${rare} 9\\d %\\), so that ${rare} is hard`,
    );
  expect(mixedSearchFinding(analysis, names)).toMatchObject({
    tone: "warning",
    text: expect.stringMatching(pattern("images", "captions")),
  });
  expect(mixedSearchFinding(await analyzePair(y, x, options), names).text).toMatch(pattern("captions", "images"));
});

test("a bias one way or both, above or below the reference", async () => {
  const analysis = await analyzePair(randomRows(1, 40, 4), randomRows(2, 40, 4), options);
  const of = (x: number, y: number) =>
    mixedSearchFinding(
      { ...analysis, mixedSearch: { x: { 10: share(x) }, y: { 10: share(y) }, reference: { x: 0.5, y: 0.5 } } },
      names,
    );
  expect(of(0.5, 0.3)).toMatchObject({ tone: "notice", text: expect.stringMatching(/towards the other kind, beyond/) });
  expect(of(0.98, 0.5)).toMatchObject({
    tone: "warning",
    text: expect.stringMatching(/: for queries of images a mixed index hides captions\.$/),
  });
  expect(of(0.7, 0.8)).toMatchObject({
    tone: "notice",
    text: expect.stringMatching(/towards the query's own kind\.$/),
  });
  expect(of(0.3, 0.3)).toMatchObject({
    tone: "notice",
    text: expect.stringMatching(/other kind/),
  });
});

test("the first result of identical modalities is the match, which is no preference", async () => {
  const x = randomRows(3, 40, 8);
  const { tone, text } = mixedSearchFinding(await analyzePair(x, x, { ...options, mixedSearchAt: [1] }), names);
  expect(tone).toBe("good");
  expect(text).toMatch(
    /the first result is of the query's own kind in 0 % of the cases; .* beyond the place that the match takes\.$/,
  );
});

test("the lists judged can be of one kind: none longer than n − 1", async () => {
  const analysis = await analyzePair(randomRows(4, 8, 4, [9]), randomRows(5, 8, 4, [-9]), options);
  expect(mixedSearchBias(analysis.mixedSearch, 8)).toMatchObject({ k: 5, x: 1, y: 1, verdict: "hidden" });
  expect(mixedSearchFinding(analysis, names).text).toMatch(/all of the top 5 .* would be 47 %: a mixed index hides/);
  const long = await analyzePair(randomRows(4, 8, 4, [9]), randomRows(5, 8, 4, [-9]), {
    ...options,
    mixedSearchAt: [20],
  });
  expect(mixedSearchFinding(long, names)).toMatchObject({
    tone: "notice",
    text: expect.stringMatching(/lists of 20 are too long .*: there are only 8 rows of each\.$/),
  });
});

function share(value: number) {
  return { value, samples: 40, unit: "1" } as const;
}
