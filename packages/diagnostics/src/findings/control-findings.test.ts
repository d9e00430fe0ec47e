import { expect, test } from "vitest";
import { randomRows } from "../../test/unit-rows.ts";
import { analyzePair } from "../analyze-pair.ts";
import { chanceTolerance } from "../shuffle-control.ts";
import { summarize } from "../summarize.ts";
import { controlFindings, fewPairsFindings } from "./control-findings.ts";

const options = { bootstrap: 50, temperatures: [0.5] } as const;

test.each([2, 6, 7, 20, 29])("%i pairs: a warning first, and no good word for control and spectrum", async (n) => {
  const x = randomRows(1, n, 6);
  const findings = summarize(await analyzePair(x, x, options));
  expect(findings[0]).toMatchObject({
    topic: "fewPairs",
    tone: "warning",
    text: `Only ${n} pairs: intervals are rough, the control with a permuted pairing ${n <= 6 ? "cannot" : "can hardly"} fail, the spectrum says little.`,
  });
  const doubtful = findings.filter(({ topic }) => topic === "shuffle" || topic === "spectrum");
  expect(doubtful.some(({ tone }) => tone === "good")).toBe(false);
});

test("six pairs are the most at which even a pairing left as it is passes the control", () => {
  // Recall@1 of 1 is (1 − p)/√(p(1 − p)/n) = √(n(n − 1)) standard deviations of chance away, p = 1/n.
  const farthest = (n: number) => (1 - 1 / n) / Math.sqrt(((1 / n) * (1 - 1 / n)) / n);
  expect(farthest(6)).toBeLessThan(chanceTolerance);
  expect(farthest(7)).toBeGreaterThan(chanceTolerance);
});

test("thirty pairs are enough, and skipped parts are not mentioned", async () => {
  const x = randomRows(1, 30, 6);
  const enough = await analyzePair(x, x, options);
  expect(fewPairsFindings(enough)).toEqual([]);
  expect(controlFindings(enough)[0]).toMatchObject({ tone: "good", text: expect.stringMatching(/^Control passed/) });
  const [finding] = fewPairsFindings({ ...enough, items: 12, shuffle: null, spectrum: null });
  expect(finding!.text).toBe("Only 12 pairs: intervals are rough.");
});

test("retrieval that was at chance before: the control passes, and says nothing", async () => {
  const analysis = await analyzePair(randomRows(4, 60, 8), randomRows(5, 60, 8), options);
  expect(analysis.shuffle!.retrievalAtChance).toBe(true);
  expect(controlFindings(analysis)[0]).toMatchObject({
    tone: "notice",
    text: expect.stringMatching(/as it was before: the control says nothing about it here\. The gap stays the same\.$/),
  });
});
