import { type GapOverMisalignments, multimodalGap, overSeeds, shareOverSeeds } from "@nce-geometry/experiments";
import { expect, test } from "vitest";
import { againstThePaper, separatedTable, separationText, thinnessText } from "./separated-runs.ts";

const config = { ...multimodalGap.defaults("full"), seeds: 4 };
const thin = { compatible: { low: 0.3, median: 0.4, high: 0.5 }, separated: { low: 0.01, median: 0.02, high: 0.03 } };

function overallOf(denominator: "cross" | "own", separatedRuns: readonly number[]): GapOverMisalignments {
  const runs = separatedRuns.map((separated) => Array.from({ length: 8 }, (_, k) => k < separated));
  const excess = denominator === "cross" ? null : overSeeds(separatedRuns.map((separated) => separated / 8 - 0.25));
  return { denominator, separatedRuns, separated: shareOverSeeds(runs), excess, singularRatio: thin };
}

// p = ¼ at 6 effective runs: the ends solve (¼ − x)² = z²·x(1 − x)/6, x = 0.0600 and 0.6352.
test("shares with the seeds that they come from, and seed by seed against the first denominator", () => {
  expect(separationText(overallOf("cross", [6, 2, 0, 0]), "cross (CLIP)")).toBe(
    "25.0 % [6.0 %, 63.5 %] of 32 runs end separated, the interval with seeds as clusters, all from 2 of the 4 seeds",
  );
  // Differences of 0, −¼, −¼, −¼: a mean of −3/16 and a standard error of 1/16.
  expect(separationText(overallOf("own", [2, 0, 0, 0]), "cross (CLIP)")).toContain(
    "all from 1 of the 4 seeds; against cross (CLIP) on the same seeds −18.8 ± 6.3 percentage points",
  );
  expect(separationText(overallOf("cross", [0, 0, 0, 0]), "")).not.toContain("all from");
});

test("the two states by their singular values, where there are two", () => {
  const one = overallOf("cross", [6, 2, 0, 0]);
  expect(thinnessText(one)).toEqual([
    "cross (CLIP): the smaller singular value of an encoder, in the thinner one of the two, is 0.020 (0.010 … 0.030) times the larger one in separated runs, 0.400 (0.300 … 0.500) times in compatible ones.",
  ]);
  expect(thinnessText({ ...one, singularRatio: { ...thin, separated: null } })).toEqual([]);
});

test("the paper's script stands beside a run with its settings, and no other", () => {
  const overall = [overallOf("cross", [6, 2, 0, 0])];
  const [sentence] = againstThePaper(config, overall);
  expect(sentence).toContain("separates in 14.4 % [6.4 %, 29.2 %] of 160 runs of 20 seeds");
  // 8/32 − 23/160; standard errors √(1/32) here and 0.0583 there.
  expect(sentence).toContain("differs by 11 ± 19 percentage points");
  expect(againstThePaper(config, [overallOf("own", [0, 0, 0, 0])])).toEqual([]);
  expect(againstThePaper({ ...config, steps: 1000 }, overall)).toEqual([]);
  expect(againstThePaper({ ...config, ownWeight: 0.2, denominators: ["cross"] }, overall)).toHaveLength(1);
});

test("a row for each denominator, a cell for each column", () => {
  const { columns, rows } = separatedTable([overallOf("cross", [6, 2, 0, 0]), overallOf("own", [0, 0, 0, 0])], "cross");
  for (const row of rows) expect(row).toHaveLength(columns.length);
  expect(rows[0]!.slice(0, 4)).toEqual(["cross (CLIP)", "8 of 32 [6.0 %, 63.5 %]", "2 of 4", "–"]);
});
